"""A message that reads like a search: a new one, or "under $100" said of the last one."""

from actions.reply import Outcome
from actions.services.message_words import has_content
from actions.services.refine_search import RefineSearch
from actions.services.search import Search
from actions.services.search_request import read_request, read_wishes, request_from_json
from actions.services.storefront import Storefront
from actions.turn import Turn


class SearchDispatch:
    """Handler for `search_product`."""

    def __init__(self, store: Storefront, search: Search, refine: RefineSearch) -> None:
        self._store = store
        self._search = search
        self._refine = refine

    async def handle(self, turn: Turn) -> Outcome:
        """Search; limits without a kind change the last search where there was one."""
        visit = await self._store.visit(turn)
        request = read_request(turn, visit.facts, visit.names, visit.currency)
        wishes = read_wishes(turn, visit.facts, visit.currency)
        only_limits = not request.kinds and not has_content(f"{request.kind_words} {request.text}")
        limited = wishes.has_price or wishes.colors or wishes.sizes or wishes.materials
        if only_limits and limited and visit.context.query is not None and not (wishes.brands or wishes.unknown_brands):
            return await self._refine.change(visit, request_from_json(visit.context.query))
        return await self._search.answer(visit, request)
