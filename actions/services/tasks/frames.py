"""The vocabulary of service tasks: frames, what they say and ask, and what a task must offer.

Source:
    Bobrow et al. 1977, "GUS, a frame-driven dialog system"; Bohus and Rudnicky 2009, "The RavenClaw dialog
    management framework" (a stack of tasks, digressions that return).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from actions.turn import Turn

CANCEL = "__cancel__"
Facts = TypeVar("Facts", contravariant=True)


@dataclass(frozen=True, slots=True)
class Frame:
    """One task in progress: what is known, which slot was asked for, how often in vain, and how often it was put off.

    `attempts` counts messages that were no usable answer, `digressions` those that something else answered.
    """

    task: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    asked: str | None = None
    attempts: int = 0
    digressions: int = 0

    def fill(self, **slots: Any) -> "Frame":
        """Return the frame with these slots set and both counts back at zero."""
        return replace(self, slots={**self.slots, **slots}, attempts=0, digressions=0)

    def clear(self, *names: str) -> "Frame":
        """Return the frame without these slots."""
        return replace(self, slots={k: v for k, v in self.slots.items() if k not in names})

    def get(self, name: str) -> Any:
        """Return a slot's value, None where it is not known."""
        return self.slots.get(name)

    def as_json(self) -> dict[str, Any]:
        """Return what the `tasks` slot keeps."""
        return {
            "task": self.task,
            "slots": dict(self.slots),
            "asked": self.asked,
            "attempts": self.attempts,
            "digressions": self.digressions,
        }


def frame_from_json(row: Mapping[str, Any]) -> Frame:
    """Read a frame that `as_json` wrote."""
    return Frame(
        row["task"],
        dict(row.get("slots") or {}),
        row.get("asked"),
        int(row.get("attempts") or 0),
        int(row.get("digressions") or 0),
    )


@dataclass(frozen=True, slots=True)
class Say:
    """A line of text by its key in `actions/texts`."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Option:
    """A choice offered as a button; `title` is shown as it is, or `key` names a text."""

    value: Any
    title: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """The next question: the slot it is about, its words, and choices to tap.

    `notes` are lines said before it; `keeps` are slots that the frame takes on with the question (what was shown).
    `buttons` start something else, as those of `Impossible`. `again` is said in place of `say` and `notes` when another
    action has answered and the question is only repeated.
    """

    slot: str
    say: Say
    options: tuple[Option, ...] = ()
    notes: tuple[Say, ...] = ()
    keeps: Mapping[str, Any] = field(default_factory=dict)
    buttons: tuple[tuple[str, str], ...] = ()
    again: Say | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything is known: the task can be carried out."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """The task cannot go on (an empty cart, nothing in stock); it ends with these words and choices.

    `buttons` start something else: each an intent and the key of its title.
    """

    say: Say
    buttons: tuple[tuple[str, str], ...] = ()


Next = Ask | Ready | Impossible


@dataclass(frozen=True, slots=True)
class Filled:
    """What a message gave to a frame: the frame after it, and lines to say first (a correction noted, a hint).

    `answers` is False where the message is for the task but no answer ("why?"): `says` tell what is wanted.
    """

    frame: Frame
    says: tuple[Say, ...] = ()
    answers: bool = True


class Task(Protocol[Facts]):
    """A kind of task; `Facts` is what it must know of the shop before it can decide.

    `patience` is how many digressions it outlives; intents in `ended_by` end it at once.
    """

    name: str
    opened_by: tuple[str, ...]
    patience: int
    ended_by: frozenset[str]

    def fill(self, frame: Frame, turn: Turn, facts: Facts) -> Filled | None:
        """Take what the message says; None where it says nothing for this task."""
        ...

    def next(self, frame: Frame, facts: Facts) -> Next:
        """Choose what to ask, or say that all is known."""
        ...
