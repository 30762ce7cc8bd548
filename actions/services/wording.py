"""A wish in words: "smartwatches in black from Sony up to $200", 「¥1,500以下的黑色智能手表」."""

import re
from collections.abc import Iterable, Sequence

from actions.money import format_price
from actions.reply import Language
from actions.services.search_request import SearchRequest, kind_name
from actions.services.shop_facts import ShopFacts
from actions.texts import Texts, listed

_MOST_UNWANTED = 3

_MEASURED = re.compile(
    r"\d\s*(?:ml|cl|l|oz|cm|mm|inch(?:es)?|gb|tb|kg|g|w|毫?升|英?寸|[厘毫]米|千?克|公斤)$", re.IGNORECASE
)
"""Sizes that are no sizes to wear: "500ml", 「27寸」."""


def is_measure(size: str) -> bool:
    """Tell whether a size is a measure and none to wear: "500ml", "11 inch"."""
    return _MEASURED.search(size) is not None


def limit_price(price_minor: int, currency: str, language: Language) -> str:
    """Return a limit as people say it: $200 rather than $200.00."""
    text = format_price(price_minor, currency, language)
    return text.removesuffix(".00")


def joined(parts: Sequence[str], language: Language, *, word: str = "and") -> str:
    """Return a list in words, in English with a word before the last: "and" or "or"."""
    if language == "zh" or len(parts) < 2:
        return listed(parts, language)
    return f"{listed(parts[:-1], language)} {word} {parts[-1]}"


def with_options(title: str, options: Iterable[str], texts: Texts, language: Language) -> str:
    """Return a product's title with the options of a variant behind it, where it has some: "Bip 5 (black, M)"."""
    named = listed(options, language)
    return title + (texts.say("cart.options", language, options=named) if named else "")


def wish_phrase(
    request: SearchRequest,
    facts: ShopFacts,
    texts: Texts,
    language: Language,
    *,
    price: bool = True,
) -> str:
    """Return what is looked for, with its limits.

    Args:
        request: the wish.
        facts: names of categories and option values.
        texts: all texts.
        language: of the shopper.
        price: whether price limits are part of it.
    """
    kind = kind_name(request, facts, language) or texts.say("search.goods", language)
    limits = _limits(request, facts, texts, language)
    parts = [part for name, part in limits if not name.startswith("not_")]
    unwanted = [part for name, part in limits if name.startswith("not_")]
    cost = price_phrase(request, texts, language) if price else ""
    if language == "zh":
        before = "、".join([*([cost] if cost else []), *parts, *unwanted])
        return f"{before}的{kind}" if before else kind
    return " ".join([kind, *parts, *([joined(unwanted, language)] if unwanted else []), *([cost] if cost else [])])


def _limits(request: SearchRequest, facts: ShopFacts, texts: Texts, language: Language) -> list[tuple[str, str]]:
    found = []
    for name, values in (
        ("brand", request.brands),
        ("color", request.colors),
        ("size", request.sizes),
        ("material", request.materials),
    ):
        if values:
            named = [(facts.brand if name == "brand" else facts.labels.value)(value, language) for value in values]
            said = joined(named, language)
            if name == "size" and said.endswith(("码", "号")):
                said = said[:-1]
            key = "wish.measure" if name == "size" and is_measure(said) else f"wish.{name}"
            found.append((name, texts.say(key, language, values=said)))
    if len(request.not_brands) > _MOST_UNWANTED and not request.brands:
        found.append(("not_brand", texts.say("wish.other_brands", language)))
    elif request.not_brands and not request.brands:
        named = [facts.brand(brand, language) for brand in request.not_brands]
        found.append(("not_brand", texts.say("wish.not_brand", language, values=joined(named, language, word="or"))))
    for name, unwanted in (
        ("not_color", request.not_colors),
        ("not_size", request.not_sizes),
        ("not_material", request.not_materials),
    ):
        if unwanted:
            said = joined([facts.labels.value(value, language) for value in unwanted], language, word="or")
            found.append((name, texts.say(f"wish.{name}", language, values=said)))
    if request.not_words:
        said = joined(request.not_words, language, word="or")
        found.append(("not_word", texts.say("wish.not_word", language, values=said)))
    if request.in_stock_only:
        found.append(("stock", texts.say("wish.in_stock", language)))
    return found


def price_phrase(request: SearchRequest, texts: Texts, language: Language) -> str:
    """Return the price limit in words, `""` where there is none."""
    if request.currency is None:
        return ""
    low, high = request.price_min_minor, request.price_max_minor
    if request.relative_price and (low is None or high is None):
        return _relative(low, high, request.currency, texts, language)
    if low is not None and high is not None:
        return texts.say(
            "wish.between",
            language,
            low=limit_price(low, request.currency, language),
            high=limit_price(high, request.currency, language),
        )
    if high is not None:
        return texts.say("wish.up_to", language, price=limit_price(high, request.currency, language))
    if low is not None:
        return texts.say("wish.from", language, price=limit_price(low, request.currency, language))
    return ""


def _relative(low: int | None, high: int | None, currency: str, texts: Texts, language: Language) -> str:
    """Name the price that "cheaper" or "better" was measured against, instead of one cent beside it."""
    if high is not None:
        return texts.say("wish.below", language, price=limit_price(high + 1, currency, language))
    if low is not None:
        return texts.say("wish.above", language, price=limit_price(low - 1, currency, language))
    return ""
