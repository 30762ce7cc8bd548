"""Two to four products side by side, with one honest sentence of difference."""

import re
from collections.abc import Awaitable, Callable, Sequence, Set

from actions.money import format_price
from actions.reply import Outcome
from actions.services.brands_said import brands_in_text
from actions.services.cards import card_of_product, shown_of_product
from actions.services.list_places import positions_in
from actions.services.property_lookup import asked_keys, attribute_property, names_property
from actions.services.references import Found, name_phrases, resolve, resolve_several
from actions.services.refinement import ORDERS, changes_of
from actions.services.shopping_context import ShownProduct
from actions.services.storefront import Storefront, Visit
from actions.services.wording import joined
from actions.turn import Turn
from catalog.repositories.products import ProductView

_MOST = 4
_MOST_ATTRIBUTES = 6
_CLEARLY_BETTER = 0.1
_IN_ROWS = 2
_RECOMMENDS = re.compile(r"\b(?:recommend|suggest|advise)|推荐|建议", re.IGNORECASE)


class Comparison:
    """Handler for `compare_products`."""

    def __init__(
        self,
        store: Storefront,
        show_detail: Callable[[Turn], Awaitable[Outcome]],
        refine: Callable[[Turn], Awaitable[Outcome]],
        recommend: Callable[[Turn], Awaitable[Outcome]],
    ) -> None:
        """Take the other handlers that may answer.

        Args:
            store: the shop.
            show_detail: answers what is asked of one product only: "the battery of the cheaper one".
            refine: shows the list of several brands, "adidas or asics", and the first of a list: "whats the cheapest".
            recommend: answers "which do you recommend".
        """
        self._store = store
        self._show_detail = show_detail
        self._refine = refine
        self._recommend = recommend

    async def handle(self, turn: Turn) -> Outcome:
        """Compare the products that the message names or points at."""
        visit = await self._store.visit(turn)
        turn = visit.turn
        one = resolve(turn, visit.context)
        if one.found is Found.SUPERLATIVE and one.product_id and names_property(turn.text) and not turn.is_button:
            return await self._show_detail(turn)
        if visit.context.query is not None and not (turn.is_button or positions_in(turn)):
            if _RECOMMENDS.search(turn.text):
                return await self._recommend(turn)
            if len(visit.context.shown) > _MOST and any(change in ORDERS for change in changes_of(turn)):
                return await self._refine(turn)
        chosen = list(resolve_several(turn, visit.context, most=_MOST))
        if not turn.is_button and len(chosen) < _MOST:
            chosen = await self._with_named(visit, chosen)
        products = await self._store.products([product.product_id for product in chosen])
        products = [product for product in products if product.active]
        if len(products) < _IN_ROWS:
            several_brands = len(brands_in_text(turn.text, visit.facts)) >= _IN_ROWS
            if several_brands and visit.context.query is not None:
                return await self._refine(turn)
            return self._store.outcome(visit, self._store.say(visit, "compare.need_two"))
        return self._side_by_side(visit, products)

    async def _with_named(self, visit: Visit, chosen: Sequence[ShownProduct]) -> list[ShownProduct]:
        """Add products of the catalogue that the message names and that were not shown."""
        found = {product.product_id: product for product in chosen}
        named: dict[str, ShownProduct] = {}
        for phrase in name_phrases(visit.turn.text):
            matches = await self._store.by_name(phrase, visit.language)
            if len(matches) == 1:
                named[matches[0].product_id] = matches[0]
        if len(found) >= _IN_ROWS and positions_in(visit.turn):
            return list(found.values())
        focus = visit.context.known(visit.context.focus) if visit.context.focus else None
        if focus is not None and len({**found, **named}) == 1:
            named = {focus.product_id: focus, **named}
        if len(named) >= _IN_ROWS:
            return list(named.values())[:_MOST]
        return list({**found, **named}.values())[:_MOST] if len(found) < _IN_ROWS else list(found.values())

    def _side_by_side(self, visit: Visit, products: Sequence[ProductView]) -> Outcome:
        store, language = self._store, visit.language
        currency = next(
            (c for c in (visit.currency, *visit.facts.currencies) if all(p.price_range(c) for p in products)),
            visit.currency,
        )
        lines = [store.say(visit, "compare.intro")]
        lines += [f"{position}. {product.title(language)}" for position, product in enumerate(products, start=1)]
        lines.append(
            self._row(visit, store.say(visit, "compare.price"), [_price(p, currency, visit) for p in products])
        )
        if any(product.rating is not None for product in products):
            ratings = [f"{p.rating:.1f} ({p.rating_count:,})" if p.rating is not None else None for p in products]
            lines.append(self._row(visit, store.say(visit, "compare.rating"), ratings))
        asked = {key for product in products for key in asked_keys(product, visit.turn.text, visit.facts.labels)}
        for key in _shared_attributes(products, asked):
            facts = [
                attribute_property(key, p.attributes[key], visit.facts.labels, language, store.texts)
                if key in p.attributes
                else None
                for p in products
            ]
            name = next(fact.name for fact in facts if fact is not None)
            lines.append(self._row(visit, name, [fact.value if fact is not None else None for fact in facts]))
        lines.append(self._difference(visit, products, currency))
        cards = [card_of_product(product, currency, language, store.texts) for product in products]
        shown = [shown_of_product(product, currency, language) for product in products]
        return store.outcome(
            visit,
            "\n".join(line for line in lines if line),
            cards=[card for card in cards if card is not None],
            context=visit.context.showing(shown, query=visit.context.query),
        )

    def _row(self, visit: Visit, name: str, values: Sequence[str | None]) -> str:
        unknown = self._store.say(visit, "compare.unknown")
        said = " | ".join(value if value else unknown for value in values)
        return self._store.say(visit, "compare.line", name=name, values=said)

    def _difference(self, visit: Visit, products: Sequence[ProductView], currency: str) -> str:
        """Say which costs the least, by how much, and which is rated highest; nothing where prices only begin alike."""
        ranges = {p.product_id: p.price_range(currency) for p in products}
        priced = [(span, p) for p in products if (span := ranges[p.product_id]) is not None]
        if len(priced) < _IN_ROWS:
            return ""
        best = max(products, key=lambda p: p.rating or 0.0)
        ratings = sorted((p.rating or 0.0 for p in products), reverse=True)
        ahead = ratings[0] - ratings[1] >= _CLEARLY_BETTER
        if len(priced) == len(products) and len({span for span, _ in priced}) == 1:
            key = "compare.same_price" if ahead else "compare.alike"
            return self._store.say(visit, key, title=best.title(visit.language))
        low, *dearer = sorted({span[0] for span, _ in priced})
        if not dearer:
            return ""
        cheapest = [p for span, p in priced if span[0] == low]
        values = {
            "title": joined([p.title(visit.language) for p in cheapest], visit.language),
            "difference": format_price(dearer[0] - low, currency, visit.language),
            "other": best.title(visit.language),
            "rating": f"{best.rating or 0:.1f}",
        }
        if len(priced) > _IN_ROWS and len(cheapest) == 1 and best is not cheapest[0]:
            return self._store.say(visit, "compare.lowest_rated" if ahead else "compare.lowest", **values)
        if len(cheapest) > 1:
            return self._store.say(visit, "compare.cheapest_rated" if ahead else "compare.cheapest", **values)
        if not ahead:
            return self._store.say(visit, "compare.cheaper", **values)
        key = "compare.cheaper_and_better" if best is cheapest[0] else "compare.cheaper_but"
        return self._store.say(visit, key, **values)


def _price(product: ProductView, currency: str, visit: Visit) -> str | None:
    span = product.price_range(currency)
    if span is None:
        return None
    low, high = (format_price(figure, currency, visit.language) for figure in span)
    return low if low == high else f"{low}–{high}"


def _shared_attributes(products: Sequence[ProductView], asked: Set[str]) -> list[str]:
    """Return the attribute keys to compare: what was asked about, then what most products state."""
    keys = dict.fromkeys(key for product in products for key in product.attributes)
    counts = {key: sum(key in product.attributes for product in products) for key in keys}
    wanted = [key for key in keys if counts[key] >= _IN_ROWS or len(products) == 1]
    return sorted(wanted, key=lambda key: (key not in asked, -counts[key]))[:_MOST_ATTRIBUTES]
