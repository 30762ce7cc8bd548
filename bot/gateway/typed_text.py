"""What a shopper typed, before anything else sees it."""

import re
import unicodedata

from bot.gateway.errors import EmptyMessageError, MessageTooLongError

MAX_CHARACTERS = 4000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean_typed_text(text: str) -> str:
    """Return the text without control characters and leading slashes, so that nobody types `/restart` or an intent.

    The full-width slash counts too: a later step could fold it.

    Raises:
        MessageTooLongError: more than 4,000 characters.
        EmptyMessageError: nothing is left.
    """
    if len(text) > MAX_CHARACTERS:
        raise MessageTooLongError(f"{len(text)} characters")
    plain = _CONTROL.sub("", text.encode("utf-8", "ignore").decode("utf-8")).strip()
    cleaned = _without_slashes(plain)
    if not cleaned:
        raise EmptyMessageError
    return cleaned


def _without_slashes(text: str) -> str:
    position = 0
    while position < len(text) and (_is_slash(text[position]) or _is_invisible(text[position])):
        position += 1
    return text[position:].strip()


def _is_slash(character: str) -> bool:
    return unicodedata.normalize("NFKC", character) == "/"


def _is_invisible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Cf", "Cc")
