"""The tokeniser that indexing and asking share: NFKC, lower case, Chinese by characters, letters apart from digits.

Chinese has no spaces, so "智能手表" is written to the index as "智 能 手 表" and asked for as a phrase: 手表 is then
found inside it. In the same way "Watch6" and "Watch 6", "GT4" and "GT 4" are one. Latin words stay whole; the engine
stems them.
"""

import re
import unicodedata

CJK_CHARACTER = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CJK_RUN = re.compile(f"[{CJK_CHARACTER}]+")
_LETTER_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_TOKEN = re.compile(rf"[{CJK_CHARACTER}]+|[^\W_{CJK_CHARACTER}]+(?:['’][^\W_{CJK_CHARACTER}]+)?")
_APOSTROPHE = re.compile("['’]s?")


def normalize(text: str) -> str:
    """Return the text in NFKC (full-width forms become plain ones) and lower case."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def segment(text: str) -> str:
    """Return the text as it is indexed: each Chinese character alone, letters and digits apart.

    "iPhone15手机壳" becomes "iphone 15 手 机 壳".
    """
    spaced = normalize(text)
    if not spaced.isascii():
        spaced = _CJK_RUN.sub(lambda run: " " + " ".join(run.group()) + " ", spaced)
    return _LETTER_DIGIT.sub(" ", spaced)


def tokens(text: str) -> list[str]:
    """Return the words of a query in order: Latin words and numbers, and whole runs of Chinese characters."""
    return [_APOSTROPHE.sub("", found) or found for found in _TOKEN.findall(normalize(text))]


def is_chinese(token: str) -> bool:
    """Tell whether a token from `tokens` is a run of Chinese characters."""
    return bool(_CJK_RUN.match(token))
