"""Adding to the cart: which product, which variant where it matters, how many."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actions.names import FALLBACK_INTENT
from actions.services.list_places import counts_places, without_places
from actions.services.message_words import without_spans
from actions.services.tasks.answers import (
    asks_for,
    is_question,
    is_unwanted,
    read_count,
    read_number,
    read_option,
    turns_down,
)
from actions.services.tasks.frames import Ask, Filled, Frame, Impossible, Next, Option, Ready, Say
from actions.services.tasks.new_quantity import read_new_quantity
from actions.turn import Entity, Turn
from catalog.search.option_terms import option_kind, option_matches

MOST_PIECES = 99
NEW_WISHES = frozenset(
    {
        "search_product",
        "recommend_product",
        "refine_search",
        "view_cart",
        "remove_from_cart",
        "place_order",
        "track_order",
    }
)
_OTHERS = frozenset({"exchange_item", "change_order", "refine_search", FALLBACK_INTENT})
_KIND_WORDS = {
    "color": re.compile(r"\bcolou?rs?\b|颜色", re.IGNORECASE),
    "size": re.compile(r"\bsizes?\b|码|尺寸", re.IGNORECASE),
}
_NO_ANSWERS = frozenset({"remove_from_cart", "ask_price"})
_LOOSE_WISHES = frozenset({"refine_search", "search_product", FALLBACK_INTENT})


@dataclass(frozen=True, slots=True)
class VariantFact:
    """A variant on sale: its options (`{"color": "black"}`), pieces in stock, price in the shopper's currency."""

    variant_id: str
    options: Mapping[str, str]
    stock: int
    price_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What is known of the product in the frame; None where none is chosen yet.

    `candidates` are products that the shopper may have meant, as (product id, title); `labels` names option keys and
    values in the shopper's language.
    """

    product_id: str | None = None
    title: str = ""
    variants: tuple[VariantFact, ...] = ()
    candidates: tuple[tuple[str, str], ...] = ()
    labels: Mapping[str, str] | None = None

    def label(self, name: str) -> str:
        """Name an option key or value as the shopper's language does."""
        return (self.labels or {}).get(name, name)


def matching(frame: Frame, facts: ProductFacts) -> list[VariantFact]:
    """Return the variants that agree with all options chosen so far."""
    chosen: Mapping[str, str] = frame.get("options") or {}
    return [v for v in facts.variants if all(v.options.get(key) == value for key, value in chosen.items())]


def open_options(frame: Frame, facts: ProductFacts) -> list[str]:
    """Return the option keys in which the variants that are left still differ."""
    left = matching(frame, facts)
    keys = dict.fromkeys(key for variant in left for key in variant.options)
    return [key for key in keys if len({variant.options.get(key) for variant in left}) > 1]


def option_values(key: str, variants: Sequence[VariantFact]) -> list[str]:
    """Return the values of an option in the order of the variants, each once."""
    return list(dict.fromkeys(v.options[key] for v in variants if key in v.options))


