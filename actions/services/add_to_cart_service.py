"""Adding to the cart, with the catalogue: which product, its variants, and the cart afterwards."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from actions.money import format_price
from actions.reply import Button, payload
from actions.services.cart_quantity import IN_ALL, CartQuantity
from actions.services.currency import conversation_currency
from actions.services.references import Found, References, Resolution
from actions.services.service_tasks import Completed
from actions.services.shopping_context import ShownProduct, context_from_json
from actions.services.tasks.add_to_cart import (
    AddToCart,
    ProductFacts,
    VariantFact,
    chosen_variant,
)
from actions.services.tasks.frames import Frame
from actions.services.wording import with_options
from actions.texts import Texts
from actions.turn import Turn
from catalog.errors import NotFoundError, OutOfStockError, PriceMissingError
from catalog.repositories.carts import CartView, add_to_cart, set_quantity
from catalog.repositories.products import Labels, ProductView, currencies, get_product, load_labels
from catalog.session import Database

MOST_CANDIDATES: Final = 5


class AddToCartService:
    """See `AddToCart` for what is asked."""

    def __init__(self, database: Database, references: References, texts: Texts, quantities: CartQuantity) -> None:
        self.task = AddToCart()
        self._database = database
        self._references = references
        self._texts = texts
        self._quantities = quantities

    async def open(self, turn: Turn) -> Sequence[Frame]:
        """Begin with the product, variant and candidates that the message or button names; one frame a product."""
        places = await self._references.at_places(turn)
        if places:
            context = context_from_json(turn.shopping)
            beyond = Resolution(Found.OUT_OF_RANGE, candidates=context.shown)
            return [self._frame(_resolved(product) if product else beyond) for product in places]
        if (found := await self._quantities.line(turn)) is not None:
            line, quantity = found
            slots = {"product_id": line.product_id, "variant_id": line.variant_id, "quantity": quantity, IN_ALL: True}
            return [Frame(self.task.name, slots)]
        if (same := await self._quantities.same_again(turn)) is not None:
            return [Frame(self.task.name, {"product_id": same.product_id, "variant_id": same.variant_id})]
        resolution = await self._references.resolve(turn)
        variant, scope = turn.first("variant_id"), turn.first("scope")
        chosen = {"variant_id": str(variant.value)} if variant is not None else {}
        in_all = {IN_ALL: True} if scope is not None and scope.value == IN_ALL else {}
        return [self._frame(resolution, **chosen, **in_all)]

    def _frame(self, resolution: Resolution, **slots: Any) -> Frame:
        if resolution.product_id is not None:
            slots["product_id"] = resolution.product_id
        elif resolution.candidates:
            slots["candidates"] = _pairs(resolution)
        shown = resolution.product
        if shown is not None and shown.currency:
            slots["currency"] = shown.currency
        return Frame(self.task.name, slots)

    async def facts(self, frame: Frame, turn: Turn) -> ProductFacts:
        """Read the product's variants and their names in the shopper's language."""
        candidates = tuple((str(i), str(t)) for i, t in frame.get("candidates") or ())
        product_id = frame.get("product_id")
        if product_id is None:
            return ProductFacts(candidates=candidates)
        product, labels, offered = await self._database.read(_load, str(product_id))
        if product is None:
            return ProductFacts(candidates=candidates)
        currency = str(frame.get("currency") or conversation_currency(turn, offered))
        variants = tuple(
            VariantFact(v.variant_id, v.options, v.stock, v.prices[currency].price_minor, currency)
            for v in product.variants
            if currency in v.prices and frame.get("variant_id") in (None, v.variant_id)
        )
        return ProductFacts(
            product_id=product.product_id,
            title=product.title(turn.language),
            variants=variants,
            labels=_names(product, labels, turn.language),
        )

    def focus(self, turn: Turn, facts: ProductFacts) -> dict[str, Any] | None:
        """Return the `shopping` slot with the product whose options are asked for in focus."""
        return _focusing(turn, facts, facts.variants[0]) if facts.variants else None

    async def complete(self, frame: Frame, turn: Turn, facts: ProductFacts) -> Completed:
        """Put the variant into the cart; where its stock went meanwhile, ask again."""
        variant = chosen_variant(frame, facts)
        quantity = int(frame.get("quantity") or 1)
        try:
            if frame.get(IN_ALL):
                cart = await self._database.run(set_quantity, turn.conversation_id, variant.variant_id, quantity)
            else:
                cart = await self._database.run(
                    add_to_cart,
                    turn.conversation_id,
                    variant.variant_id,
                    quantity=quantity,
                    currency=variant.currency,
                    customer_id=turn.customer_id,
                )
        except NotFoundError:
            return Completed(self._texts.say("cart.no_product", turn.language))
        except OutOfStockError as error:
            key = "cart.sold_out" if error.available < 1 else "cart.only_so_many"
            return Completed(self._texts.say(key, turn.language, title=facts.title, count=error.available))
        except PriceMissingError:
            return Completed(
                self._texts.say(
                    "cart.nothing_for_currency", turn.language, title=facts.title, currency=variant.currency
                )
            )
        key = "cart.quantity_set" if frame.get(IN_ALL) else "cart.added"
        return self._done(turn, facts, variant, quantity, cart, key)

    def _done(
        self, turn: Turn, facts: ProductFacts, variant: VariantFact, quantity: int, cart: CartView, key: str
    ) -> Completed:
        title = with_options(facts.title, map(facts.label, variant.options.values()), self._texts, turn.language)
        total = format_price(cart.total_minor, cart.currency, turn.language)
        text = self._texts.say(key, turn.language, quantity=quantity, title=title, total=total)
        buttons = (
            Button(self._texts.say("button.checkout", turn.language), payload("place_order")),
            Button(self._texts.say("button.view_cart", turn.language), payload("view_cart")),
        )
        return Completed(text, buttons=buttons, shopping=_focusing(turn, facts, variant))


def _resolved(product: ShownProduct) -> Resolution:
    return Resolution(Found.POSITION, product.product_id, product)


def _focusing(turn: Turn, facts: ProductFacts, variant: VariantFact) -> dict[str, Any]:
    context = context_from_json(turn.shopping)
    shown = ShownProduct(facts.product_id or "", facts.title, variant.price_minor, variant.currency)
    return context.focusing(context.known(shown.product_id) or shown).as_json()


def _pairs(resolution: Resolution) -> list[tuple[str, str]]:
    return [(product.product_id, product.title) for product in resolution.candidates[:MOST_CANDIDATES]]


def _load(session: Session, product_id: str) -> tuple[ProductView | None, Labels, tuple[str, ...]]:
    return get_product(session, product_id), load_labels(session), currencies(session)


def _names(product: ProductView, labels: Labels, language: str) -> Mapping[str, str]:
    keys = {key for variant in product.variants for key in variant.options}
    values = {value for variant in product.variants for value in variant.options.values()}
    return {
        **{key: labels.option(key, language) for key in keys},
        **{value: labels.value(value, language) for value in values},
    }
