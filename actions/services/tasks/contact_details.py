"""Names and street addresses as shoppers type them when they are asked for them."""

import re
from itertools import takewhile
from typing import Final

from actions.services.tasks.answers import POSTAL_CODE

_NAME_WORDS: Final = 4
_LIKE_A_NAME: Final = re.compile(r"[A-Za-zÀ-ÿ.'’-]+(?: [A-Za-zÀ-ÿ.'’-]+){1,3}$|[\u4e00-\u9fff]{2,4}$")
_LIKE_AN_ADDRESS: Final = re.compile(
    r"""\d+\w?(?:\ ?[/-]\ ?\d+)?[\ ,]+(?:[\w'’.-]+\ ){0,4}
        (?:street|str|st|road|rd|avenue|ave|lane|ln|drive|dr|close|way|court|ct|place|pl|square|sq|terrace|boulevard
        |blvd|crescent|hill|row|gardens?|mews|walk)\b
    | [\u4e00-\u9fff](?:路|街|道|巷|弄|村|镇|小区|花园|大厦|广场|公寓|宿舍|号院)
        [\u4e00-\u9fff\s]{0,6}[\d一二三四五六七八九十]
    | [\u4e00-\u9fff]{2,}\s*\d+(?:号|弄|栋|幢|座|楼|单元|室)(?:[\u4e00-\u9fff\s]{0,3}\d|\W*$)""",
    re.IGNORECASE | re.VERBOSE,
)
_NAME_ZH: Final = re.compile(
    r"(?:我叫|我是|名字叫?|姓名|收件人|收货人|叫)?是?[:：\s]*(?P<name>[\u4e00-\u9fff]{2,4})\W*$"
)


def looks_like_a_name(text: str) -> bool:
    """Tell whether a message is a name and nothing else, by its form."""
    return bool(_LIKE_A_NAME.match(text.strip()))


def looks_like_an_address(text: str) -> bool:
    """Tell whether a street and a number, or a house and a flat, stand in a message."""
    return bool(_LIKE_AN_ADDRESS.search(text))


def with_postal_code(text: str) -> dict[str, str]:
    """Return the `address` that a message is, and the `postal_code` where one stands at its end."""
    length = len(text.rstrip(" .。"))
    code = next((found for found in POSTAL_CODE.finditer(text) if found.end() == length), None)
    street = text[: code.start()].rstrip(" ,，;；") if code else ""
    if code is None or not looks_like_an_address(street):
        return {"address": text}
    return {"address": street, "postal_code": code[0].upper()}


def whole_name(text: str, marked: str) -> str:
    """Return the name of which the model marked a part: "Jane Miller" for Jane, 「王小明」 for 小."""
    said = " ".join(text.split()).strip(" .,!。，！")
    words = said.split()
    chinese = _NAME_ZH.match(said)
    if chinese and marked in chinese["name"] and (len(marked) == 1 or chinese["name"].endswith(marked)):
        return chinese["name"]
    if set(marked.split()) <= set(words) and len(words) <= _NAME_WORDS and all(w.istitle() for w in words):
        return said
    at = said.find(marked)
    following = said[at + len(marked) :].split() if at >= 0 else []
    further = list(takewhile(lambda word: word.istitle() and word.isalpha(), following[:_NAME_WORDS]))
    return " ".join((marked.strip(), *further))
