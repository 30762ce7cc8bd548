"""Checkout with the catalogue: the cart in words, a customer's known address, and the order at the end."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from actions.money import format_price
from actions.reply import Language
from actions.services.service_tasks import Completed
from actions.services.tasks.checkout import Checkout, CheckoutFacts
from actions.services.tasks.frames import Frame
from actions.services.tasks.payment import payment_key
from actions.services.wording import with_options
from actions.texts import Texts
from actions.turn import Turn
from catalog.errors import NotFoundError, OutOfStockError
from catalog.repositories.carts import CartLineView, CartView, get_cart
from catalog.repositories.checkout import OrderRequest, TotalChangedError, place_order
from catalog.repositories.customers import AddressView, CustomerView, get_customer, has_demo_customers_only
from catalog.repositories.orders import orders_of_conversation
from catalog.repositories.products import Labels, load_labels
from catalog.session import Database


def cart_lines(cart: CartView, labels: Labels, texts: Texts, language: Language) -> tuple[str, ...]:
    """Return a line of words for each line of a cart."""
    return tuple(
        texts.say(
            "cart.line",
            language,
            quantity=line.quantity,
            title=titled(line, labels, texts, language),
            price=format_price(line.total_minor, cart.currency, language),
        )
        for line in cart.lines
    )


def titled(line: CartLineView, labels: Labels, texts: Texts, language: Language) -> str:
    """Return the title of a line with its colour, size and so on."""
    options = (labels.value(value, language) for value in line.options.values())
    return with_options(line.title(language) or line.product_id, options, texts, language)


def fingerprint(cart: CartView) -> str:
    """Return what tells one content of a cart from another."""
    text = "|".join(f"{line.variant_id}*{line.quantity}" for line in cart.lines)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def agreement(cart: CartView) -> dict[str, Any]:
    """Return what a yes to a cart agrees to: its total in minor units, the currency, and which pieces."""
    return {"total_minor": cart.total_minor, "currency": cart.currency, "pieces": fingerprint(cart)}


class CheckoutService:
    """See `Checkout` for what is asked.

    Args:
        database: the shop.
        texts: what is said.
        demo: orders of a shop whose customers are all synthetic are for show, and the shopper is told so.
    """

    def __init__(self, database: Database, texts: Texts, *, demo: bool = False) -> None:
        self.task = Checkout()
        self._database = database
        self._texts = texts
        self._demo = demo

    async def open(self, turn: Turn) -> list[Frame]:
        """Begin; the count of earlier orders of this conversation keeps two equal carts apart."""
        earlier = await self._database.read(orders_of_conversation, turn.conversation_id)
        return [Frame(self.task.name, {"number": earlier})]

    async def facts(self, frame: Frame, turn: Turn) -> CheckoutFacts:
        """Read the cart, and the customer's last address where somebody is signed in."""
        cart, customer, labels = await self._database.read(_load, turn.conversation_id, turn.customer_id)
        if cart is None or not cart.lines:
            return CheckoutFacts(empty=True)
        shown = frame.get("shown")
        return CheckoutFacts(
            empty=False,
            cart_lines=cart_lines(cart, labels, self._texts, turn.language),
            total=format_price(cart.total_minor, cart.currency, turn.language),
            agreement=agreement(cart),
            prices={line.variant_id: line.price_minor for line in cart.lines},
            shown_total=format_price(shown["total_minor"], shown["currency"], turn.language) if shown else "",
            new_prices=self._new_prices(frame, cart, labels, turn.language),
            shortages=self._shortages(cart, labels, turn.language),
            known=_known(customer),
            demo=self._demo and await self._database.read(has_demo_customers_only),
        )

    def _new_prices(self, frame: Frame, cart: CartView, labels: Labels, language: Language) -> tuple[str, ...]:
        """Return a line for each piece that costs something else than when the summary was shown."""
        before: Mapping[str, int] = frame.get("shown_prices") or {}
        return tuple(
            self._texts.say(
                "checkout.new_price",
                language,
                title=titled(line, labels, self._texts, language),
                price=format_price(line.price_minor, cart.currency, language),
                before=format_price(before[line.variant_id], cart.currency, language),
            )
            for line in cart.lines
            if before.get(line.variant_id, line.price_minor) != line.price_minor
        )

    def _shortages(self, cart: CartView, labels: Labels, language: Language) -> tuple[str, ...]:
        """Return a line for each variant of which less is left than the cart holds."""
        return tuple(
            self._texts.say(
                "checkout.only_left" if line.stock > 0 else "checkout.sold_out",
                language,
                title=titled(line, labels, self._texts, language),
                count=line.stock,
            )
            for line in cart.lines
            if line.stock < line.quantity
        )

    def focus(self, turn: Turn, facts: CheckoutFacts) -> None:
        """Return nothing: no product is asked about."""

    async def complete(self, frame: Frame, turn: Turn, facts: CheckoutFacts) -> Completed:
        """Place the order, once however often it is confirmed.

        Where the cart or the stock has changed in the moment since `facts` were read, nothing is ordered: the frame
        goes on, and what it says next is read anew and tells what has changed.
        """
        say = self._texts.say
        try:
            order = await self._database.run(_place, frame, turn)
        except TotalChangedError:
            return Completed("", reopened=frame)
        except OutOfStockError:
            return Completed("", reopened=frame.clear("confirmed"))
        except NotFoundError:
            return Completed(say("checkout.cart_empty", turn.language))
        total = format_price(order.total_minor, order.currency, turn.language)
        payment = say(payment_key(str(frame.get("payment_method")), demo=facts.demo), turn.language)
        key = "checkout.demo_placed" if facts.demo else "checkout.placed"
        values = {"number": order.number, "total": total, "email": order.email, "payment": payment}
        return Completed(say(key, turn.language, **values))


def _load(
    session: Session, conversation_id: str, customer_id: str | None
) -> tuple[CartView | None, CustomerView | None, Labels]:
    customer = get_customer(session, customer_id) if customer_id else None
    return get_cart(session, conversation_id), customer, load_labels(session)


def _known(customer: CustomerView | None) -> Mapping[str, Any] | None:
    if customer is None or not customer.addresses or not customer.addresses[0].postal_code:
        return None
    address = customer.addresses[0]
    name = address.recipient or f"{customer.first_name} {customer.last_name}"
    return {
        "person_name": name,
        "email": customer.email,
        "address": ", ".join(part for part in (address.line1, address.line2, address.city) if part),
        "postal_code": address.postal_code,
    }


def _place(session: Session, frame: Frame, turn: Turn) -> Any:
    cart = get_cart(session, turn.conversation_id)
    shown = frame.get("shown")
    if cart is not None and cart.lines and agreement(cart) != shown:
        raise TotalChangedError("the cart is not the one that was shown")
    key = f"{turn.conversation_id}:{frame.get('number')}:{fingerprint(cart) if cart else 'empty'}"
    request = OrderRequest(
        conversation_id=turn.conversation_id,
        idempotency_key=key,
        recipient=str(frame.get("person_name")),
        email=str(frame.get("email")),
        address=AddressView(
            line1=str(frame.get("address")), city="", postal_code=str(frame.get("postal_code")), country=""
        ),
        payment_method=str(frame.get("payment_method")),
        language=turn.language,
        customer_id=turn.customer_id,
        expected_total_minor=shown["total_minor"],
    )
    return place_order(session, request)
