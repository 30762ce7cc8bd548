"""Searching: the list for a wish, said honestly, with ways on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from actions.reply import Button, Outcome, payload
from actions.services.brands_said import find_brand
from actions.services.empty_search import EmptySearch
from actions.services.feature_check import FeatureCheck
from actions.services.narrow_names import bearing_first, of_its_brand
from actions.services.refinement import Change
from actions.services.search_request import SearchRequest
from actions.services.storefront import Storefront, Visit
from actions.services.wording import joined, wish_phrase
from catalog.search.query import ProductHit, SearchResult, SortOrder

PAGE = 6
SOMETHING_ELSE = payload("search_product")
"""What a yes to "Shall I look for something else?" means: asking what."""
_MOST_COLORS = 2


class Search:
    """The list for a wish, which new searches, refinements and advice share."""

    def __init__(self, store: Storefront) -> None:
        self._store = store
        self._empty = EmptySearch(store, self)
        self._features = FeatureCheck(store)

    async def answer(
        self,
        visit: Visit,
        request: SearchRequest,
        *,
        note: str = "",
        cheaper: bool = False,
        the_one: Change | None = None,
    ) -> Outcome:
        """Show the list for a wish, or say what there is instead.

        Args:
            visit: the turn.
            request: the wish; its `offset` pages on.
            note: a sentence to say first.
            cheaper: the wish came from "cheaper": where there is nothing, what was shown is the cheapest.
            the_one: the order of which only the first is wanted.
        """
        request = await of_its_brand(self._store, visit, await self._settled(visit, request))
        if not (request.kinds or request.words or request.brands or request.has_price_limit or request.colors):
            return self._ask_kind(visit)
        if request.foreign_currency:
            note = self._foreign(visit, request)
            request = replace(request, foreign_currency=None)
        result = await self._store.find_for(visit, request)
        if request.unknown_brands:
            return _with_offer(request, await self._empty.unknown_brand(visit, request, note))
        if not result.hits and request.shown_ids:
            return self._no_more(visit, request)
        if not result.hits:
            return _with_offer(request, await self._empty.answer(visit, request, note, cheaper=cheaper))
        return await self.show(visit, request, result, note=note, the_one=the_one)

    async def show(
        self,
        visit: Visit,
        request: SearchRequest,
        result: SearchResult,
        *,
        note: str = "",
        intro: str = "",
        the_one: Change | None = None,
    ) -> Outcome:
        """Show a page of hits: one list makes both the text and the cards."""
        hits = list(result.hits)
        if request.sort is SortOrder.RELEVANCE:
            hits = await self._store.ordered(visit, hits, relevance_matters=bool(request.words))
            hits = bearing_first(hits, request, visit.facts)
        checked = await self._features.check(visit, request.features, hits)
        page = checked.hits[: 1 if the_one else PAGE]
        if the_one:
            intro = self._store.say(visit, f"search.the_one.{the_one}", title=page[0].title(visit.language))
        text = intro or self._intro(visit, request, result, page)
        corrected = self._corrected(visit, request, result)
        return self._store.listed(
            visit,
            "\n".join(part for part in (note, text, checked.note, corrected) if part),
            page,
            query=request.as_json(),
            quick_replies=self._ways_on(visit, request, hits, page, result.total),
            given_reasons=checked.reasons,
        )

    async def _settled(self, visit: Visit, request: SearchRequest) -> SearchRequest:
        """Where the words of the kind are a brand of the shop ("any Sony?"), make them a brand limit."""
        words = request.kind_words if not request.kinds else ""
        words = words or request.text
        brand = find_brand(words, visit.facts) if words and not request.kinds else None
        if brand is None:
            return request
        return replace(request, brands=(brand,), kind_words="", text="")

    def _intro(self, visit: Visit, request: SearchRequest, result: SearchResult, page: Sequence[ProductHit]) -> str:
        wish = wish_phrase(request, visit.facts, self._store.texts, visit.language)
        if request.shown_ids:
            return self._store.say(visit, "search.more", wish=wish)
        if not request.kinds and request.words and result.hits[0].text_match != "full":
            return self._store.say(visit, "search.nearest_words", words=request.words)
        if result.total == 1:
            return self._store.say(visit, "search.found_one", title=page[0].title(visit.language))
        key = "search.found" if result.total > len(page) else "search.found_all"
        return self._store.say(visit, key, count=result.total, wish=wish, shown=len(page))

    def _corrected(self, visit: Visit, request: SearchRequest, result: SearchResult) -> str:
        if not result.corrected or request.kinds:
            return ""
        return self._store.say(visit, "search.corrected", words=result.corrected)

    def _foreign(self, visit: Visit, request: SearchRequest) -> str:
        return self._store.say(
            visit,
            "search.foreign_currency",
            currency=request.foreign_currency or "",
            currencies=joined(visit.facts.currencies, visit.language),
        )

    def _ask_kind(self, visit: Visit) -> Outcome:
        return self._store.outcome(
            visit,
            self._store.say(visit, "search.ask_kind"),
            quick_replies=self.kinds_to_choose(visit, ()),
            expects="product_type",
        )

    def _no_more(self, visit: Visit, request: SearchRequest) -> Outcome:
        wish = wish_phrase(request, visit.facts, self._store.texts, visit.language)
        buttons = [self._store.button(visit, "button.cheaper", "refine_search", change="cheaper")]
        outcome = self._store.outcome(visit, self._store.say(visit, "search.no_more", wish=wish), quick_replies=buttons)
        return outcome.offering(SOMETHING_ELSE)

    def kinds_to_choose(self, visit: Visit, slugs: Sequence[str]) -> list[Button]:
        """Return buttons for categories: those given, else the largest of the shop."""
        facts = visit.facts
        leaves = [slug for slug, info in facts.categories.items() if info.is_leaf and facts.size(slug)]
        chosen = list(slugs) or sorted(leaves, key=lambda slug: -facts.size(slug))[:4]
        return [
            self._store.button(
                visit, "button.kind", "search_product", title={"kind": facts.name(slug, visit.language)}, category=slug
            )
            for slug in chosen[:5]
        ]

    def _ways_on(
        self,
        visit: Visit,
        request: SearchRequest,
        hits: Sequence[ProductHit],
        page: Sequence[ProductHit],
        total: int,
    ) -> list[Button]:
        store, found = self._store, []
        if len(page) >= 3 and len({hit.price_minor for hit in page}) > 1:
            found.append(store.button(visit, "button.cheaper", "refine_search", change="cheaper"))
        if not request.colors:
            for color in _common_colors(hits)[:_MOST_COLORS]:
                name = visit.facts.labels.value(color, visit.language)
                found.append(
                    store.button(visit, "button.in_color", "refine_search", title={"color": name}, color=color)
                )
        brands = list(dict.fromkeys(hit.brand for hit in hits if hit.brand))
        if not request.brands and len(brands) > 1:
            title = {"brand": visit.facts.brand(brands[0], visit.language)}
            found.append(store.button(visit, "button.of_brand", "refine_search", title=title, brand=brands[0]))
        if len(page) == 2:
            found.append(store.button(visit, "button.compare", "compare_products"))
        if total > len(page):
            found.append(store.button(visit, "button.more", "refine_search", change="more"))
        return found


def _with_offer(request: SearchRequest, outcome: Outcome) -> Outcome:
    """Where nothing of the kind is left to show, a yes to "Shall I drop one of the limits?" means the kind's button."""
    reply = outcome.reply
    if not request.kinds or outcome.shopping is not None or reply is None or not reply.quick_replies:
        return outcome
    return outcome.offering(reply.quick_replies[0].payload)


def _common_colors(hits: Sequence[ProductHit]) -> list[str]:
    colors = Counter(str(hit.options["color"]) for hit in hits if "color" in hit.options)
    return [color for color, _ in colors.most_common()]