class AddToCart:
    """One product into the cart; a variant is asked for and never guessed."""

    name: str = "add_to_cart"
    opened_by: tuple[str, ...] = ("add_to_cart",)
    patience: int = 3
    ended_by: frozenset[str] = NEW_WISHES

    def fill(self, frame: Frame, turn: Turn, facts: ProductFacts) -> Filled | None:
        """Take product, options and quantity from the message; a position counts only what was asked for."""
        if frame.asked is not None and not _answers(frame, turn):
            return self._told(frame, turn, facts, frame.asked)
        if frame.asked == "product":
            return self._fill_product(frame, turn, facts)
        if frame.asked is None and not turn.is_button:
            turn = beyond_the_title(turn, facts)
        filled, says = frame, []
        for key in self._keys(facts):
            if turn.is_button and frame.asked not in (key, None):
                continue
            choice = _choice(frame, turn, facts, key)
            if choice is None:
                says += _not_offered(turn, frame.asked, key)
                continue
            chosen = {**(filled.get("options") or {}), key: str(choice.value)}
            trial = filled.fill(options=chosen)
            if not matching(trial, facts):
                trial = filled.fill(options={key: str(choice.value)})
            if all(v.stock <= 0 for v in matching(trial, facts)):
                says.append(Say("cart.variant_sold_out", {"variant": facts.label(str(choice.value))}))
                filled = filled.fill(missed=key)
                continue
            filled = trial
        quantity = self._quantity(frame, turn, facts)
        if quantity is not None and quantity != filled.get("quantity"):
            filled = filled.fill(quantity=quantity)
        if filled != frame or says:
            return Filled(filled, tuple(says))
        return self._another(frame, turn, facts)

    def _another(self, frame: Frame, turn: Turn, facts: ProductFacts) -> Filled | None:
        """Ask again for the colour or size that shall be another one: 「换个颜色」, "a different size"."""
        if frame.asked is None or turn.is_button or turn.intent not in _OTHERS:
            return None
        named = [key for key in self._keys(facts) if _names_kind(turn.text, key)]
        if not named:
            return None
        chosen = {key: value for key, value in (frame.get("options") or {}).items() if key not in named}
        return Filled(frame.fill(options=chosen))

    def _told(self, frame: Frame, turn: Turn, facts: ProductFacts, key: str) -> Filled | None:
        """Say whether there is the option that a question is about, where nothing else would answer it."""
        if turn.intent not in _LOOSE_WISHES or key not in self._keys(facts):
            return None
        choice = _choice(frame, turn, facts, key)
        if choice is None:
            says = _not_offered(turn, key, key)
            return Filled(frame, tuple(says)) if says else None
        meant = matching(frame.fill(options={**(frame.get("options") or {}), key: str(choice.value)}), facts)
        in_stock = any(variant.stock > 0 for variant in meant)
        said = {"variant": facts.label(str(choice.value))}
        return Filled(frame, (Say("cart.variant_in_stock" if in_stock else "cart.variant_sold_out", said),))

    def _quantity(self, frame: Frame, turn: Turn, facts: ProductFacts) -> int | None:
        entity = next((e for e in turn.all("quantity") if not counts_places(e, turn.text)), None)
        said = None if turn.is_button else read_count(without_places(turn.text), title=facts.title)
        said = said or read_new_quantity(turn)
        value = entity.value if entity is not None else said
        if frame.asked == "quantity":
            chosen = turn.first("value")
            value = (chosen.value if chosen else None) if turn.is_button else (value or read_number(turn.text))
        return value if isinstance(value, int) and value >= 1 else None

    def _fill_product(self, frame: Frame, turn: Turn, facts: ProductFacts) -> Filled | None:
        options = [Option(product_id, title) for product_id, title in facts.candidates]
        choice = read_option(turn, options)
        if choice is None:
            return None
        return Filled(frame.clear("candidates").fill(product_id=choice.value))

    def _keys(self, facts: ProductFacts) -> list[str]:
        return list(dict.fromkeys(key for variant in facts.variants for key in variant.options))

    def next(self, frame: Frame, facts: ProductFacts) -> Next:
        """Ask for the product, then for one open option after another."""
        if frame.get("product_id") is None:
            if facts.candidates:
                options = tuple(Option(product_id, title) for product_id, title in facts.candidates)
                return Ask("product", Say("cart.which_product"), options)
            return Impossible(Say("cart.no_product"))
        left = [variant for variant in matching(frame, facts) if variant.stock > 0]
        if not left:
            return Impossible(Say("cart.sold_out", {"title": facts.title}))
        keys = [key for key in open_options(frame, facts) if len({v.options.get(key) for v in left}) > 1]
        missed = frame.get("missed")  # what was wanted is sold out: the only one left is offered, not taken
        if missed is not None and missed not in keys and missed not in (frame.get("options") or {}):
            keys.insert(0, str(missed))
        if keys:
            key = keys[0]
            choices = tuple(Option(value, facts.label(value)) for value in option_values(key, left))
            say = Say("cart.which_option", {"option": facts.label(key).lower(), "title": facts.title})
            return Ask(key, say, choices)
        most = min(left[0].stock, MOST_PIECES)
        if int(frame.get("quantity") or 1) > most:
            key = "cart.only_so_many" if most == left[0].stock else "cart.most_pieces"
            return Ask("quantity", Say(key, {"count": most, "title": facts.title}), (Option(most, str(most)),))
        return Ready()


