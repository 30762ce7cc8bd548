"""Which language a message is answered in: the shopper's, as soon as a message shows it."""

import re
from typing import cast

from actions.language_words import NEUTRAL, TALK
from actions.product_names import NO_NAMES, ProductNames, names_in, words_in
from actions.reply import Language
from actions.services.brand_names import ENGLISH_NAMES
from catalog.search.segmentation import CJK_CHARACTER, normalize

_CJK = re.compile(f"[{CJK_CHARACTER}]")
_ADDRESS_ON_THE_NET = re.compile(r"\S+@\S+|\S+://\S+|\bwww\.\S+")
_WITH_DIGITS = re.compile(r"\S*\d\S*")
_LIMIT = re.compile(r"\b(?:under|below|over|above|than|up to|between|around)\s+(?:[$€£¥]|usd|cny|rmb)?\s*\d", re.I)
_WORDS_THAT_SWITCH = 2
_LATIN_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?", re.IGNORECASE)
_PREPOSITIONS = frozenset({"in", "for", "with", "from"})
_BEGINS_WITH_ONE = re.compile(rf"\W*(?:{'|'.join(sorted(_PREPOSITIONS))})\b", re.IGNORECASE)
_NAMES_AND_ADDRESSES = frozenset({"person_name", "address"})
_YES_OR_NO = frozenset({"confirm", "use_known", "change_which"})
_KNOWN_BRANDS = names_in(ENGLISH_NAMES)


_ASKS_FOR_LANGUAGE = re.compile(
    r"""^\W*(?:(?:ok|please|pls|can|could|you|u|we|i|do|lets?|let's|switch|change|talk|speak|write|reply|answer|chat
            |use|to|in|the|language|back|prefer|want)\W+)*
        (?:(?P<en>english)|(?P<zh>chinese|mandarin))
        (?:\W+(?:please|pls|thanks|only|instead|now|again|ok))*\W*$
    | ^\W*(?:我们?|咱们?|[你您]|能|会|可以|请|换成?|切换?|到|改成?|说|讲|用|回复?|打|还是|，)*
        (?:(?P<en_zh>英文|英语)|(?P<zh_zh>中文|汉语|普通话))
        (?:说|讲|聊|回复?|交流|可以|行|好|吗|吧|呢|谢谢)*\W*$""",
    re.IGNORECASE | re.VERBOSE,
)


def language_asked_for(text: str) -> Language | None:
    """Return the language that a message asks for: "english please", 「能说中文吗」; None where it asks for none."""
    match = _ASKS_FOR_LANGUAGE.match(text)
    return None if match is None else "en" if match["en"] or match["en_zh"] else "zh"


def names_matter(text: str, previous: str | None, page: str | None) -> bool:
    """Tell whether `choose_language` must know the shop's names to decide."""
    if text.startswith("/") or not _LATIN_WORD.search(text):
        return False
    return (_kept(previous, page) == "zh") != bool(_CJK.search(text))


def _kept(previous: str | None, page: str | None) -> Language:
    chosen = previous or page
    return cast(Language, chosen) if chosen in ("en", "zh") else "en"


def choose_language(
    text: str, previous: str | None, page: str | None, *, names: ProductNames = NO_NAMES, asked: str | None = None
) -> Language:
    """Follow the shopper: Chinese characters mean Chinese, English words mean English.

    One word of talk ("how", "cheaper") is English, and so are two words that name no brand or product. A preposition is
    such a word where the message begins with it ("in black") and is none elsewhere ("3 in 1 charger"). Anything less
    (a brand, a size, a number, an e-mail address, an emoji, a button) keeps the language of the conversation, then the
    page's. An English sentence with a few Chinese characters ("do you have 小米 phones") does not end English.

    Args:
        text: what the shopper typed, or a button's payload.
        previous: the language of the conversation so far, None at its beginning.
        page: the language of the page around it, None where there is none.
        names: brands and products of the shop, in Latin letters.
        asked: the slot that a service task has asked for. A colour or a size is no sign of English then, and where a
            name or an address was asked for ("Will Smith", "5 Park Lane"), it takes two words of talk.
    """
    kept = _kept(previous, page)
    if text.startswith("/"):
        return kept
    if (wanted := language_asked_for(text)) is not None:
        return wanted
    if _CJK.search(text):
        return "en" if kept == "en" and _is_english_with_chinese_in_it(text, names) else "zh"
    return "en" if kept == "en" or _is_english(text, names, asked=asked) else "zh"


def _is_english(text: str, names: ProductNames, *, asked: str | None) -> bool:
    said = _ADDRESS_ON_THE_NET.sub(" ", text)
    words = words_in(_WITH_DIGITS.sub(" ", _without_phrases(said, names)))
    talk = words & TALK
    if asked in _NAMES_AND_ADDRESSES:
        return len(talk) >= _WORDS_THAT_SWITCH
    if _talks(talk) or _BEGINS_WITH_ONE.match(said) or _LIMIT.search(said):
        return True
    if asked is not None and asked not in _YES_OR_NO:
        return False
    own = words - NEUTRAL - _PREPOSITIONS - names.words - _KNOWN_BRANDS.words
    return len({word for word in own if len(word) > 1}) >= _WORDS_THAT_SWITCH


def _talks(talk: frozenset[str]) -> bool:
    """Tell whether words of talk make a message English: one of them, but two where it is a preposition."""
    return bool(talk - _PREPOSITIONS) or len(talk) >= _WORDS_THAT_SWITCH


def _is_english_with_chinese_in_it(text: str, names: ProductNames) -> bool:
    """Tell whether a text with Chinese characters talks English, and has fewer of them than words in Latin letters."""
    said = _CJK.sub(" ", _ADDRESS_ON_THE_NET.sub(" ", text))
    latin = _without_phrases(_WITH_DIGITS.sub(" ", said), names)
    enough = len(_CJK.findall(text)) < len(_LATIN_WORD.findall(latin))
    return enough and _talks(words_in(latin) & TALK)


def _without_phrases(text: str, names: ProductNames) -> str:
    """Return a text without names of several words that a word of talk is part of: "The North Face", "To Summer"."""
    squeezed = " ".join(normalize(text).split())
    longest_first = [phrase for phrase in _KNOWN_BRANDS.phrases | names.phrases if phrase in squeezed]
    for phrase in sorted(longest_first, key=len, reverse=True):
        squeezed = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", " ", squeezed)
    return squeezed
