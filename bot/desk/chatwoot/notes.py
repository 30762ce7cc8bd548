"""The note with which an agent in Chatwoot begins: why, who, about what, and what was said so far.

Chatwoot shows notes as Markdown and fills in `{{ … }}` (Liquid) first: what shoppers wrote must do neither.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from bot.desk.chatwoot.joining import came_from_chatwoot
from bot.desk.chatwoot.words import has_word, language_or_english, word
from bot.desk.summary import summarize
from bot.gateway.texts import Language
from catalog.models import Direction
from catalog.repositories.chatwoot_links import Work
from catalog.repositories.conversations import StoredMessage

_SHOWN: Final = 12
_LENGTH: Final = 400
_SPECIAL: Final = re.compile(r"([\\`*_{}%\[\]<>#!|~])")


def plain(text: str) -> str:
    """Return text on one line that Chatwoot shows as it is."""
    line = " ".join(text.split())
    cut = line if len(line) <= _LENGTH else line[: _LENGTH - 1] + "…"
    return _SPECIAL.sub(r"\\\1", cut)


def shopper_name(conversation_id: str, language: Language) -> str:
    """Return a name for somebody who has not signed in, the same for the whole conversation."""
    return word("shopper", language, mark=hashlib.sha256(conversation_id.encode()).hexdigest()[:6])


def opening_note(work: Work, messages: Sequence[StoredMessage], customer: str | None) -> str:
    """Return the note of a hand-over.

    Args:
        work: the conversation.
        messages: its latest ones, oldest first.
        customer: the name of the customer who is signed in.
    """
    language = language_or_english(work.language)
    summary = summarize(messages, work.reason, len(messages))
    separator = "、" if language == "zh" else ", "
    lines = [word("note_title", language, reason=_reason(work.reason, language))]
    if customer is not None:
        lines.append(word("note_customer", language, name=plain(customer)))
    lines.append(word("note_channel", language, channel=plain(work.channel)))
    for key, items in (
        ("asked", summary["asked"]),
        ("products", [product["title"] for product in summary["products"]]),
        ("orders", summary["orders"]),
    ):
        if items:
            lines.append(word(f"note_{key}", language, items=separator.join(plain(str(item)) for item in items)))
    said = [line for message in messages[-_SHOWN:] if (line := said_line(message, language)) is not None]
    return "\n\n".join([*lines, word("note_transcript", language), *said])


def said_line(message: StoredMessage, language: Language) -> str | None:
    """Return a message as a line of a note, None for lines of the hand-over itself."""
    payload = message.payload or {}
    if message.direction is Direction.SHOPPER:
        return word("said_shopper", language, text=plain(message.text))
    if message.direction is Direction.AGENT:
        name = (payload.get("agent") or {}).get("name") or ""
        return word("said_agent", language, name=plain(str(name)), text=plain(message.text))
    return None if payload.get("notice") else word("said_bot", language, text=plain(message.text))


def is_news_for_chatwoot(message: StoredMessage) -> bool:
    """Tell whether a message said while people have the conversation is not in Chatwoot already."""
    if message.direction is Direction.AGENT:
        return not came_from_chatwoot(message.client_message_id)
    return message.direction is Direction.SHOPPER


def _reason(reason: str | None, language: Language) -> str:
    name = f"reason_{reason}"
    return word(name, language) if has_word(name) else word("reason_other", language, reason=plain(reason or "–"))
