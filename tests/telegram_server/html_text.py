"""HTML as the Bot API reads it ("HTML style"): a few tags, four named entities, everything else escaped."""

import re

_TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "tg-spoiler"}
)
_TOKEN = re.compile(r"<(/?)([a-z-]+)((?:\s+[a-z]+=\"[^\"<>]*\")*)\s*>|&(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|([<>&])")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


class CannotParseError(ValueError):
    """The text is not HTML of this kind."""


def plain_text(html: str) -> str:
    """Return what is shown.

    Raises:
        CannotParseError: a tag is not supported or not closed, or a character is not escaped.
    """
    shown: list[str] = []
    opened: list[str] = []
    position = 0
    for match in _TOKEN.finditer(html):
        shown.append(html[position : match.start()])
        position = match.end()
        closing, tag, _, entity, bare = match.groups()
        if bare:
            raise CannotParseError(f"unescaped {bare} at {match.start()}")
        if entity:
            shown.append(_NAMED.get(entity) or chr(int(entity.lstrip("#x"), 16 if "x" in entity else 10)))
        elif tag not in _TAGS:
            raise CannotParseError(f'Unsupported start tag "{tag}" at {match.start()}')
        elif not closing:
            opened.append(tag)
        elif not opened or opened.pop() != tag:
            raise CannotParseError(f"Unexpected end tag at {match.start()}")
    if opened:
        raise CannotParseError(f'Can\'t find end tag corresponding to start tag "{opened[-1]}"')
    return "".join([*shown, html[position:]])


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units, in which the Bot API counts."""
    return len(text.encode("utf-16-le")) // 2
