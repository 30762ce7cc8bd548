"""The shop's brands in a message, as shoppers type them: "delonghi", "philips hue", 「李宁的呢」."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from actions.services.brand_names import chinese_brands_in, english_brand
from actions.services.shop_facts import ShopFacts
from catalog.search.segmentation import normalize, tokens
from catalog.search.stop_words import ENGLISH

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_BRAND_SCORE = 86
_BRAND_ALONE = (
    r"(?:(?:(?:what|how) about|from|by|any|only|just|and|ok|maybe|or) )*(?:{0})(?: (?:ones?|please|pls|then|instead))*"
    r"|(?:那|要|想要|就要|看看|换成?|有)*(?:{0})的?(?:呢|有吗|吗|吧|有没有)?"
)
_ORIGINS = frozenset(
    ("korean", "japanese", "chinese", "german", "italian", "french", "american", "european", "british")
)
_SHORT = 6
_EVERYDAY = frozenset(("nothing", "honor", "vans", "beats", "dove", "element", "native", "ember", "method", "simple"))


def brands_in_text(text: str, facts: ShopFacts) -> tuple[str, ...]:
    """Return the shop's brands that a message names, where the model has marked none; everyday words do not count."""
    return tuple(dict.fromkeys(brands_said(text, facts).values()))


def brands_said(text: str, facts: ShopFacts) -> dict[str, str]:
    """Return {a brand's name as the message has it: the shop's brand}."""
    words = tokens(text)
    found = {}
    for start in range(len(words)):
        for end in range(min(len(words), start + 2), start, -1):
            name = " ".join(words[start:end])
            if len(name) > 2 and name in facts.brands_as_typed and name not in ENGLISH | _EVERYDAY:
                found[name] = facts.brands_as_typed[name]
    found |= {name: brand for name in chinese_brands_in(text) if (brand := find_brand(name, facts)) is not None}
    called = {name: brand for brand, name in facts.chinese_brands.items() if len(text) < len(name) + _SHORT}
    return found | {name: brand for name, brand in called.items() if name in text}


def is_brand_alone(text: str, facts: ShopFacts) -> bool:
    """Tell whether a message is a brand of the shop and nothing else: "from delonghi", 「李宁的呢」."""
    said = " ".join(tokens(text))
    names = "|".join(map(re.escape, brands_said(text, facts)))
    return bool(names) and re.fullmatch(_BRAND_ALONE.format(names), said) is not None


def longest_brand(name: str, text: str, facts: ShopFacts) -> str:
    """Return the longest brand that the message names and that begins with this one: "philips hue"."""
    said = [brand for brand in brands_said(text, facts) if brand.startswith(f"{normalize(name).strip()} ")]
    return max(said, key=len, default=name)


def sorted_brands(names: Iterable[str], facts: ShopFacts) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return brands that the shop has, brands that it has not, and words that are no brand at all.

    A Chinese word that neither the shop nor the list of well-known brands knows is rather a property (降噪).
    """
    known: list[str] = []
    unknown: list[str] = []
    others: list[str] = []
    for name in names:
        brand = find_brand(name, facts)
        if brand is not None:
            known.append(brand)
        elif name.casefold() in _ORIGINS or (_CHINESE.search(name) and english_brand(name) is None):
            others.append(name)
        else:
            unknown.append(name)
    return tuple(dict.fromkeys(known)), tuple(dict.fromkeys(unknown)), tuple(dict.fromkeys(others))


def find_brand(name: str, facts: ShopFacts) -> str | None:
    """Return the shop's brand that is meant, small typing errors allowed, or None."""
    for candidate in (name, english_brand(name) or ""):
        key = normalize(candidate).strip()
        if key in facts.brands:
            return facts.brands[key]
    called = next((brand for brand, chinese in facts.chinese_brands.items() if chinese == name), None)
    if called is not None:
        return called
    key = normalize(name).strip()
    if len(key) < 4:
        return None
    match = process.extractOne(key, facts.brands.keys(), scorer=fuzz.ratio, score_cutoff=_BRAND_SCORE)
    return facts.brands[match[0]] if match else None
