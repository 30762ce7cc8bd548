"""Which product "the second one", "the cheaper one" or 「刚才那款」 is: resolved, or asked about, never guessed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from actions.reply import Language
from actions.services.list_places import at_place, is_figure_among_words, positions_in
from actions.services.name_match import name_words, named, words_of
from actions.services.shopping_context import ShoppingContext, ShownProduct, context_from_json
from actions.turn import Turn


class Found(StrEnum):
    """How a reference was resolved; the last three give no single product."""

    BUTTON = "button"
    POSITION = "position"
    SUPERLATIVE = "superlative"
    NAME = "name"
    FOCUS = "focus"
    ONLY_ONE = "only_one"
    AMBIGUOUS = "ambiguous"
    OUT_OF_RANGE = "out_of_range"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The product that a message is about, or the candidates to ask about.

    `product_id` is set where there is exactly one; `product` is what was shown of it (None where a button names a
    product that this conversation has not shown). `explicit` says that the message itself pointed at it.
    """

    found: Found
    product_id: str | None = None
    product: ShownProduct | None = None
    candidates: tuple[ShownProduct, ...] = ()
    explicit: bool = True


class ProductNames(Protocol):
    """Looks a product up by its name in the whole catalogue."""

    async def by_name(self, text: str, language: Language) -> Sequence[ShownProduct]:
        """Return the products that the text names: one, several that fit equally, or none."""
        ...


_CHEAPER = r"ch(?:ea|ae|ee|e|a)p+(?:er|re)"
_CHEAPEST = re.compile(
    rf"\b(?:{_CHEAPER}|cheapest|(?:least|less) expensive|lowest[- ]priced?)\b(?! than)"
    r"|便宜|最低价|最实惠|价格最低|低价的那",
    re.I,
)
_DEAREST = re.compile(
    r"\b(?:(?:most|more) expensive|pric(?:ier|iest)|dear(?:er|est))\b|最贵|贵的那|贵一点的那|更贵的", re.I
)
_BEST = re.compile(
    r"\b(?:(?:best|top|highest)[- ]rated|better rated|highest rating)\b|评分最高|好评最多|评价最好|评分高的", re.I
)
_BARGAINS = re.compile(  # asks for a lower price, and means no cheaper product
    r"^(?!.*[哪最]).*(?:[能可](?:不能|否|以)?(?:再|给我|帮我)*便宜|便宜一?[点些](?:吗|呗|吧|嘛|不)?\W*$)"
    rf"|\b(?:make|get|have|is|sell)\s+(?:it|this|that|them)\s+(?:for\s+|any\s+)*{_CHEAPER}"
    rf"|\b{_CHEAPER}\s+(?:elsewhere|anywhere|somewhere|on|at)\b",
    re.I,
)
_DEICTIC = re.compile(
    r"""\b(?:it|its|it's|this|that|them|thing|the\ one|the\ same)\b | (?:you\ )?just\ showed | last\ one\ you
    | 刚才 | 刚刚 | 刚看 | 这[款个件双台块只条支]? | 那[款个件双台块只条支] | 它 | 上面那 | 该[款商]""",
    re.IGNORECASE | re.VERBOSE,
)
_IT = re.compile(r"\b(?:it|its|it's)\b", re.IGNORECASE)
_POLITE = r"(?:\W*(?:pls|plz|please|then|thanks|instead|吧|呢|呀|啊|哦|看看|谢谢))*\W*$"
_MORE_OR_LESS = re.compile(
    rf"""^\W*(?:(?:ok(?:ay)?|and|so|what\ about|how\ about|show\ me)\W+)?(?:the|that)\ (?:{_CHEAPER}|dearer|pricier
        |(?:less|more)\ expensive|better\ rated)(?:\ (?:one|1|model|of\ (?:the|those|these)\ two))?{_POLITE}
    | ^\W*(?:[那就要看我来]|想要|还是)*(?:便宜|实惠|贵|评分高)(?:一?[点些])?的?[那这][个款只台件双]{_POLITE}""",
    re.IGNORECASE | re.VERBOSE,
)
_POINTING_ONLY = re.compile(
    rf"""^\W*(?:(?:ok(?:ay)?|and|so|what\ about|how\ about|show\ me|i\ mean)\W+)?
        (?:th(?:at|is)(?:\ [a-z]+)?|the\ (?:one|thing)
            (?:\ (?:that\ )?(?:you|u)\ (?:just\ )?show(?:ed|n)?(?:\ me)?(?:\ (?:before|earlier|just\ now))?)?)
        {_POLITE}
    | ^\W*(?:我说的是|就|看)?(?:刚[才刚]?(?:看的|说的|的)?)?[那这][个款只台件双]
        (?:[^多能有要怎不是]{{1,3}})??{_POLITE}""",
    re.IGNORECASE | re.VERBOSE,
)
_WISHES = ("color", "size", "feature", "quantity", "recipient", "price_min", "price_max")
_PLURAL = re.compile(
    r"""\b(?:these|those|they|them|both|all(?:\ of\ them)?|the\ (?:two|three)|compare)\b
    | [这那][几两二三些] | 两[款个者] | 它们 | 都 | 对比 | 比较""",
    re.IGNORECASE | re.VERBOSE,
)


