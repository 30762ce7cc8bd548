"""The bridge's own words."""

from functools import cache
from pathlib import Path
from typing import cast

import yaml

from bot.gateway.texts import Language, as_language


@cache
def _texts() -> dict[str, dict[str, str]]:
    return cast(dict[str, dict[str, str]], yaml.safe_load(Path(__file__).with_name("texts.yml").read_text("utf-8")))


def word(name: str, language: Language, /, **values: object) -> str:
    """Return a text of `texts.yml` with its values filled in."""
    return _texts()[name][language].format(**values)


def has_word(name: str) -> bool:
    """Tell whether there is such a text."""
    return name in _texts()


def language_or_english(value: str | None) -> Language:
    """Return the language of a conversation, English where none is known."""
    return as_language(value) or "en"
