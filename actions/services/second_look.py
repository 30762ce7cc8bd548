"""A message read without certainty: acted on where the catalogue vouches for the reading, or nothing can go wrong."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from actions.names import FALLBACK_INTENT, SHOW_PRODUCT, ActionName
from actions.reply import Outcome, payload
from actions.services.brands_said import brands_in_text, is_brand_alone
from actions.services.category_resolution import resolve_kind
from actions.services.name_match import words_of
from actions.services.property_lookup import names_property
from actions.services.references import Found
from actions.services.refinement import ORDERS, changes_of, the_one
from actions.services.search_request import request_from_json
from actions.services.service_answers import ServiceAnswers
from actions.services.small_talk import SmallTalk, only_waits
from actions.services.storefront import Storefront, Visit
from actions.services.tasks.answers import turns_down
from actions.services.variant_wording import wanted_options
from actions.services.wishes import read_wishes
from actions.turn import Entity, Turn

Handler = Callable[[Turn], Awaitable[Outcome]]
HARMLESS: Final = frozenset({"greet", "goodbye", "thank", "ask_help", "ask_bot_identity"})
_HARMLESS_FROM: Final = 0.45
_SEARCH_FROM: Final = 0.5
_KIND_FROM: Final = 0.8
_REFINES_FROM: Final = 0.3
_ADVISES_FROM: Final = 0.2
_QUESTIONS: Final = {
    "ask_price": ActionName.SHOW_PRICE,
    "ask_product_detail": ActionName.SHOW_PRODUCT_DETAIL,
    "ask_availability": ActionName.SHOW_AVAILABILITY,
}
_WISHES: Final = frozenset(
    (
        *("search_product", "recommend_product", "refine_search", "compare_products", "out_of_scope", "chitchat"),
        *_QUESTIONS,
    )
)
_FIGURES: Final = re.compile(r"[\W_]*\d[\W\d_]*")
_SHORT: Final = 24
_VERY_SHORT: Final = 8
_HARD_WISHES: Final = frozenset(("price_min", "price_max", "size", "color", "brand"))


def _asks_a_property(text: str) -> bool:
    return names_property(text) or bool(re.search(r"colou?rs?\b|颜色|什么色", text, re.IGNORECASE))


class SecondLook:
    """Asked before the shopper is asked what they meant."""

    def __init__(
        self,
        store: Storefront,
        shopping: Mapping[ActionName, Handler],
        small_talk: SmallTalk,
        policies: ServiceAnswers,
    ) -> None:
        """Take what may answer."""
        self._store = store
        self._shopping = shopping
        self._small_talk = small_talk
        self._policies = policies

    async def handle(self, turn: Turn) -> Outcome | None:
        """Answer by the likeliest reading, or return None where it is better to ask."""
        top, probability = next(((n, p) for n, p in turn.ranking if n != FALLBACK_INTENT), ("", 0.0))
        if not top or turn.is_button:
            return None
        advises = turn.first("recipient") and dict(turn.ranking).get("recommend_product", 0.0) >= _ADVISES_FROM
        wishes = advises or any(entity.name in _HARD_WISHES for entity in turn.entities)
        if top in HARMLESS and wishes:
            top, probability = next((n, p) for n, p in turn.ranking if n not in HARMLESS | {FALLBACK_INTENT})
        talks = top in HARMLESS and probability >= _HARMLESS_FROM and not _FIGURES.fullmatch(turn.text)
        if only_waits(turn.text) or talks:
            return await self._small_talk.handle(replace(turn, intent=top))
        if (answered := await self.of_the_list(turn) or await self._policies.follow_up(turn)) is not None:
            return answered
        return await self._about_products(turn, top, probability) or await self._policies.sure_answer(turn)

    async def of_the_list(self, turn: Turn) -> Outcome | None:
        """Change the list shown where a message that was read as something else names only a brand of the shop, what
        is not wanted or an order: 「李宁的呢」, "no lego", 「评分最高的」."""
        if turn.is_button or len(turn.text) > _SHORT or not turn.shopping.get("query"):
            return None
        visit = await self._store.visit(turn)
        wishes = read_wishes(visit.turn, visit.facts, visit.currency)
        unwanted = turns_down(turn.text) and (
            any((wishes.not_brands, wishes.not_colors, wishes.not_materials))
            or await self._are_stated(visit, wishes.not_words)
        )
        orders = len(turn.text) <= _VERY_SHORT and any(change in ORDERS for change in changes_of(turn))
        if unwanted or orders or is_brand_alone(turn.text, visit.facts):
            return await self._as(ActionName.REFINE_SEARCH, turn, "refine_search")
        return None

    async def _are_stated(self, visit: Visit, words: Iterable[str]) -> bool:
        limits = request_from_json(visit.context.query).limits()
        return any([await self._store.stating(word, limits) for word in words])

    async def _about_products(self, turn: Turn, top: str, probability: float) -> Outcome | None:
        visit = await self._store.visit(turn)
        refining = dict(turn.ranking).get("refine_search", 0.0) >= _REFINES_FROM
        changes = changes_of(turn) if visit.context.query is not None else ()
        short = len(turn.text) <= _VERY_SHORT
        refines = bool(changes) and (refining or short or the_one(turn.text, changes) is not None)
        priced = refining and any(map(turn.first, ("price_min", "price_max")))
        limits = (top == "refine_search" or short or priced) and self._changes_the_list(visit)
        if refines or limits:
            return await self._as(ActionName.REFINE_SEARCH, turn, top)
        if top not in _WISHES and len(turn.text) > _SHORT:
            return None
        if visit.context.focus is not None and top in _QUESTIONS and wanted_options(turn):
            return await self._as(_QUESTIONS[top], turn, top)
        if visit.context.focus is not None and _asks_a_property(turn.text):
            return await self._as(ActionName.SHOW_PRODUCT_DETAIL, turn, "ask_product_detail")
        found = await self._store.references.resolve(turn, visit.context)
        if found.found is Found.NAME and found.product_id is not None:
            action = _QUESTIONS.get(top)
            if action is not None:
                return await self._as(action, turn, top)
            if found.product is None or words_of(turn.text) & words_of(found.product.title):
                return await self._show(turn, found.product_id)
        guessed = max((p for _, p in turn.categories), default=0.0)
        likely = probability >= _SEARCH_FROM and (top == "search_product" or (top in _WISHES and guessed >= _KIND_FROM))
        likely = likely or (top == "search_product" and short and visit.context.query is not None)
        sure = likely and turn.first("product_type") is not None
        if top == "recommend_product" and (turn.first("recipient") or self._names_a_kind(visit)):
            return await self._as(ActionName.RECOMMEND_PRODUCTS, turn, top)
        if sure or (top in _WISHES and self._names_a_kind(visit)):
            return await self._as(ActionName.SEARCH_PRODUCTS, turn, "search_product")
        return None

    async def _as(self, action: ActionName, turn: Turn, intent: str) -> Outcome:
        return await self._shopping[action](replace(turn, intent=intent))

    async def _show(self, turn: Turn, product_id: str) -> Outcome:
        entity = Entity("product_id", product_id, product_id)
        shown = replace(turn, text=payload(SHOW_PRODUCT), entities=(entity,))
        return await self._as(ActionName.SHOW_PRODUCT_DETAIL, shown, SHOW_PRODUCT)

    def _changes_the_list(self, visit: Visit) -> bool:
        """Tell whether there is a list to change and the message names a limit."""
        wishes = read_wishes(visit.turn, visit.facts, visit.currency)
        known = visit.context.query is not None or visit.context.focus is not None
        featured = bool(wishes.features) and visit.context.query is not None
        return known and (bool(wishes.brands) or wishes.has_limits or featured)

    def _names_a_kind(self, visit: Visit) -> bool:
        """Tell whether a category or brand of the shop stands in the message."""
        kind = resolve_kind(visit.names, visit.facts, text=visit.turn.text, product_type=None, distribution=())
        return bool(kind.slugs) or bool(brands_in_text(visit.turn.text, visit.facts))