_EVERYTHING = re.compile(
    r"\ball\b|them\b|these\b|those\b|they\b|\bwhich\s+(?:one\s+)?(?:has|is|have|lasts)\b"
    r"|这些|那些|[这那]几|都|^\W*哪[个款一]",
    re.IGNORECASE,
)


def _one(found: Found, product: ShownProduct, *, explicit: bool = True) -> Resolution:
    return Resolution(found, product.product_id, product, (), explicit)


def _several(products: Sequence[ShownProduct], found: Found) -> Resolution | None:
    if not products:
        return None
    return _one(found, products[0]) if len(products) == 1 else Resolution(Found.AMBIGUOUS, candidates=tuple(products))


def _by_button(turn: Turn, context: ShoppingContext) -> Resolution | None:
    entity = turn.first("product_id")
    if entity is None:
        return None
    product_id = str(entity.value)
    return Resolution(Found.BUTTON, product_id, context.known(product_id))


def _by_position(turn: Turn, context: ShoppingContext) -> Resolution | None:
    places = positions_in(turn)
    if not places or not context.shown:
        return None
    product = at_place(places[0], context.shown)
    if product is None:
        return Resolution(Found.OUT_OF_RANGE, candidates=context.shown)
    return _one(Found.POSITION, product)


def _by_superlative(turn: Turn, context: ShoppingContext) -> Resolution | None:
    shown = context.shown
    if len(shown) < 2 or (_BARGAINS.search(turn.text) and (context.focus or _DEICTIC.search(turn.text))):
        return None
    priced = [p for p in shown if p.price_minor is not None]
    if _CHEAPEST.search(turn.text) or _DEAREST.search(turn.text):
        if not priced or len({p.currency for p in priced}) > 1:
            return None
        prices = [p.price_minor or 0 for p in priced]
        wanted = min(prices) if _CHEAPEST.search(turn.text) else max(prices)
        return _several([p for p in priced if p.price_minor == wanted], Found.SUPERLATIVE)
    if _BEST.search(turn.text):
        rated = [p for p in shown if p.rating is not None]
        top = max((p.rating or 0 for p in rated), default=None)
        return _several([p for p in rated if p.rating == top], Found.SUPERLATIVE)
    return None


def _by_name(turn: Turn, context: ShoppingContext) -> Resolution | None:
    if turn.is_button:
        return None
    for pool in (context.shown, context.seen):
        matches = named(turn.text, pool)
        if not matches or (context.focus and _IT.search(turn.text) and _shares_one_word(turn.text, matches[0])):
            continue
        if len(matches) > 1 and _DEICTIC.search(turn.text):
            focused = [p for p in matches if p.product_id == context.focus]
            if focused:
                return _one(Found.FOCUS, focused[0])
        if len(matches) < max(2, len(pool)) or len(pool) == 1:
            return _several(matches, Found.NAME)
    return None


def _shares_one_word(text: str, product: ShownProduct) -> bool:
    """Tell whether a single word of a message is in a product's title: "does it grind beans" names no product."""
    title = words_of(f"{product.title} {product.brand or ''}")
    return len({word.removesuffix("s") for word in words_of(text) & title}) <= 1


def only_points(text: str) -> bool:
    """Tell whether a message is nothing but a reference: "the cheaper one", "that watch", 「刚才那款」."""
    return bool(_MORE_OR_LESS.search(text) or _POINTING_ONLY.search(text))


def resolve(turn: Turn, context: ShoppingContext) -> Resolution:
    """Say which product a message is about, from what this conversation has shown. Pure.

    A button's product, a position, a superlative among those shown, a name, then what the talk is about; several that
    fit equally are candidates to ask about.
    """
    for way in (_by_button, _by_position, _by_superlative, _by_name):
        resolution = way(turn, context)
        if resolution is not None:
            return resolution
    explicit = bool(_DEICTIC.search(turn.text))
    focus = context.known(context.focus) if context.focus else None
    if focus is not None:
        return _one(Found.FOCUS, focus, explicit=explicit)
    if len(context.shown) == 1:
        return _one(Found.ONLY_ONE, context.shown[0], explicit=explicit)
    if context.shown:
        return Resolution(Found.AMBIGUOUS, candidates=context.shown, explicit=explicit)
    return Resolution(Found.NOTHING, explicit=explicit)


