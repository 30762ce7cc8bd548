"""What the gateway itself says, and in which language."""

import re
from functools import cache
from pathlib import Path
from typing import Literal, cast

import yaml

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_ACCEPTED = re.compile(r"\s*([A-Za-z]{2,3})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([0-9.]+))?")


@cache
def _texts() -> dict[str, dict[str, str]]:
    return cast(dict[str, dict[str, str]], yaml.safe_load(Path(__file__).with_name("texts.yml").read_text("utf-8")))


def say(name: str, language: Language) -> str:
    """Return a text of `texts.yml`; an unknown name gives the general apology."""
    texts = _texts()
    return texts.get(name, texts["internal"])[language]


def as_language(value: object) -> Language | None:
    """Return `value` if it is a language that we speak (`zh-CN` is `zh`), else None."""
    short = str(value or "")[:2].lower()
    return next((language for language in LANGUAGES if language == short), None)


def has_han(text: str) -> bool:
    """Tell whether a text has Chinese characters."""
    return bool(_HAN.search(text))


def accepted_language(header: str) -> Language | None:
    """Return the language that an Accept-Language header prefers among ours."""
    found: list[tuple[float, Language]] = []
    for part in header.split(",")[:20]:
        match = _ACCEPTED.fullmatch(part)
        language = as_language(match[1]) if match else None
        if match and language:
            found.append((_quality(match[2]), language))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _quality(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
