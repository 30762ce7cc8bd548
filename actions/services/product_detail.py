"""Properties of a product: what its data sheet says, or that it does not say."""

from actions.names import SHOW_PRODUCT
from actions.reply import Outcome
from actions.services.availability import Availability
from actions.services.cards import card_of_product
from actions.services.product_question import Asked, ProductQuestions
from actions.services.property_lookup import (
    attribute_property,
    find_properties,
    names_property,
    options_of,
    sentence_about,
)
from actions.services.references import only_points
from actions.services.storefront import Storefront
from actions.services.variant_wording import wanted_options
from actions.services.wording import joined
from actions.turn import Turn
from catalog.search.option_terms import option_kind

_INTENT = "ask_product_detail"
_MOST_ATTRIBUTES = 5
_MOST_ANSWERS = 2
_GENERAL = (
    "tell me more", "more about", "details", "describe", "information", "info", "specs", "介绍", "详情", "详细", "参数",
    "说说", "怎么样", "讲讲", "了解", "tell me about", "what about", "show me the",
)  # fmt: skip


def _features(turn: Turn) -> list[str]:
    """Return the properties marked in a message; a single character says nothing."""
    return [str(entity.value) for entity in turn.all("feature") if len(str(entity.value)) > 1]


class ProductDetail:
    """Handler for `ask_product_detail` and for the button `show_product`."""

    def __init__(self, store: Storefront, availability: Availability) -> None:
        self._store = store
        self._availability = availability
        self._questions = ProductQuestions(store)

    async def handle(self, turn: Turn) -> Outcome:
        """Answer a question about a product, or describe it."""
        visit = await self._store.visit(turn)
        turn = visit.turn
        pointed = not turn.is_button and only_points(turn.text)
        several, notes = await self._questions.several(visit)
        if several:
            said = self._question(turn)
            texts = [self._answer(one, said)[0] if said else self._summary(one) for one in several]
            return self._questions.answer_several(visit, several, [*texts, *notes])
        asked = await self._questions.about(visit, SHOW_PRODUCT if turn.intent == SHOW_PRODUCT else _INTENT)
        if isinstance(asked, Outcome):
            kind = turn.first("product_type") is not None and not names_property(turn.text) and not pointed
            return await self._availability.handle(turn) if kind and not turn.is_button else asked
        said = "" if pointed else self._question(turn)
        if not said:
            return self._shown(asked, self._summary(asked))
        if not names_property(said) and wanted_options(turn) and not _features(turn):
            return await self._availability.of_product(visit, asked.product.product_id)
        text, known = self._answer(asked, said)
        return self._shown(asked, text, person=not known)

    def _question(self, turn: Turn) -> str:
        """Return the words that name the property, `""` where the whole product is meant."""
        features = " ".join(_features(turn))
        if turn.is_button:
            return features
        text = turn.text.casefold()
        if features:
            return turn.text if names_property(turn.text) and not names_property(features) else features
        if not names_property(turn.text) and any(word in text for word in _GENERAL):
            return ""
        return turn.text

    def _answer(self, asked: Asked, said: str) -> tuple[str, bool]:
        visit, store = asked.visit, self._store
        found = find_properties(asked.product, said, visit.facts.labels, visit.language, store.texts)
        if found:
            lines = [
                store.say(visit, "detail.answer", title=asked.title, name=fact.name, value=fact.value)
                for fact in found[:_MOST_ANSWERS]
            ]
            return "\n".join(lines), True
        options = self._options(asked, said)
        if options:
            return options, True
        sentence = sentence_about(asked.product, said, visit.language)
        if sentence:
            return store.say(visit, "detail.from_text", title=asked.title, sentence=sentence), True
        return store.say(visit, "detail.unknown", title=asked.title), False

    def _options(self, asked: Asked, said: str) -> str:
        """Answer "what colours does it come in" from the variants."""
        visit, labels = asked.visit, asked.visit.facts.labels
        lowered = said.casefold()
        every = {key for variant in asked.product.variants for key in variant.options}
        meant = [
            key
            for key in sorted(every)
            if any(labels.option(key, language).casefold() in lowered for language in ("en", "zh"))
            or (option_kind(key) == "color" and ("color" in lowered or "colour" in lowered or "色" in lowered))
            or (option_kind(key) == "size" and ("size" in lowered or "码" in lowered or "多大" in lowered))
        ]
        lines = [
            self._store.say(
                visit,
                "detail.options",
                title=asked.title,
                name=labels.option(key, visit.language),
                values=joined([labels.value(str(value), visit.language) for value in values], visit.language),
            )
            for key, values in options_of(asked.product, meant).items()
        ]
        return "\n".join(lines)

    def _summary(self, asked: Asked) -> str:
        visit, store, product = asked.visit, self._store, asked.product
        lines = [asked.title]
        if product.description(visit.language):
            lines.append(product.description(visit.language))
        for key, value in list(product.attributes.items())[:_MOST_ATTRIBUTES]:
            fact = attribute_property(key, value, visit.facts.labels, visit.language, store.texts)
            lines.append(store.say(visit, "detail.attribute", name=fact.name, value=fact.value))
        keys = list(dict.fromkeys(key for variant in product.variants for key in variant.options))
        for key, values in options_of(product, keys).items():
            named = joined([visit.facts.labels.value(str(value), visit.language) for value in values], visit.language)
            name = visit.facts.labels.option(key, visit.language)
            lines.append(store.say(visit, "detail.attribute", name=name, value=named))
        if product.rating is not None and product.rating_count:
            key = "detail.summary_one_rating" if product.rating_count == 1 else "detail.summary_rating"
            count = f"{product.rating_count:,}"
            lines.append(store.say(visit, key, rating=f"{product.rating:.1f}", count=count))
        return "\n".join(lines)

    def _shown(self, asked: Asked, text: str, *, person: bool = False) -> Outcome:
        visit, store, product_id = asked.visit, self._store, asked.product.product_id
        card = card_of_product(asked.product, asked.currency, visit.language, store.texts)
        buttons = [
            store.button(visit, "button.in_stock_ones", "ask_availability", product_id=product_id),
            store.button(visit, "button.similar", "search_product", category=asked.product.category_slug),
        ]
        human = store.texts.human_button(visit.language)
        if person:
            buttons.insert(0, human)
        outcome = store.outcome(
            visit,
            text,
            cards=(card,) if card else (),
            quick_replies=buttons,
            context=visit.context.focusing(asked.shown()),
        )
        return outcome.offering(human.payload) if person else outcome
