"""When nothing fits: which limit is to blame, and what there is instead."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from actions.reply import Button, Outcome
from actions.services.brand_names import brand_in
from actions.services.kind_filter import of_the_kind
from actions.services.search_request import SearchRequest, search_query
from actions.services.storefront import Storefront, Visit
from actions.services.wording import is_measure, joined, limit_price, wish_phrase
from catalog.search.query import SearchResult, SortOrder

_NEAREST = 3
_MOST_NAMED = 5
_RELAXED: tuple[tuple[str, str, str], ...] = (
    ("color", "colors", "search.none_in_color"),
    ("size", "sizes", "search.none_in_size"),
    ("material", "materials", "search.none_of_material"),
    ("brand", "brands", "search.none_of_brand"),
)


class Lister(Protocol):
    """Shows hits; `actions.services.search.Search` does."""

    async def show(
        self, visit: Visit, request: SearchRequest, result: SearchResult, *, note: str = "", intro: str = ""
    ) -> Outcome:
        """Return the reply that shows these hits."""
        ...

    def kinds_to_choose(self, visit: Visit, slugs: Sequence[str]) -> list[Button]:
        """Return buttons for categories."""
        ...


class EmptySearch:
    """Answers a wish that nothing fits."""

    def __init__(self, store: Storefront, lister: Lister) -> None:
        self._store = store
        self._lister = lister

    async def answer(self, visit: Visit, request: SearchRequest, note: str = "", *, cheaper: bool = False) -> Outcome:
        """Say honestly that there is nothing, and show what comes nearest."""
        if request.has_price_limit:
            priced = await self._other_price(visit, request, note, cheaper=cheaper)
            if priced is not None:
                return priced
        elif not request.materials and (named := await self._named(visit)) is not None:
            return await self._lister.show(visit, request, named, note=note)
        if (measured := await self._measured(visit, request, note)) is not None:
            return measured
        relaxed = await self._without_one_limit(visit, request, note)
        return relaxed if relaxed is not None else self.not_carried(visit, request)

    async def _measured(self, visit: Visit, request: SearchRequest, note: str) -> Outcome | None:
        """Take a measure that is no size to choose for a property: the "11 inch" of a tablet's screen."""
        if not request.sizes or not all(map(is_measure, request.sizes)):
            return None
        as_property = replace(request, sizes=(), features=(*request.features, *request.sizes))
        if not await self._store.stating(request.sizes[-1], as_property.limits()):
            return None
        result = await self._store.find_for(visit, as_property)
        return await self._lister.show(visit, as_property, result, note=note)

    async def unknown_brand(self, visit: Visit, request: SearchRequest, note: str) -> Outcome:
        """Say that the shop does not carry a brand; show the same kind from others, as such."""
        named = [brand_in(name.title() if name.islower() else name, visit.language) for name in request.unknown_brands]
        brand = joined(named, visit.language)
        others = replace(request, unknown_brands=())
        if not (others.kinds or others.words):
            text = self._store.say(visit, "search.unknown_brand_alone", brand=brand)
            return self._store.outcome(visit, text, quick_replies=self._lister.kinds_to_choose(visit, ()))
        result = await self._store.find_for(visit, others)
        if not result.hits:
            return await self.answer(visit, others, note)
        wish = wish_phrase(others, visit.facts, self._store.texts, visit.language)
        intro = self._store.say(visit, "search.unknown_brand", brand=brand, wish=wish)
        return await self._lister.show(visit, others, result, note=note, intro=intro)

    async def _other_price(self, visit: Visit, request: SearchRequest, note: str, *, cheaper: bool) -> Outcome | None:
        query = search_query(request, visit.turn, visit.currency, limit=_NEAREST)
        result: SearchResult | None = None
        if request.price_max_minor is not None:
            above = await self._store.find_above(query, limit=1 if cheaper else _NEAREST)
            result = of_the_kind(request, above)
        if (result is None or not result.hits) and request.price_min_minor is not None:
            below = replace(request.without_price(), sort=SortOrder.PRICE_DESCENDING)
            result = await self._store.find_for(visit, below, limit=_NEAREST)
        if result is None or not result.hits:
            return None
        nearest = result.hits[0]
        intro = self._store.say(
            visit,
            "search.cheapest_already" if cheaper else _price_key(request),
            wish=wish_phrase(request, visit.facts, self._store.texts, visit.language, price=False),
            title=nearest.title(visit.language),
            price=limit_price(nearest.price_minor, nearest.currency, visit.language),
            **self._limits(visit, request),
        )
        shown = replace(request.without_price(), sort=SortOrder.PRICE_ASCENDING)
        return await self._lister.show(visit, shown, result, note=note, intro=intro)

    async def _named(self, visit: Visit) -> SearchResult | None:
        """Return the one product whose name the message says (a "leather jacket" may be called so and be faux)."""
        if visit.turn.is_button:
            return None
        matches = await self._store.by_name(visit.turn.text, visit.language)
        if len(matches) != 1:
            return None
        result = await self._store.find_for(visit, SearchRequest(text=matches[0].title))
        hits = tuple(hit for hit in result.hits if hit.product_id == matches[0].product_id)
        return replace(result, hits=hits, total=1) if hits else None

    def _limits(self, visit: Visit, request: SearchRequest) -> dict[str, str]:
        low, high = request.price_min_minor, request.price_max_minor
        if request.relative_price:  # measured against a price shown, one minor unit beside it
            low, high = (low - 1 if low else low), (high + 1 if high is not None else high)
        words = {
            "low": limit_price(low, visit.currency, visit.language) if low is not None else "",
            "high": limit_price(high, visit.currency, visit.language) if high is not None else "",
        }
        return {**words, "limit": words["high"] or words["low"]}

    async def _without_one_limit(self, visit: Visit, request: SearchRequest, note: str) -> Outcome | None:
        for name, field, key in _RELAXED:
            values = getattr(request, field)
            if not values:
                continue
            changes: dict[str, Any] = {field: ()}
            relaxed = replace(request, **changes)
            if not (relaxed.kinds or relaxed.words or relaxed.brands or relaxed.has_price_limit):
                continue
            named = await self._named(visit) if name == "material" else None
            result = named or await self._store.find_for(visit, relaxed)
            if not result.hits:
                continue
            said = [
                visit.facts.brand(value, visit.language)
                if name == "brand"
                else visit.facts.labels.value(value, visit.language)
                for value in values
            ]
            wish = wish_phrase(relaxed, visit.facts, self._store.texts, visit.language)
            missing = self._store.say(visit, key, wish=wish, value=joined(said, visit.language))
            separator = "" if visit.language == "zh" else " "
            intro = missing + separator + self._instead(visit, name, result)
            return await self._lister.show(visit, relaxed, result, note=note, intro=intro)
        return None

    def _instead(self, visit: Visit, name: str, result: SearchResult) -> str:
        if name == "color":
            found = dict.fromkeys(str(hit.options["color"]) for hit in result.hits if hit.options.get("color"))
            colors = [visit.facts.labels.value(color, visit.language) for color in found][:_MOST_NAMED]
            if colors:
                return self._store.say(visit, "search.colors_there_are", values=joined(colors, visit.language))
        if name == "brand":
            found = dict.fromkeys(hit.brand for hit in result.hits if hit.brand)
            brands = [visit.facts.brand(brand, visit.language) for brand in found][:_MOST_NAMED]
            if brands:
                return self._store.say(visit, "search.brands_there_are", values=joined(brands, visit.language))
        return self._store.say(visit, "search.others_there_are")

    def not_carried(self, visit: Visit, request: SearchRequest) -> Outcome:
        """Say that there is nothing of the kind, with the nearest kinds to tap."""
        words = request.words or request.kind_words
        if request.kinds:
            text = self._store.say(visit, "search.nothing_limits")
            return self._store.outcome(visit, text, quick_replies=self._resets(visit, request))
        closest = visit.names.closest(words) if words else []
        key = "search.nothing" if words and len(words) <= 40 else "search.nothing_blank"
        text = self._store.say(visit, key, words=words)
        return self._store.outcome(visit, text, quick_replies=self._lister.kinds_to_choose(visit, closest))

    def _resets(self, visit: Visit, request: SearchRequest) -> list[Button]:
        """Return a button for each kind, without the limits that leave nothing of it."""
        return [
            self._store.button(visit, "button.kind", "search_product", title={"kind": name}, category=slug)
            for slug in request.kinds[:3]
            for name in (visit.facts.name(slug, visit.language),)
        ]


def _price_key(request: SearchRequest) -> str:
    if request.price_min_minor is not None and request.price_max_minor is not None:
        return "search.none_between"
    if request.price_max_minor is not None:
        return "search.none_up_to"
    return "search.none_above" if request.relative_price else "search.none_from"
