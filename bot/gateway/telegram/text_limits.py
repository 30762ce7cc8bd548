"""Telegram's limits on texts, which count UTF-16 units of what is shown: tags do not count, an emoji counts twice.

Source:
    Telegram Bot API, `sendMessage` (4,096 after entities parsing), `sendPhoto` (captions: 1,024), "Formatting options"
    (HTML: only `<`, `>`, `&` and quotes in attributes need escaping).
"""

import re

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_CALLBACK_BYTES = 64
_SENTENCE_END = re.compile(r"[.!?](?=\s)[\s]*|[。！？…]+[”’」』）)]*|\n+")


def utf16_units(text: str) -> int:
    """Return the length of a text as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, units: int) -> str:
    """Return the text, or as much of it as fits with an ellipsis at its end."""
    if utf16_units(text) <= units:
        return text
    return _longest_start(text, units - 1).rstrip() + "…"


def split_text(text: str, units: int = MAX_TEXT) -> list[str]:
    """Return a text in pieces of at most `units`, cut after sentences where there are any, else between words."""
    pieces = []
    rest = text.strip()
    while utf16_units(rest) > units:
        start = _longest_start(rest, units)
        at = _last_end(start) or len(start)
        pieces.append(rest[:at].strip())
        rest = rest[at:].strip()
    return [*pieces, rest] if rest else pieces


def escape(text: str) -> str:
    """Return text for HTML messages, as text and as the value of an attribute."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _longest_start(text: str, units: int) -> str:
    start = text[:units]
    while utf16_units(start) > units:
        start = start[: len(start) - (utf16_units(start) - units + 1) // 2]
    return start


def _last_end(start: str) -> int | None:
    """Return where to cut: after the last sentence of the second half, else after its last space."""
    ends = [match.end() for match in _SENTENCE_END.finditer(start)]
    if ends and ends[-1] > len(start) // 3:
        return ends[-1]
    space = start.rfind(" ")
    return space + 1 if space > len(start) // 3 else None
