"""The wording of descriptions, from the YAML files in `phrases/`."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
Slot = Literal["with", "is", "does", "note"]
Truth = bool | None


@dataclass(frozen=True, slots=True)
class Group:
    """How one kind of attribute is told.

    `texts` is {(language, truth): (slot, wordings)}; truth is None for a value, else what the yes or no is. In Chinese
    the slot is always `note`. A value of `alone` stands without wording. `rank` counts from the most important.
    """

    rank: int
    keys: tuple[str, ...]
    lists: bool
    alone: tuple[str, ...]
    texts: Mapping[tuple[Language, Truth], tuple[Slot, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Wording:
    """All groups and frames, and what is not told."""

    groups: Mapping[str, Group]
    frames: Mapping[Language, Mapping[str, tuple[str, ...]]]
    left_out: frozenset[str]
    claims: Mapping[Language, tuple[str, ...]]
    chinese_names: Mapping[str, str]
    chinese_keys: Mapping[str, str]
    proper: frozenset[str]
    capitals: frozenset[str]

    def frame(self, language: Language, name: str, vary: str, /, **values: str) -> str:
        """Return a frame filled in; of several the same one is chosen for the same `vary`."""
        return fill(choose(self.frames[language][name], f"{vary}:{name}"), **values)


def choose(wordings: tuple[str, ...], vary: str) -> str:
    """Return one of the wordings, the same for the same `vary`, on every machine."""
    return wordings[zlib.crc32(vary.encode()) % len(wordings)]


def fill(template: str, **values: str) -> str:
    """Return a template with its places filled; braces in the values mean nothing."""
    for name in values:
        template = template.replace("{" + name + "}", f"\x00{name}\x00")
    for name, value in values.items():
        template = template.replace(f"\x00{name}\x00", value)
    return template


@cache
def load_wording() -> Wording:
    """Read the YAML files."""
    groups: dict[str, Group] = {}
    rank = 0
    folder = files(__package__).joinpath("phrases")
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name[:1].isdigit():
            continue
        for entry in yaml.safe_load(file.read_text("utf-8")):
            group = _group(rank, entry)
            rank += 1
            for key in group.keys:
                groups[key] = group
    frames = yaml.safe_load(folder.joinpath("frames.yml").read_text("utf-8"))
    return Wording(
        groups,
        {language: {name: _texts(text) for name, text in frames[language].items()} for language in LANGUAGES},
        frozenset(map(str, frames["left_out"])),
        {language: tuple(frames["claims"][language]) for language in LANGUAGES},
        frames["chinese_names"],
        frames["chinese_keys"],
        frozenset(frames["proper"]),
        frozenset(frames["capitals"]),
    )


def _texts(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _group(rank: int, entry: Mapping[str, Any]) -> Group:
    texts: dict[tuple[Language, Truth], tuple[Slot, tuple[str, ...]]] = {}
    endings: tuple[tuple[str, Truth], ...] = (("", None), ("_yes", True), ("_no", False))
    for language in LANGUAGES:
        for ending, truth in endings:
            said = entry.get(language + ending)
            if said is not None:
                slots: dict[Slot, Any] = said if isinstance(said, dict) else {"note": said}
                [(slot, text)] = slots.items()
                texts[language, truth] = (slot, _texts(text))
    return Group(rank, tuple(entry["keys"]), bool(entry.get("list")), tuple(entry.get("alone", ())), texts)