def chosen_variant(frame: Frame, facts: ProductFacts) -> VariantFact:
    """Return the one variant of a frame that is ready."""
    return next(variant for variant in matching(frame, facts) if variant.stock > 0)


def _answers(frame: Frame, turn: Turn) -> bool:
    """Tell whether a message may answer a question of this task: a question of the shopper's and a removal do not."""
    if turn.is_button or turn.intent == "add_to_cart":
        return True
    if turn.intent in _NO_ANSWERS:
        return False
    if asks_for(turn):
        return turn.intent == "ask_availability" or not turn.intent.startswith("ask_")
    return turn.intent != "ask_availability" and (frame.asked == "quantity" or not is_question(turn))


def _choice(frame: Frame, turn: Turn, facts: ProductFacts, key: str) -> Option | None:
    """Return the value of an option that a message chooses; a place counts those offered, where they were asked for."""
    options = [Option(value, facts.label(value)) for value in option_values(key, facts.variants)]
    choice = read_option(turn, options, counted=False) or _by_meaning(turn, frame.asked, key, options)
    if choice is not None or frame.asked != key:
        return choice
    offered = option_values(key, [v for v in matching(frame, facts) if v.stock > 0])
    return read_option(turn, [Option(value, facts.label(value)) for value in offered])


def _names_kind(text: str, key: str) -> bool:
    words = _KIND_WORDS.get(option_kind(key) or "")
    return words is not None and words.search(text) is not None


def beyond_the_title(turn: Turn, facts: ProductFacts) -> Turn:
    """Return a message without the figures and words of the product's title that an option has too: the 41 of "add the
    Pegasus 41" is no size."""
    values = {value.casefold() for variant in facts.variants for value in variant.options.values()}
    in_title = values & set(re.findall(r"[a-z\d]+", facts.title.casefold()))
    text = turn.text.casefold()
    found = (re.search(rf"(?<![a-z\d]){re.escape(word)}(?![a-z\d])", text) for word in in_title)
    return without_spans(turn, [match.span() for match in found if match is not None])


def _not_offered(turn: Turn, asked: str | None, key: str) -> list[Say]:
    """Return a word on the colour, size or material that was named in answer to the question, but is none of these."""
    kind = option_kind(key) if asked == key and not turn.is_button else None
    entity = _wanted(turn, kind)
    return [Say("cart.no_such_option", {"wanted": entity.text})] if entity is not None else []


def _by_meaning(turn: Turn, asked: str | None, key: str, options: Sequence[Option]) -> Option | None:
    """Return the one option whose meaning the message has: 「黑的」 for black, "large" for L."""
    if turn.is_button:
        return None
    entity = _wanted(turn, option_kind(key))
    wanted = entity.text if entity is not None else turn.text if asked == key and not turns_down(turn.text) else None
    if wanted is None:
        return None
    fitting = [o for o in options if option_matches(key, (str(o.value), o.title), wanted)]
    return fitting[0] if len(fitting) == 1 else None


def _wanted(turn: Turn, kind: str | None) -> Entity | None:
    """Return the first colour, size or material that a message names and does not turn down."""
    return next((e for e in turn.all(kind) if not is_unwanted(turn.text, e.text)), None) if kind else None