def resolve_several(turn: Turn, context: ShoppingContext, *, most: int = 4) -> tuple[ShownProduct, ...]:
    """Return the products that a message weighs against each other; fewer than two where it names none."""
    chosen: list[ShownProduct | None] = [at_place(place, context.shown) for place in positions_in(turn)]
    chosen.extend(context.known(str(entity.value)) for entity in turn.all("product_id"))
    pool = tuple({p.product_id: p for p in (*context.shown, *context.seen)}.values())
    for phrase in name_phrases(turn.text) if len(chosen) < 2 else ():
        matches = named(phrase, context.shown) or named(phrase, pool)
        if len(matches) == 1:
            chosen.append(matches[0])
    focus = context.known(context.focus) if context.focus else None
    unique = {p.product_id: p for p in chosen if p is not None}
    if len(unique) == 1 and focus is not None and _DEICTIC.search(turn.text):
        unique.setdefault(focus.product_id, focus)
    if len(unique) < 2 and len(context.shown) >= 2 and (_PLURAL.search(turn.text) or not unique):
        count = 3 if re.search(r"\bthree\b|[三3][款个]", turn.text) else 2
        everything = bool(_EVERYTHING.search(turn.text))
        listed = context.shown[: most if everything else count]
        unique = {p.product_id: p for p in (*unique.values(), *listed)}
    return tuple(unique.values())[:most]


def name_phrases(text: str) -> list[str]:
    """Cut a message at "or", "and", 「和」, 「还是」: each part may name one product."""
    text = re.sub("对比|比较", " ", text)
    parts = re.split(r"\b(?:or|vs\.?|versus|and|than|with|to)\b|[,，、/]|和|跟|与|还是|比", text)
    return [part for part in parts if part and part.strip()]


def _without_wishes(turn: Turn) -> str:
    kept = list(turn.text)
    for entity in turn.entities:
        if entity.name in _WISHES:
            kept[entity.start : entity.end] = " " * (min(entity.end, len(kept)) - entity.start)
    return "".join(kept)


def _names_only_wishes(turn: Turn) -> bool:
    """Tell whether a message names a colour or a size and nothing else: "how much is the white one"."""
    return any(map(turn.all, _WISHES)) and not name_words(_without_wishes(turn))


class References:
    """Resolves against what was shown, then by name in the whole catalogue."""

    def __init__(self, names: ProductNames) -> None:
        self._names = names

    async def resolve(self, turn: Turn, context: ShoppingContext | None = None) -> Resolution:
        """As the pure `resolve`; a message that points at nothing shown is looked up by name in the catalogue."""
        context = context if context is not None else context_from_json(turn.shopping)
        resolution = resolve(turn, context)
        if resolution.found is Found.POSITION and is_figure_among_words(turn):
            matches = await self._named(turn)
            if len(matches) == 1:
                return _one(Found.NAME, matches[0])
        if resolution.found in (Found.BUTTON, Found.POSITION, Found.OUT_OF_RANGE, Found.SUPERLATIVE):
            return resolution
        if resolution.found is Found.NAME and resolution.product is not None:
            return await self._better_named(turn, resolution, resolution.product)
        if turn.is_button or (resolution.explicit and resolution.product_id):
            return resolution
        if context.shown and _names_only_wishes(turn):
            return resolution
        matches = await self._named(turn)
        if resolution.product_id and len(matches) != 1:
            return resolution
        return _several(matches[:4], Found.NAME) or resolution

    async def at_places(self, turn: Turn, context: ShoppingContext | None = None) -> list[ShownProduct | None]:
        """Return what was shown at each place that a message names, None beyond the list.

        Empty where it names fewer than two places of a list, or its figures may belong to a product's name.
        """
        context = context if context is not None else context_from_json(turn.shopping)
        places = positions_in(turn)
        if len(places) < 2 or not context.shown:
            return []
        if not turn.is_button and is_figure_among_words(turn) and len(await self._named(turn)) == 1:
            return []
        found = [at_place(place, context.shown) for place in places]
        products = list({product.product_id if product else "": product for product in found}.values())
        return products if len(products) > 1 else []

    async def _named(self, turn: Turn) -> Sequence[ShownProduct]:
        """Look the whole message up, then what is left of it without colours, sizes and other wishes."""
        matches = await self._names.by_name(turn.text, turn.language)
        return matches or await self._names.by_name(_without_wishes(turn), turn.language)

    async def _better_named(self, turn: Turn, resolution: Resolution, shown: ShownProduct) -> Resolution:
        """Prefer a product of the catalogue that more of the message names: the Watch6 Classic to the Watch6 shown."""
        said = words_of(turn.text)
        matches = await self._names.by_name(turn.text, turn.language)
        if len(matches) != 1 or matches[0].product_id == shown.product_id:
            return resolution
        of_shown = said & words_of(f"{shown.title} {shown.brand or ''}")
        of_match = said & words_of(f"{matches[0].title} {matches[0].brand or ''}")
        return _one(Found.NAME, matches[0]) if of_shown < of_match else resolution
