"""What a worded reply must be before a shopper sees it: nothing that its sentence does not carry.

The checker is rules, not a model: it refuses too much rather than too little, and what it refuses is answered by the
sentence itself.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from nlu_models.dialogue.claims import claim
from nlu_models.dialogue.clauses import carried, clauses, misplaced, told_part, words_of
from nlu_models.dialogue.grammar import Language
from nlu_models.dialogue.values import find_values
from nlu_models.dialogue.wording import SYMBOLS, Masked

_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_SYMBOL: Final = re.compile("|".join(SYMBOLS))
_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_MOST_WORDS: Final = 70
_FEWEST_LETTERS: Final = 4
_CARRIED: Final = 0.25
_MANY_WORDS: Final = 6


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


def _misplaced_value(reply: str, source: Masked, _: Language) -> bool:
    """A value with the words of another one."""
    return misplaced(reply, source.text)


def _says_nothing(reply: str, source: Masked, _: Language) -> bool:
    """No value where the sentence is about little else."""
    symbols = set(_SYMBOL.findall(source.text))
    return bool(symbols) and not symbols & set(_SYMBOL.findall(reply)) and len(clauses(source.text)) == 1


def _off_source(reply: str, source: Masked, _: Language) -> bool:
    """Long, and in other words than those of the sentence."""
    return len(words_of(reply)) >= _MANY_WORDS and carried(reply, source.text) < _CARRIED


def _polarity(reply: str, source: Masked, _: Language) -> bool:
    """Free, needless, forbidden, demanded or restricted in one of the two only; or another one pays.

    "Only with X" and "not without X" are the same: where both are restricted, a negation more or less says nothing.
    A reply that tells a part of the sentence is held against that part.
    """
    if not _contradicts(reply, source.text, values=bool(source.values)):
        return False
    part = told_part(reply, source.text)
    return not part or _contradicts(reply, part, values=bool(_SYMBOL.search(part)))


def _contradicts(reply: str, source: str, *, values: bool) -> bool:
    said, told = claim(reply), claim(source)
    if said.shop_pays != told.shop_pays or (said.buyer_pays and not told.buyer_pays and not _SYMBOL.search(reply)):
        return True
    if said.bounded and told.bounded and (said.restricted or told.restricted):
        return False
    if said.limited and told.restricted and said.needless == told.needless:
        return False
    if (said.until and told.after) or (told.until and said.after):
        return True
    bounded = told.bounded or told.demanded or told.negated or told.until or told.buyer_pays or values
    if (said.restricted or (said.demanded and not said.needless)) and not bounded and not told.eventual:
        return True
    return (said.needless, said.negated) != (told.needless, told.negated)


def _dropped_exception(reply: str, source: Masked, _: Language) -> bool:
    """A condition or an exception that the reply leaves out."""
    said, told = claim(reply), claim(source.text)
    if told.restricted:
        demanded = said.demanded and not (said.needless or told.demanded or told.needless)
        return not (said.bounded or said.limited or demanded)
    return told.conditional and not (said.bounded or said.eventual or said.demanded)


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
    ("misplaced_value", _misplaced_value),
    ("says_nothing", _says_nothing),
    ("off_source", _off_source),
    ("polarity", _polarity),
    ("dropped_exception", _dropped_exception),
    ("foreign_name", _foreign_name),
    ("wrong_language", _wrong_language),
    ("repeats", _repeats),
    ("length", _insane_length),
)
