"""Advice where no kind is fixed: by recipient, budget and history, spread over categories."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from actions.reply import Outcome
from actions.services.diversity import taking_turns
from actions.services.message_words import has_content
from actions.services.new_search import new_request
from actions.services.refinement import ordered
from actions.services.search import PAGE, Search
from actions.services.search_request import SearchRequest, apply_wishes, request_from_json
from actions.services.storefront import Storefront, Visit
from actions.services.wishes import read_wishes
from actions.services.wording import limit_price, wish_phrase
from actions.turn import Turn
from catalog.models.base import utc_now
from catalog.repositories.events import bought_together, popular_products, shopper_history
from catalog.search.query import Limits, ProductHit, SearchQuery, SortOrder

_POPULAR = 80
_POPULAR_DAYS = 90
_POPULAR_FRESH_S = 300.0
_TOGETHER = 30
_NEAR = 40
_HISTORY = 30
_COMPLETE = ("a ", "an ", "the ", "your ", "his ", "her ", "their ", "kids", "children")
_AS_SAID = ("her", "him", "them", "someone", "somebody", "everyone", "everybody", "anyone", "men", "women")
_TURNED = {"me": "you", "us": "you", "myself": "yourself", "ourselves": "yourselves"}
_TURNED_ZH = {"我": "您", "我们": "您", "咱们": "您"}
_GIVEN_ZH = re.compile(r"^(?:送给|给|送)(?=.)|(?<=.)(?<![男女])的$")
_OF_ALL = re.compile(
    r"\b(?:something|anything|some\s?things?|sth|stuff|gifts?|presents?)\b|东西|[点些]啥|什么|礼物", re.I
)
_WEIGHTY = ("click", "view", "add_to_cart", "purchase")


class Recommendation:
    """Handler for `recommend_product`."""

    def __init__(self, store: Storefront, search: Search, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._search = search
        self._clock = clock
        self._popular: list[str] = []
        self._popular_at = float("-inf")

    async def handle(self, turn: Turn) -> Outcome:
        """Recommend; a message that names a kind of product is a search for it."""
        visit = await self._store.visit(turn)
        turn = visit.turn
        request = new_request(visit)
        if request.kinds and (turn.first("product_type") or turn.first("category")):
            return await self._search.answer(visit, request)
        wishes = read_wishes(turn, visit.facts, visit.currency)
        last = request_from_json(visit.context.query)
        if wishes.brands or wishes.unknown_brands:
            return await self._search.answer(visit, ordered(apply_wishes(last, wishes, visit.currency), turn))
        if last.kinds and not (wishes.features or _asks_of_all(turn)):
            return await self._of_the_list(visit, apply_wishes(last, wishes, visit.currency))
        request = ordered(apply_wishes(SearchRequest(), wishes, visit.currency), turn)
        hits = await self._candidates(visit, request)
        if not hits and request.has_price_limit:
            hits = await self._candidates(visit, request.without_price())
            hits = sorted(hits, key=lambda hit: hit.price_minor)
            return self._listed(visit, request.without_price(), hits, self._none(visit, request))
        if not hits:
            text = self._store.say(visit, "recommend.empty")
            return self._store.outcome(visit, text, quick_replies=self._search.kinds_to_choose(visit, ()))
        return self._listed(visit, request, hits, self._intro(visit, request))

    async def _of_the_list(self, visit: Visit, last: SearchRequest) -> Outcome:
        """Recommend of what is talked about, best rated first: "which do you recommend?" after a list."""
        request = replace(last, sort=SortOrder.RATING)
        result = await self._store.find_for(visit, request)
        if not result.hits:
            return await self._search.answer(visit, request)
        wish = wish_phrase(request, visit.facts, self._store.texts, visit.language)
        intro = self._store.say(visit, "recommend.kind", wish=wish)
        return await self._search.show(visit, request, result, intro=intro)

    async def _candidates(self, visit: Visit, request: SearchRequest) -> list[ProductHit]:
        """Retrieve from meaning, co-purchase and popularity; the ranker orders, then categories take turns.

        Of the whole shop where an order is asked for, "the cheapest"; what was just shown comes last.
        """
        limits = replace(await self._store.limits(visit, request), in_stock_only=True)
        if request.sort is not SortOrder.RELEVANCE:
            query = SearchQuery(limits=limits, currency=visit.currency, sort=request.sort)
            return list((await self._store.find(query)).hits)[:PAGE]
        near = await self._near(visit, request)
        chosen, known = await self._from_history(visit)
        popular = await self._popular_ids()
        ids = list(dict.fromkeys([*(hit.product_id for hit in near), *chosen, *popular]))[: _POPULAR + _TOGETHER]
        ids = [product_id for product_id in ids if product_id not in known] or ids
        query = SearchQuery(
            limits=replace(limits, among=tuple(ids) if ids else None),
            currency=visit.currency,
            limit=_POPULAR,
        )
        hits = {hit.product_id: hit for hit in (await self._store.find(query)).hits}
        found = [hits[product_id] for product_id in ids if product_id in hits] if ids else list(hits.values())
        ranked = await self._store.ordered(visit, found, relevance_matters=True)
        just_shown = {product.product_id for product in visit.context.shown}
        ranked = sorted(ranked, key=lambda hit: hit.product_id in just_shown)
        by_id = {hit.product_id: hit for hit in ranked}
        ids = taking_turns(list(by_id), {hit.product_id: hit.category_slug for hit in ranked}, PAGE)
        return [by_id[product_id] for product_id in ids[:PAGE]]

    async def _near(self, visit: Visit, request: SearchRequest) -> Sequence[ProductHit]:
        """Return products near the meaning of the message, where it says more than "recommend me something"."""
        turn = visit.turn
        words = " ".join(str(entity.value) for entity in turn.all("feature"))
        if turn.is_button or not has_content(words):
            return ()
        limits = Limits(
            price_min_minor=request.price_min_minor, price_max_minor=request.price_max_minor, in_stock_only=True
        )
        query = SearchQuery(text=words, vector=turn.vector, limits=limits, currency=visit.currency, limit=_NEAR)
        return (await self._store.find(query)).hits

    async def _from_history(self, visit: Visit) -> tuple[list[str], set[str]]:
        """Return what goes with the shopper's products, and the products that they bought already."""
        events = await self._store.db.read(shopper_history, visit.shopper_id, limit=_HISTORY)
        liked = list(dict.fromkeys(e.product_id for e in events if e.kind.value in _WEIGHTY))[:8]
        bought = {e.product_id for e in events if e.kind.value == "purchase"}
        if not liked:
            return [], bought
        together = await self._store.db.read(bought_together, liked, limit=_TOGETHER)
        return [product_id for product_id, _ in together], bought

    async def _popular_ids(self) -> list[str]:
        if self._clock() - self._popular_at > _POPULAR_FRESH_S:
            since = utc_now() - timedelta(days=_POPULAR_DAYS)
            rows = await self._store.db.read(popular_products, since=since, limit=_POPULAR)
            rows = rows or await self._store.db.read(popular_products, limit=_POPULAR)
            self._popular = [product_id for product_id, _ in rows]
            self._popular_at = self._clock()
        return self._popular

    def _intro(self, visit: Visit, request: SearchRequest) -> str:
        recipient = _recipient(visit.turn)
        low, high = (
            limit_price(figure, visit.currency, visit.language) if figure is not None else ""
            for figure in (request.price_min_minor, request.price_max_minor)
        )
        budget = "span" if low and high else "budget" if high else ""
        key = {
            (True, True): f"recommend.recipient_{budget}",
            (True, False): "recommend.recipient",
            (False, True): f"recommend.{budget}",
            (False, False): "recommend.intro",
        }[bool(recipient), bool(budget)]
        person = as_addressed(recipient, visit.language) if recipient else ""
        return self._store.say(visit, key, recipient=person, limit=high, low=low, high=high)

    def _none(self, visit: Visit, request: SearchRequest) -> str:
        figure = request.price_max_minor if request.price_max_minor is not None else request.price_min_minor
        return self._store.say(visit, "recommend.none", limit=limit_price(figure or 0, visit.currency, visit.language))

    def _listed(self, visit: Visit, request: SearchRequest, hits: Sequence[ProductHit], text: str) -> Outcome:
        kinds = list(dict.fromkeys(hit.category_slug for hit in hits))[:3]
        buttons = [
            self._store.button(visit, "button.cheaper", "refine_search", change="cheaper"),
            *self._search.kinds_to_choose(visit, kinds),
        ]
        return self._store.listed(visit, text, hits[:PAGE], query=request.as_json(), quick_replies=buttons)


