"""What a worded reply must be before a shopper sees it: nothing that its sentence does not carry.

The checker is rules, not a model: it refuses too much rather than too little, and what it refuses is answered by the
sentence itself.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from nlu_models.dialogue.grammar import Language
from nlu_models.dialogue.values import find_values
from nlu_models.dialogue.wording import SYMBOLS, Masked

_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_SYMBOL: Final = re.compile("|".join(SYMBOLS))
_FREE: Final = re.compile(
    r"\bfree(?:\s+of\s+charge)?\b|\b(?:no|any|without)\s+(?:extra\s+|additional\s+|further\s+)?(?:charge|cost|fee)s?\b"
    r"|\bcosts?\s+(?:you\s+)?nothing\b|\bnothing\s+to\s+pay\b|\bwaive\w*|\bon\s+us\b|免费|包邮|免运费|免邮|不收费|不收取|不另收|免收|零运费|不花钱|不用花钱"
    r"|不(?:再|额外)?收\S{0,4}费",
    re.IGNORECASE,
)
_NEEDLESS: Final = re.compile(
    r"\bno\s+need\b|(?:\b(?:not|never)|n['’]t)\s+(?:\w+\s+)?(?:need(?:ed)?|necessary|required?|have\s+to|obliged|mandatory)\b|\bunnecessary\b|\boptional\b"
    r"|\bwithout\s+(?:an?\s+|the\s+|your\s+)?(?:account|registering|receipt|it|one)\b|\bwhether\s+or\s+not\b"
    r"|没(?:有)?[^，。；！]{0,8}(?:也|仍|照样|一样)(?:能|可|行|保|给)|(?:丢|扔|没)了?也(?:能|可|行|没)|纵无|无需|无须|不需要|不用|不必|不强制|毋须",
    re.IGNORECASE,
)
_NEGATION: Final = re.compile(
    r"\b(?:not|no|never|cannot|can\s?not|none|nor|neither|unable|impossible|without|refuse[sd]?|declin\w+|exclud\w+|unavailable|ineligible|forbidden|prohibited"
    r"|unfortunately|non-\w+|lapses?|void|nobody|nothing|forfeited|exempt|outside|out\s+of\s+the\s+question|leaves?\s+out|gone|lost)\b|n['’]t\b|不(?!管|仅|但|过|同|论|妨|错|久|好意思)|没|无法|无(?!论|忧|理由)|未|勿|恕|概|莫|拒|非(?!常)|除外|免谈|别(?!的|人)",
    re.IGNORECASE,
)
_IDIOM: Final = re.compile(
    r"\b(?:no|not)\s+later\s+than\b|\bno\s+more\s+than\b|\bdo(?:n['’]t|\s+not)\s+(?:worry|forget|hesitate)\b|\bno\s+(?:worries|rush|problem|drama|matter|hurry)\b"
    r"|\b(?:we\s+)?(?:don['’]t|do\s+not)\s+mind\b|\bwhy\s+not\b|\bif\s+not\b|\bnot\s+only\b|别担心|别着急|不用担心|不用着急|不着急|不急|没问题|没关系|没事|不晚于|不迟于|不超过|不放心"
    r"|不满意|不合适|不喜欢|不想要|不满(?=[\d★●■◆])|没满|不到(?=[\d★●■◆])|没到(?=[\d★●■◆])|不管|不论|无论|不限|不影响|不等|不好意思",
    re.IGNORECASE,
)
"""Negative in form only."""
_DOUBLE: Final = re.compile(
    r"\b(?:not|n['’]t|never|no)\s+(?:be\s+)?(?:exempt|excluded|an?\s+obstacle|obstacle|refused?|final|an?\s+problem|prevent)\w*|\bneed\s+not\b|\bneedn['’]t\b",
    re.IGNORECASE,
)
_ASKED: Final = re.compile(r"[^.!?。！？；;\n]*[?？](?=\s*\S)|问[：:]")
_RESTRICTED: Final = re.compile(
    r"\bexcept(?:ed|ing|ions?)?\b|\bunless\b|\bonly\b|\bprovided\b|\b(?:as|so)\s+long\s+as\b|\bif\b|\bexcluding\b|\bapart\s+from\b|\bsave\s+for\b|\bother\s+than\b|\botherwise\b|\belsewhere\b"
    r"|\brestricted\s+to\b|\blimited\s+to\b|\bjust\s+(?:for|in|to)\b|除非|除了|除外|仅|只(?=有|限|能|要|在|对|给|支持|接受|送)|如果|如(?!何|此|上|下)|若|(?<!刚)才|前提|的话|以外|之外|否则|其[他余它].{0,4}(?:不|无)",
    re.IGNORECASE,
)
_YOU_PAY: Final = re.compile(
    r"\byou(?:'ll|\s+will|\s+would)?\s+(?:have\s+to\s+|need\s+to\s+)?(?:pay|cover|bear)|\byour\s+(?:own\s+)?(?:expense|cost|charge|account)\b"
    r"|\b(?:buyer|customer|purchaser)s?\s+(?:pays?|bears?|covers?)|自付|自理|自费|您(?:来)?(?:承担|出|付)|买家(?:承担|出)|顾客(?:承担|出)|由您",
    re.IGNORECASE,
)
_WE_PAY: Final = re.compile(
    r"\bwe(?:'ll|\s+will)?\s+(?:pay|cover|bear|take\s+care\s+of)|\bat\s+our\s+(?:own\s+)?(?:expense|cost)\b|\bour\s+treat\b|我们(?:来)?(?:承担|出|付|负责)|本店承担|由(?:我们|本店|商家)",
    re.IGNORECASE,
)
_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_MOST_WORDS: Final = 70
_FEWEST_LETTERS: Final = 4


def problems(reply: str, source: Masked, language: Language) -> list[str]:
    """Return why a reply may not be said, nothing where it may.

    Args:
        reply: with symbols in the place of values.
        source: the sentence that it words, masked.
        language: that the reply must be in.
    """
    return [name for name, wrong in _CHECKS if wrong(reply, source, language)]


def _unresolved(reply: str, source: Masked, _: Language) -> bool:
    """A symbol for which there is no value."""
    return any(symbol in reply for symbol in SYMBOLS[len(source.values) :])


def _invented_value(reply: str, _source: Masked, _language: Language) -> bool:
    """A number, date, amount, name or link that stands there in full: it came from nowhere."""
    return bool(find_values(reply)) or any(character.isdigit() for character in reply)


def _missing_value(reply: str, source: Masked, _: Language) -> bool:
    """A value of the sentence that the reply does not tell."""
    return not set(_SYMBOL.findall(source.text)) <= set(_SYMBOL.findall(reply))


def _polarity(reply: str, source: Masked, _: Language) -> bool:
    """Free, needless or forbidden in one of the two only; or another one pays.

    "Only with X" and "not without X" are the same: where both are restricted, a negation more or less says nothing.
    """
    said, told = _stated(reply), _stated(source.text)
    for pattern in (_YOU_PAY, _WE_PAY):
        if pattern.search(said) and not pattern.search(told):
            return True
    restricted = bool(_RESTRICTED.search(said) and _RESTRICTED.search(told))
    return _sense(said, restricted=restricted) != _sense(told, restricted=restricted)


def _stated(text: str) -> str:
    """Return what a text states: no question that it answers itself, no phrase that is negative in form only."""
    return _DOUBLE.sub(" ", _IDIOM.sub(" ", _ASKED.sub(" ", text)))


def _sense(text: str, *, restricted: bool) -> tuple[bool, bool, bool]:
    free = bool(_FREE.search(text))
    rest = _FREE.sub(" ", text)
    needless = bool(_NEEDLESS.search(rest))
    return free, needless and not restricted, not restricted and bool(_NEGATION.search(_NEEDLESS.sub(" ", rest)))


def _dropped_exception(reply: str, source: Masked, _: Language) -> bool:
    """A condition or an exception that the reply leaves out."""
    return bool(_RESTRICTED.search(_stated(source.text))) and not _RESTRICTED.search(_stated(reply))


def _foreign_name(reply: str, source: Masked, language: Language) -> bool:
    """A Latin word in a Chinese reply, or a word with a capital inside a sentence, that the source does not have."""
    known = {word.casefold() for word in _LATIN.findall(source.text)}
    for match in _LATIN.finditer(reply):
        word = match[0]
        inside = bool(match.start()) and reply[: match.start()].rstrip()[-1:] not in '.!?:;—–“"'
        named = language == "zh" or (word[0].isupper() and inside and word not in ("I", "I'm", "I'll", "I’m", "I’ll"))
        if named and word.casefold() not in known:
            return True
    return False


def _wrong_language(reply: str, _: Masked, language: Language) -> bool:
    han = len(_HAN.findall(reply))
    return han > 0 if language == "en" else han < _FEWEST_LETTERS


def _repeats(reply: str, source: Masked, _: Language) -> bool:
    """A run of three words (six characters in Chinese) said twice, and not in the source."""
    units, length = (list(reply), 6) if _HAN.search(reply) else (reply.casefold().split(), 3)
    runs = Counter(tuple(units[at : at + length]) for at in range(len(units) - length + 1))
    return any(count > 1 and source.text.count("".join(run)) < count for run, count in runs.items())


def _insane_length(reply: str, source: Masked, language: Language) -> bool:
    size, other = (len(reply), len(source.text)) if language == "zh" else (len(reply.split()), len(source.text.split()))
    return not 2 <= size <= min(_MOST_WORDS * (3 if language == "zh" else 1), 2 * other + 14) or reply.endswith(
        (",", "，", ":")
    )


_CHECKS: Final = (
    ("unresolved", _unresolved),
    ("invented_value", _invented_value),
    ("missing_value", _missing_value),
    ("polarity", _polarity),
    ("dropped_exception", _dropped_exception),
    ("foreign_name", _foreign_name),
    ("wrong_language", _wrong_language),
    ("repeats", _repeats),
    ("length", _insane_length),
)
