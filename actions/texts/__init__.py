"""Everything the assistant says, both languages side by side, one YAML file a topic.

A file maps a key to `{en: …, zh: …}`; a value is one text or a list of variants. Texts are `str.format` templates.
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from actions.reply import Button, Language, payload


class MissingTextError(KeyError):
    """No text has this key, or it lacks a language."""


def listed(parts: Iterable[str], language: Language) -> str:
    """Return parts one after another, as the language separates them."""
    return ("、" if language == "zh" else ", ").join(parts)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of all topics."""

    entries: Mapping[str, Mapping[str, tuple[str, ...]]]

    def human_button(self, language: Language) -> Button:
        """Return the button that asks for a person."""
        return Button(self.say("button.human", language), payload("contact_human_agent"))

    def say(self, key: str, language: Language, *, vary: str = "", **values: Any) -> str:
        """Return a text, filled in.

        Args:
            key: as in the YAML files.
            language: of the shopper.
            vary: texts with several variants choose by it, the same one for the same string.
            values: what the template names.

        Raises:
            MissingTextError: the key or the language is not there.
        """
        try:
            variants = self.entries[key][language]
        except KeyError as error:
            raise MissingTextError(f"{key} ({language})") from error
        return variants[zlib.crc32(vary.encode()) % len(variants)].format(**values)


@cache
def load_texts() -> Texts:
    """Read all YAML files beside this module."""
    entries: dict[str, dict[str, tuple[str, ...]]] = {}
    for file in sorted(files(__package__).iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".yml"):
            continue
        for key, languages in yaml.safe_load(file.read_text("utf-8")).items():
            entries[key] = {
                language: (text,) if isinstance(text, str) else tuple(text) for language, text in languages.items()
            }
    return Texts(entries)
