"""Changing the last search, or seeing that the message is something else after all."""

import re
from dataclasses import replace

from actions.reply import Button, Outcome, payload
from actions.services.availability import Availability
from actions.services.message_words import content_words, has_content, plain_wish
from actions.services.new_search import new_request
from actions.services.product_detail import ProductDetail
from actions.services.product_question import ProductQuestions
from actions.services.property_lookup import names_property
from actions.services.references import Found, only_points
from actions.services.refinement import Change, Refined, changes_of, refine, the_one
from actions.services.search import SOMETHING_ELSE, Search
from actions.services.search_request import SearchRequest, request_from_json
from actions.services.storefront import Storefront, Visit
from actions.services.variant_wording import wanted_options
from actions.services.wishes import Wishes, read_wishes
from actions.services.wording import joined
from actions.turn import Turn
from catalog.search.option_terms import option_kind
from catalog.search.segmentation import is_chinese, tokens

_MOST_SIZES = 6
_WHICH_COLORS = re.compile(
    r"(?:what|which|other|different)\s+colou?rs?|(?:别的|其他|其它|什么|哪些|几种|哪几种)颜色", re.I
)
_COMPARATIVE = re.compile(r"\b(?:more|less|better)\b|[a-z]er\b|更|[一]?点", re.IGNORECASE)
_POINTING = (Found.POSITION, Found.NAME, Found.SUPERLATIVE)


_ASKS_ON = re.compile(  # "and in L?", "what about black", 「L码呢」: of the product just spoken of
    r"^(?!.*\b(?:any\w*|some\w*|ones?|others?|else|more|all)\b)"
    r"\W*(?:(?:and|or|what about|how about|also|then)\b)?\W*(?:in |size |the )*[\w/-]+(?: [\w/-]+)?\W*$"
    r"|^\W*(?:那|要是)?.{1,6}(?:呢|的呢|有吗|有没有|有货吗)\W*$",
    re.IGNORECASE,
)


