"""Inline keyboards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.gateway.telegram.text_limits import MAX_CALLBACK_BYTES, cut, utf16_units

MAX_BUTTONS = 100
MAX_TITLE = 60
_SHORT = 18


@dataclass(frozen=True, slots=True)
class Key:
    """A button: `data` comes back when it is pressed, or `url` is opened."""

    title: str
    data: str | None = None
    url: str | None = None


Rows = tuple[tuple[Key, ...], ...]


def rows_of(keys: Iterable[Key]) -> Rows:
    """Return keys in rows: two short ones side by side, a long one alone. Chinese characters count twice."""
    rows: list[tuple[Key, ...]] = []
    for key in keys:
        if rows and len(rows[-1]) == 1 and _width(rows[-1][0]) <= _SHORT and _width(key) <= _SHORT:
            rows[-1] = (*rows[-1], key)
        else:
            rows.append((key,))
    return tuple(rows)


def markup(rows: Sequence[Sequence[Key]]) -> InlineKeyboardMarkup | None:
    """Return what the library sends, None without keys; what Telegram would refuse is left out."""
    made: list[list[InlineKeyboardButton]] = []
    left = MAX_BUTTONS
    for row in rows:
        buttons = [_button(key) for key in row if key.url or _fits(key)][:left]
        left -= len(buttons)
        if buttons:
            made.append(buttons)
    return InlineKeyboardMarkup(made) if made else None


def _button(key: Key) -> InlineKeyboardButton:
    title = cut(" ".join(key.title.split()) or "…", MAX_TITLE)
    return InlineKeyboardButton(title, url=key.url) if key.url else InlineKeyboardButton(title, callback_data=key.data)


def _fits(key: Key) -> bool:
    return key.data is not None and 1 <= len(key.data.encode()) <= MAX_CALLBACK_BYTES


def _width(key: Key) -> int:
    return utf16_units(key.title) + sum("\u2e80" <= character <= "\uffef" for character in key.title)
