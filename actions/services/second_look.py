"""A message read without certainty: acted on where the catalogue vouches for the reading, or nothing can go wrong."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

from actions.names import FALLBACK_INTENT, SHOW_PRODUCT, ActionName
from actions.reply import Outcome, payload
from actions.services.category_resolution import resolve_kind
from actions.services.name_match import words_of
from actions.services.property_lookup import names_property
from actions.services.references import Found
from actions.services.refinement import changes_of, the_one
from actions.services.search_request import brands_in_text, read_wishes
from actions.services.service_answers import ServiceAnswers
from actions.services.small_talk import SmallTalk, only_waits
from actions.services.storefront import Storefront, Visit
from actions.services.variant_wording import wanted_options
from actions.turn import Entity, Turn

Handler = Callable[[Turn], Awaitable[Outcome]]
HARMLESS: Final = frozenset({"greet", "goodbye", "thank", "ask_help", "ask_bot_identity"})
_HARMLESS_FROM: Final = 0.45
_SEARCH_FROM: Final = 0.5
_REFINES_FROM: Final = 0.3
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


_AND_OF = re.compile(r"^\W*(?:那|换成?)?.{2,8}?的?(?:呢|有吗|有没有)\W*$")


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
        talks = top in HARMLESS and probability >= _HARMLESS_FROM and not _FIGURES.fullmatch(turn.text)
        if only_waits(turn.text) or talks:
            return await self._small_talk.handle(replace(turn, intent=top))
        if (answered := await self._policies.follow_up(turn)) is not None:
            return answered
        return await self._about_products(turn, top, probability) or await self._policies.sure_answer(turn)

    async def of_a_brand(self, turn: Turn) -> Outcome | None:
        """Change the list shown where what was read as a person's name is a brand of the shop: 「李宁的呢」."""
        if turn.is_button or turn.first("person_name") is None or not _AND_OF.match(turn.text):
            return None
        visit = await self._store.visit(turn)
        if visit.context.query is None or not brands_in_text(turn.text, visit.facts):
            return None
        return await self._as(ActionName.REFINE_SEARCH, turn, "refine_search")

    async def _about_products(self, turn: Turn, top: str, probability: float) -> Outcome | None:
        visit = await self._store.visit(turn)
        refining = dict(turn.ranking).get("refine_search", 0.0) >= _REFINES_FROM
        changes = changes_of(turn) if visit.context.query is not None else ()
        refines = bool(changes) and (refining or the_one(turn.text, changes) is not None)
        limits = (top == "refine_search" or len(turn.text) <= _VERY_SHORT) and self._changes_the_list(visit)
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
        sure = top == "search_product" and probability >= _SEARCH_FROM and turn.first("product_type") is not None
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
        limits = (wishes.brands, wishes.not_brands, wishes.colors, wishes.not_colors, wishes.sizes, wishes.materials)
        known = visit.context.query is not None or visit.context.focus is not None
        return known and (wishes.has_price or any(limits))

    def _names_a_kind(self, visit: Visit) -> bool:
        """Tell whether a category or brand of the shop stands in the message."""
        kind = resolve_kind(visit.names, visit.facts, text=visit.turn.text, product_type=None, distribution=())
        return bool(kind.slugs) or bool(brands_in_text(visit.turn.text, visit.facts))