class RefineSearch:
    """Handler for `refine_search`."""

    def __init__(self, store: Storefront, search: Search, availability: Availability, detail: ProductDetail) -> None:
        self._store = store
        self._search = search
        self._availability = availability
        self._detail = detail
        self._questions = ProductQuestions(store)

    async def handle(self, turn: Turn) -> Outcome:
        """Answer a message that changes what was shown."""
        visit = await self._store.visit(turn)
        fresh = new_request(visit)
        last = request_from_json(visit.context.query)
        if visit.context.query is None and not visit.context.shown:
            return await self._first(visit, fresh)
        one = await self._of_one(visit)
        if one is not None:
            return one
        if self._other_kind(visit, fresh, last):
            return await self._search.answer(visit, fresh)
        return await self.change(visit, last)

    async def change(self, visit: Visit, last: SearchRequest) -> Outcome:
        """Show the last wish changed by the message."""
        turn = visit.turn
        wishes = read_wishes(turn, visit.facts, visit.currency)
        last = self._with_kind(visit, last)
        focus = visit.context.known(visit.context.focus) if visit.context.focus else None
        refined = refine(last, turn, wishes, visit.context.shown, visit.currency, focus=focus)
        if refined.ask_size:
            return await self._which_size(visit)
        request, note = refined.request, ""
        unknown = [word for word in wishes.not_words if not await self._can_leave_out(visit, word, last)]
        if unknown:
            request = replace(request, not_words=tuple(word for word in request.not_words if word not in unknown))
            note = self._store.say(visit, "refine.cannot_filter", words=joined(unknown, visit.language))
        if not refined.changes and wishes == Wishes() and not turn.is_button:
            words = content_words(plain_wish(turn.text))
            compares = _COMPARATIVE.search(words)
            if words and not compares and (names_property(words) or await self._store.stating(words, last.limits())):
                request = replace(request, features=(words,), shown_ids=())
            elif words:
                note = self._store.say(visit, "refine.cannot_filter", words=words)
        cheaper = Change.CHEAPER in refined.changes and _priced(refined)
        one = None if turn.is_button else the_one(turn.text, refined.changes)
        return await self._search.answer(visit, request, note=note, cheaper=cheaper, the_one=one)

    async def _can_leave_out(self, visit: Visit, word: str, last: SearchRequest) -> bool:
        """Tell whether a word that is not wanted is a kind of the shop or stands in the data of a product listed."""
        return bool(visit.names.exact(word) or await self._store.stating(word, last.limits()))

    async def _first(self, visit: Visit, fresh: SearchRequest) -> Outcome:
        if fresh.kinds or fresh.kind_words or fresh.brands or fresh.unknown_brands:
            return await self._search.answer(visit, fresh)
        return self._store.outcome(
            visit,
            self._store.say(visit, "refine.nothing_before"),
            quick_replies=self._search.kinds_to_choose(visit, ()),
            expects="product_type",
        )

    async def _of_one(self, visit: Visit) -> Outcome | None:
        """Answer what is asked of one product and not of the list: 「第二个有黑色的吗」, "the first one, how heavy"."""
        turn = visit.turn
        if turn.is_button:
            return None
        pointed = turn.first("position") is not None
        if _WHICH_COLORS.search(turn.text) and (pointed or visit.context.focus is not None):
            return await self._detail.handle(turn)
        if only_points(turn.text):
            return await self._detail.handle(turn)
        if not pointed:
            focus = visit.context.focus
            asks_on = focus is not None and wanted_options(turn) and _ASKS_ON.match(turn.text) and not changes_of(turn)
            return await self._availability.of_product(visit, focus) if asks_on and focus else None
        resolution = await self._questions.resolve(visit)
        if resolution.product_id is None or resolution.found not in _POINTING:
            return None
        if wanted_options(turn):
            return await self._availability.of_product(visit, resolution.product_id)
        return await self._detail.handle(turn) if names_property(turn.text) else None

    def _other_kind(self, visit: Visit, fresh: SearchRequest, last: SearchRequest) -> bool:
        if visit.turn.first("category") is not None:
            return True
        if visit.turn.is_button:
            return False
        if visit.turn.first("product_type") is None and not (fresh.kinds and fresh.kind_words):
            return False
        if not fresh.kinds:
            return has_content(fresh.kind_words) and not _same_words(fresh.kind_words, last)
        return not any(
            visit.facts.within(kind, old) or visit.facts.within(old, kind) for kind in fresh.kinds for old in last.kinds
        )

    def _with_kind(self, visit: Visit, last: SearchRequest) -> SearchRequest:
        """Where the list came from elsewhere (advice, a comparison), its common kind is what is searched."""
        if last.kinds or last.words or last.brands:
            return last
        kinds = dict.fromkeys(product.kind for product in visit.context.shown if product.kind)
        return replace(last, kinds=tuple(kinds)) if kinds else last

    async def _which_size(self, visit: Visit) -> Outcome:
        products = await self._store.products([product.product_id for product in visit.context.shown])
        sizes: dict[str, None] = {}
        for product in products:
            for variant in product.variants:
                for key, value in variant.options.items():
                    if option_kind(key) == "size" and variant.stock > 0:
                        sizes.setdefault(str(value))
        buttons = [
            Button(visit.facts.labels.value(size, visit.language), payload("refine_search", size=size))
            for size in list(sizes)[:_MOST_SIZES]
        ]
        text = self._store.say(visit, "refine.which_size" if buttons else "refine.no_sizes")
        if not buttons:
            return self._store.outcome(visit, text).offering(SOMETHING_ELSE)
        return self._store.outcome(visit, text, quick_replies=buttons, expects="size")


def _priced(refined: Refined) -> bool:
    return refined.request.price_max_minor is not None


def _same_words(words: str, last: SearchRequest) -> bool:
    mine = {token for token in tokens(words) if not is_chinese(token) or len(token) > 1}
    return bool(mine & set(tokens(last.kind_words)))
