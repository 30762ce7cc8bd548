"""What a message means for the task on top of the stack: an answer, a new task, the end, or a digression."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from actions.message_language import language_asked_for
from actions.names import CHOOSE_OPTION, FALLBACK_INTENT
from actions.services.list_places import positions_in
from actions.services.small_talk import only_waits
from actions.services.tasks.answers import is_cancel, read_yes_no
from actions.services.tasks.frames import Filled, Frame, Say, Task
from actions.services.tasks.new_quantity import read_new_quantity
from actions.turn import Turn

MOST_ATTEMPTS = 2
ATTEMPTS_BEFORE_LETTING_GO = 4
YES_NO_SLOTS = frozenset({"use_known", "confirm"})


class Meaning(StrEnum):
    """See `decide`."""

    ANSWER = "answer"
    NEW_TASK = "new_task"
    CANCEL = "cancel"
    NOT_UNDERSTOOD = "not_understood"
    DIGRESSION = "digression"


@dataclass(frozen=True, slots=True)
class Decision:
    """The meaning, the frame after it, and lines to say before the next question."""

    meaning: Meaning
    frame: Frame
    says: tuple[Say, ...] = ()


def decide(frame: Frame, task: Task[Any], turn: Turn, facts: Any, openers: Mapping[str, str]) -> Decision:
    """Decide what a message means while a task waits for an answer.

    An answer wins over everything but cancelling, since free answers ("Emma Carter", "12 Rose St") look like any
    intent; then a task of another kind; then whatever else a rule can answer.

    Args:
        frame: the task on top of the stack.
        task: its kind.
        turn: the message.
        facts: what the task knows of the shop.
        openers: the task that each intent opens.
    """
    if is_cancel(turn, ordering=frame.task == "checkout"):
        return Decision(Meaning.CANCEL, frame)
    if only_waits(turn.text) or language_asked_for(turn.text) is not None:
        return Decision(Meaning.NOT_UNDERSTOOD, frame)
    opened = openers.get(turn.intent)
    if opened == frame.task and not turn.is_button and _names_another(frame, turn):
        return Decision(Meaning.NEW_TASK, frame)
    if frame.task == "checkout" and opened is None and read_new_quantity(turn) is not None:
        return Decision(Meaning.DIGRESSION, frame)
    filled: Filled | None = task.fill(frame, turn, facts)
    if filled is not None and not filled.answers:
        return Decision(Meaning.NOT_UNDERSTOOD, replace(frame, attempts=frame.attempts + 1), filled.says)
    if filled is not None:
        return Decision(Meaning.ANSWER, filled.frame, filled.says)
    if opened is not None and opened != frame.task:
        return Decision(Meaning.NEW_TASK, frame)
    if frame.asked not in YES_NO_SLOTS and read_yes_no(turn) is False and turn.intent == "deny":
        return Decision(Meaning.CANCEL, frame)
    if turn.intent in (FALLBACK_INTENT, CHOOSE_OPTION, "affirm", "deny") or opened == frame.task:
        return Decision(Meaning.NOT_UNDERSTOOD, replace(frame, attempts=frame.attempts + 1))
    return Decision(Meaning.DIGRESSION, replace(frame, digressions=frame.digressions + 1))


def is_over(frame: Frame, task: Task[Any], turn: Turn) -> bool:
    """Tell whether a digression ends the task: the shopper wants something else, or has put it off too often."""
    return turn.intent in task.ended_by or frame.digressions > task.patience


def _names_another(frame: Frame, turn: Turn) -> bool:
    """Tell whether "add …" names a product of its own while another one is being added."""
    if frame.task != "add_to_cart" or frame.asked == "product":
        return False
    return bool(positions_in(turn)) or any(turn.first(name) is not None for name in ("product_type", "brand"))
