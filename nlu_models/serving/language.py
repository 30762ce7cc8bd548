"""Whether a text is English or Chinese, by its script and, where both occur, by English function words."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Language = Literal["en", "zh"]
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\S+",
        "a an and any are at can could do does for from have how i i'd i'm in is it me my need no not of on one or "
        "please show than that the there this to under want was what when where which who why will with would you "
        "your",
    )
)


def detect_language(text: str) -> Language | None:
    """Return the language of a message, None where it has neither Latin nor Han letters (digits, emoji).

    Product and brand names are Latin in Chinese messages too: "Samsung Galaxy Watch 6 有货吗" is Chinese. A mixed
    message is English only if it has English function words and fewer Han characters than Latin words.
    """
    plain = unicodedata.normalize("NFKC", text[:2000]).lower()
    han = len(_HAN.findall(plain))
    words = _WORD.findall(plain.replace("’", "'"))
    if not han:
        return "en" if words else None
    if not words:
        return "zh"
    return "en" if han < len(words) and not _FUNCTION_WORDS.isdisjoint(words) else "zh"
