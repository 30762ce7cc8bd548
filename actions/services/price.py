"""The price of a product: one figure, or one a variant where they differ."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from actions.money import format_price
from actions.reply import Outcome
from actions.services.cards import card_of_product
from actions.services.product_question import Asked, ProductQuestions
from actions.services.references import Found
from actions.services.refinement import Change, changes_of
from actions.services.storefront import Storefront, Visit
from actions.services.variant_wording import fitting_variants, wanted_options, wanted_text
from actions.services.wording import with_options
from actions.texts import listed
from actions.turn import Turn
from catalog.repositories.products import VariantView

_INTENT = "ask_price"
_MOST_LINES = 10


class Price:
    """Handler for `ask_price`."""

    def __init__(self, store: Storefront, refine: Callable[[Turn], Awaitable[Outcome]]) -> None:
        """`refine` takes what frees the list of its price: "forget the price", 「价格无所谓」."""
        self._store = store
        self._refine = refine
        self._questions = ProductQuestions(store)

    async def handle(self, turn: Turn) -> Outcome:
        """Say what the product meant costs, or each of those whose places in the list are named."""
        visit = await self._store.visit(turn)
        turn = visit.turn
        if visit.context.query is not None and Change.ANY_PRICE in changes_of(turn):
            return await self._refine(turn)
        several, notes = await self._questions.several(visit)
        if several:
            several = [self._of_version(one) for one in several]
            offers = self._store.button(visit, "button.offers", "ask_promotion")
            lines = [*map(self._said, several), *notes]
            return self._questions.answer_several(visit, several, lines, (offers,))
        resolution = await self._questions.resolve(visit)
        if resolution.product_id is None:
            if resolution.found is Found.AMBIGUOUS and not resolution.explicit and len(visit.context.shown) > 1:
                return self._listed(visit)
            return self._store.ask_which(visit, resolution, _INTENT)
        asked = await self._questions.load(visit, resolution.product_id)
        return asked if isinstance(asked, Outcome) else self._answer(self._of_version(asked))

    def _listed(self, visit: Visit) -> Outcome:
        """Several are on the table: give the price of each."""
        lines = [self._store.say(visit, "price.listed")]
        for position, product in enumerate(visit.context.shown, start=1):
            if product.price_minor is not None and product.currency is not None:
                price = format_price(product.price_minor, product.currency, visit.language)
                lines.append(
                    self._store.say(visit, "price.list_line", position=position, title=product.title, price=price)
                )
        return self._store.outcome(visit, "\n".join(lines))

    def _of_version(self, asked: Asked) -> Asked:
        """Return the product with the versions alone that the message names; as it is where it names none of them."""
        variants = _named_variants(asked)
        return replace(asked, product=replace(asked.product, variants=tuple(variants))) if variants else asked

    def _said(self, asked: Asked) -> str:
        visit, variants = asked.visit, _named_variants(asked)
        options = wanted_text(variants, wanted_options(visit.turn), visit.facts.labels, visit.language)
        named = with_options(asked.title, (options,) if options else (), self._store.texts, visit.language)
        return self._text(asked, named)

    def _answer(self, asked: Asked) -> Outcome:
        visit, store = asked.visit, self._store
        card = card_of_product(asked.product, asked.currency, visit.language, store.texts)
        return store.outcome(
            visit,
            self._said(asked),
            cards=(card,) if card else (),
            quick_replies=(
                store.button(visit, "button.in_stock_ones", "ask_availability", product_id=asked.product.product_id),
                store.button(visit, "button.offers", "ask_promotion"),
            ),
            context=visit.context.focusing(asked.shown()),
        )

    def _text(self, asked: Asked, title: str) -> str:
        visit, currency = asked.visit, asked.currency
        priced = [variant for variant in asked.product.variants if currency in variant.prices]
        if not priced:
            return self._store.say(visit, "price.none", title=title, currency=currency)
        figures = sorted({variant.prices[currency].price_minor for variant in priced})
        if len(figures) == 1:
            price = priced[0].prices[currency]
            values = {"title": title, "price": format_price(figures[0], currency, visit.language)}
            if price.compare_at_minor is not None and price.compare_at_minor > price.price_minor:
                before = format_price(price.compare_at_minor, currency, visit.language)
                return self._store.say(visit, "price.reduced", before=before, **values)
            return self._store.say(visit, "price.one", **values)
        low, high = (format_price(figure, currency, visit.language) for figure in (figures[0], figures[-1]))
        lines = [self._store.say(visit, "price.range", title=title, low=low, high=high)]
        return "\n".join([*lines, *self._lines(asked, priced)[:_MOST_LINES]])

    def _lines(self, asked: Asked, variants: list[VariantView]) -> list[str]:
        """Return one line a price: the options that make the difference, and the figure."""
        visit, currency = asked.visit, asked.currency
        keys = _deciding_keys(variants, currency)
        lines: dict[str, str] = {}
        for variant in variants:
            price = format_price(variant.prices[currency].price_minor, currency, visit.language)
            values = [
                visit.facts.labels.value(str(variant.options[k]), visit.language) for k in keys if k in variant.options
            ]
            options = listed(values, visit.language)
            lines[options] = self._store.say(visit, "price.line", options=options, price=price)
        return list(lines.values())


def _named_variants(asked: Asked) -> list[VariantView]:
    """Return the variants with the colours and sizes that the message names; none where it names none of them."""
    wanted = wanted_options(asked.visit.turn)
    return fitting_variants(asked.product, wanted, asked.visit.facts.labels) if wanted else []


def _deciding_keys(variants: list[VariantView], currency: str) -> list[str]:
    """Return the fewest option keys that tell the prices apart: one key if one is enough, else all."""
    keys = list(dict.fromkeys(key for variant in variants for key in variant.options))
    for key in keys:
        prices: dict[object, set[int]] = {}
        for variant in variants:
            prices.setdefault(variant.options.get(key), set()).add(variant.prices[currency].price_minor)
        if all(len(figures) == 1 for figures in prices.values()):
            return [key]
    return keys