def _asks_of_all(turn: Turn) -> bool:
    """Tell whether advice is asked for from the whole shop, whatever was talked about."""
    return turn.is_button or turn.first("recipient") is not None or _OF_ALL.search(turn.text) is not None


def _recipient(turn: Turn) -> str:
    """Return for whom a present is, "" where nobody is named; "his" and "mom", marked apart, are one."""
    parts = turn.all("recipient")
    words = str(parts[0].value) if parts else ""
    for left, right in pairwise(parts):
        if turn.text[left.end : right.start] != " ":
            break
        words = f"{words} {right.value}"
    return words.strip()


def as_addressed(recipient: str, language: str) -> str:
    """Return a recipient as the shop says it: "my dad" and "dad" become "your dad", "me" "you", 「给我爸的」 「爸」."""
    words = recipient.strip()
    if words.casefold() in (*_AS_SAID, *_TURNED):
        return _TURNED.get(words.casefold(), words.casefold())
    if words.casefold().startswith(("my ", "our ")):
        return "your " + words.split(maxsplit=1)[1]
    if language == "en" and words.islower() and not words.startswith(_COMPLETE):
        return "your " + words
    words = _GIVEN_ZH.sub("", words)
    return _TURNED_ZH.get(words) or words.removeprefix("我的").removeprefix("我") or words
