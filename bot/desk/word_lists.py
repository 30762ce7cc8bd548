"""What agents choose from: canned replies, and the intents of a correction."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from bot.gateway.presentation import JsonObject
from bot.gateway.texts import Language


@cache
def canned_replies() -> tuple[JsonObject, ...]:
    """Return the canned replies, in the order of the file."""
    return tuple(_read("canned_replies.yml"))


def intents(language: Language) -> list[JsonObject]:
    """Return the intents with their titles in a language."""
    return [{"name": name, "title": titles[language]} for name, titles in _intents().items()]


def is_intent(name: str) -> bool:
    """Tell whether an intent of that name exists."""
    return name in _intents()


@cache
def _intents() -> Mapping[str, Mapping[str, str]]:
    return cast(Mapping[str, Mapping[str, str]], _read("intents.yml"))


def _read(name: str) -> list[JsonObject]:
    return cast(list[JsonObject], yaml.safe_load(Path(__file__).with_name(name).read_text("utf-8")))
