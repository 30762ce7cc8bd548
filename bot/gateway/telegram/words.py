"""What the gateway says in Telegram only."""

from functools import cache
from pathlib import Path
from typing import cast

import yaml

from bot.gateway.texts import Language, say


@cache
def _texts() -> dict[str, dict[str, str]]:
    return cast(dict[str, dict[str, str]], yaml.safe_load(Path(__file__).with_name("texts.yml").read_text("utf-8")))


def word(name: str, language: Language, /, **values: str) -> str:
    """Return a text of this folder's `texts.yml` with its values filled in, else one that every channel has."""
    texts = _texts()
    if name not in texts:
        return say(name, language)
    text = texts[name][language]
    return text.format(**values) if values else text
