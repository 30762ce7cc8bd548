"""A message that reads like a search: a new one, "under $100" said of the last one, or one product's own name."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from actions.names import SHOW_PRODUCT
from actions.reply import Outcome, payload
from actions.services.bare_wishes import BareWishes
from actions.services.message_words import has_content
from actions.services.name_match import said_in_full, words_of
from actions.services.new_search import new_request
from actions.services.refine_search import RefineSearch
from actions.services.refinement import Change, changes_of
from actions.services.search import Search
from actions.services.search_request import request_from_json
from actions.services.storefront import Storefront, Visit
from actions.services.wishes import read_wishes
from actions.turn import Entity, Turn

_LIMITED = re.compile(r"\b(?:under|over|below|above|than|aged?)\s+(\d+)")
"""A number that limits names no product: "toys for kids under 12"."""
_MEASURES = re.compile(r"\d+ ?(?:mah|w|wh|gb|tb|ml|l|hz|inch|cm|mm)\b", re.IGNORECASE)
"""Nor does a measure, without the brand: "20000mAh power bank"."""


class SearchDispatch:
    """Handler for `search_product`."""

    def __init__(
        self,
        store: Storefront,
        search: Search,
        refine: RefineSearch,
        show_product: Callable[[Turn], Awaitable[Outcome]],
    ) -> None:
        self._store = store
        self._search = search
        self._refine = refine
        self._show_product = show_product
        self._bare_wishes = BareWishes(store)

    async def handle(self, turn: Turn) -> Outcome:
        """Search; limits without a kind change the last search where there was one."""
        visit = await self._store.visit(turn)
        turn = visit.turn
        request = new_request(visit)
        wishes = read_wishes(turn, visit.facts, visit.currency)
        last = request_from_json(visit.context.query)
        changes = changes_of(turn) if visit.context.query is not None and not turn.is_button else ()
        if changes and (not request.kinds or (request.kinds == last.kinds and _asks_for_others(changes))):
            return await self._refine.change(visit, last)
        only_limits = not request.kinds and not has_content(f"{request.kind_words} {request.text}")
        limited = wishes.has_limits
        if only_limits and limited and visit.context.query is not None and not (wishes.brands or wishes.unknown_brands):
            return await self._refine.change(visit, last)
        if (of_the_list := await self._bare_wishes.of_the_list(visit)) is not None:
            return await self._refine.change(of_the_list, last)
        if not (turn.is_button or limited):
            product_id = await self._named_model(visit)
            if product_id is not None:
                entity = Entity("product_id", product_id, product_id)
                return await self._show_product(
                    replace(turn, intent=SHOW_PRODUCT, text=payload(SHOW_PRODUCT), entities=(entity,))
                )
        return await self._search.answer(visit, request)

    async def _named_model(self, visit: Visit) -> str | None:
        """Return the product whose own name the message says, beyond its brand and kind: "instant pot duo"."""
        if visit.names.exact(_without_wishes(visit.turn)):
            return None
        matches = await self._store.named(visit.turn.text)
        if len(matches) != 1:
            return None
        product, said = matches[0], words_of(visit.turn.text)
        brand, title = words_of(product.brand or ""), product.title(visit.language)
        own = (said & words_of(title)) - brand - words_of(visit.facts.name(product.category_slug, "en"))
        own -= set(_LIMITED.findall(visit.turn.text.casefold()))
        if not brand & said:
            own -= set().union(*map(words_of, _MEASURES.findall(visit.turn.text)))
        exact = bool(brand & said) or any(word.isdigit() for word in own)
        return product.product_id if own and (exact or said_in_full(title, product.brand, said)) else None


def _asks_for_others(changes: Sequence[Change]) -> bool:
    """Tell whether a message that names the same kind again goes on from the last list: "headphones, other brands"."""
    return Change.OTHER_BRAND in changes or Change.OTHER_COLOR in changes


def _without_wishes(turn: Turn) -> str:
    """Return the text without the colours, sizes and features that it names: "red running shoes" is "running shoes"."""
    text = turn.text
    for entity in turn.entities:
        if entity.name in ("color", "size", "feature", "material"):
            text = text.replace(entity.text, " ")
    return text.strip(" 的")
