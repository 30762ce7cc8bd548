"""Stock: of a product, or of the variant that was asked for."""

from collections.abc import Sequence
from dataclasses import replace

from actions.reply import Outcome
from actions.services.cards import card_of_product
from actions.services.product_question import Asked, ProductQuestions
from actions.services.references import Found
from actions.services.search import Search
from actions.services.search_request import SearchRequest, read_request
from actions.services.storefront import Storefront, Visit
from actions.services.variant_wording import fitting_variants, options_text, several_options, wanted_options
from actions.services.wording import joined
from actions.turn import Turn
from catalog.repositories.products import VariantView

_INTENT = "ask_availability"
_FEW = 5


class Availability:
    """Handler for `ask_availability`."""

    def __init__(self, store: Storefront, search: Search) -> None:
        self._store = store
        self._search = search
        self._questions = ProductQuestions(store)

    async def handle(self, turn: Turn) -> Outcome:
        """Say whether the product meant is in stock; "do you have yoga mats" is a search."""
        visit = await self._store.visit(turn)
        turn = visit.turn
        several, notes = await self._questions.several(visit)
        if several:
            return self._questions.answer_several(visit, several, [*map(self._said, several), *notes])
        resolution = await self._questions.resolve(visit)
        by_context = resolution.found in (Found.FOCUS, Found.ONLY_ONE, Found.AMBIGUOUS, Found.NOTHING)
        if by_context and not turn.is_button:
            request = read_request(turn, visit.facts, visit.names, visit.currency)
            if resolution.found is not Found.FOCUS and (one := await self._only_one(visit, request)) is not None:
                return await self.of_product(visit, one)
            new_kind = bool(request.kinds) and not self._among(visit, request.kinds)
            if turn.first("product_type") is not None and (new_kind or not resolution.product_id):
                return await self._search.answer(visit, request)
            if resolution.found is Found.NOTHING and (request.kinds or request.brands or request.unknown_brands):
                return await self._search.answer(visit, request)
        if resolution.product_id is None:
            if resolution.found is Found.AMBIGUOUS and not wanted_options(turn) and not resolution.explicit:
                return await self._listed(visit)
            return self._store.ask_which(visit, resolution, _INTENT)
        return await self.of_product(visit, resolution.product_id)

    async def _only_one(self, visit: Visit, request: SearchRequest) -> str | None:
        """Return the one product of a brand and kind whose colour or size is asked for, sold out or not."""
        if not (request.brands and request.kinds and (request.colors or request.sizes)):
            return None
        every = replace(request, colors=(), sizes=(), features=(), text="", in_stock_only=False)
        result = await self._store.find_for(visit, every)
        return result.hits[0].product_id if len(result.hits) == 1 else None

    def _among(self, visit: Visit, kinds: Sequence[str]) -> bool:
        return any(
            product.kind is not None and visit.facts.within(product.kind, kind)
            for product in visit.context.shown
            for kind in kinds
        )

    async def _listed(self, visit: Visit) -> Outcome:
        """Say which of those shown are in stock."""
        products = await self._store.products([product.product_id for product in visit.context.shown])
        stocked = [product.title(visit.language) for product in products if product.in_stock]
        key = "stock.list" if stocked else "stock.nothing_left"
        return self._store.outcome(visit, self._store.say(visit, key, titles=joined(stocked, visit.language)))

    async def of_product(self, visit: Visit, product_id: str) -> Outcome:
        """Say what of one product is in stock, in the options that the message names."""
        asked = await self._questions.load(visit, product_id)
        if isinstance(asked, Outcome):
            return asked
        card = card_of_product(asked.product, asked.currency, visit.language, self._store.texts)
        buttons = []
        if not asked.product.in_stock:
            slug = asked.product.category_slug
            buttons.append(self._store.button(visit, "button.similar", "search_product", category=slug))
        return self._store.outcome(
            visit,
            self._said(asked),
            cards=(card,) if card else (),
            quick_replies=buttons,
            context=visit.context.focusing(asked.shown()),
        )

    def _said(self, asked: Asked) -> str:
        wanted = wanted_options(asked.visit.turn)
        return self._of_options(asked, wanted) if wanted else self._of_all(asked)

    def _of_options(self, asked: Asked, wanted: Sequence[tuple[str, str]]) -> str:
        visit, labels = asked.visit, asked.visit.facts.labels
        fitting = fitting_variants(asked.product, wanted, labels)
        if not fitting:
            word = "or" if len({kind for kind, _ in wanted}) == 1 else "and"
            said = joined([labels.value(words, visit.language) for _, words in wanted], visit.language, word=word)
            return self._and_rest(asked, self._store.say(visit, "stock.no_such", title=asked.title, wanted=said), [])
        stocked = [variant for variant in fitting if variant.stock > 0]
        if not stocked:
            options = several_options(fitting, labels, visit.language)
            text = self._store.say(visit, "stock.variant_out", title=asked.title, options=options)
            return self._and_rest(asked, text, fitting)
        options = several_options(stocked, labels, visit.language)
        left = sum(variant.stock for variant in stocked)
        key = "stock.variant_few" if len(stocked) == 1 and left <= _FEW else "stock.variant_in"
        return self._store.say(visit, key, title=asked.title, options=options, count=left)

    def _and_rest(self, asked: Asked, text: str, gone: Sequence[VariantView]) -> str:
        visit = asked.visit
        others = [variant for variant in asked.product.variants if variant.stock > 0 and variant not in gone]
        options = several_options(others, visit.facts.labels, visit.language)
        if not others:
            rest = self._store.say(visit, "stock.nothing_left")
        elif options:
            rest = self._store.say(visit, "stock.available", options=options)
        else:
            rest = self._store.say(visit, "stock.in", title=asked.title)
        return text + ("" if visit.language == "zh" else " ") + rest

    def _of_all(self, asked: Asked) -> str:
        visit, labels = asked.visit, asked.visit.facts.labels
        stocked = [variant for variant in asked.product.variants if variant.stock > 0]
        gone = [variant for variant in asked.product.variants if variant.stock <= 0]
        if not stocked:
            return self._store.say(visit, "stock.out", title=asked.title)
        left = sum(variant.stock for variant in stocked)
        key = "stock.few" if left <= _FEW else "stock.in"
        text = self._store.say(visit, key, title=asked.title, count=left)
        if gone and any(options_text(variant, labels, visit.language) for variant in gone):
            separator = "" if visit.language == "zh" else " "
            options = several_options(gone, labels, visit.language)
            text += separator + self._store.say(visit, "stock.some_out", options=options)
        return text
