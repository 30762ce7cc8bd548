"""A small engine around the stack of frames, as the dialogue engine runs it, with two tasks of our own."""

from dataclasses import dataclass, field
from typing import Any

from actions.reply import Outcome
from actions.services.service_tasks import Completed, ServiceTasks
from actions.services.tasks.answers import free_text, read_yes_no
from actions.services.tasks.frames import Ask, Filled, Frame, Impossible, Next, Option, Ready, Say, Task
from actions.texts import Texts
from actions.turn import Turn
from tests.unit.actions.tasks.messages import typed

NO_ANSWERS = frozenset(
    {"ask_shipping", "nlu_fallback", "greet", "affirm", "deny", "contact_human_agent", "search_product", "place_order"}
    | {"add_to_cart"}
)


@dataclass
class FormTask:
    """Asks its slots one after another; `open` may find the task impossible."""

    name: str
    opened_by: tuple[str, ...]
    slots: tuple[str, ...]
    patience: int = 1
    ended_by: frozenset[str] = frozenset()
    possible: bool = True

    def fill(self, frame: Frame, turn: Turn, facts: None) -> Filled | None:
        """Take any text that is no digression."""
        if frame.asked not in self.slots:
            return None
        if frame.asked == "confirm":
            answer = read_yes_no(turn)
            return None if not answer else Filled(frame.fill(confirm=True))
        text = free_text(turn, digressions=NO_ANSWERS)
        return None if text is None else Filled(frame.fill(**{frame.asked: text}), (Say("noted"),))

    def next(self, frame: Frame, facts: None) -> Next:
        """Ask for the first slot that is missing."""
        if not self.possible:
            return Impossible(Say("impossible"))
        for slot in self.slots:
            if frame.get(slot) is None:
                return Ask(slot, Say(f"ask.{self.name}.{slot}"), (Option("yes", "Yes"),))
        return Ready()


@dataclass
class FormService:
    """Carries a form out by counting it."""

    form: FormTask
    done: list[dict[str, Any]] = field(default_factory=list)

    @property
    def task(self) -> Task[Any]:
        """The form."""
        return self.form

    async def open(self, turn: Turn) -> list[Frame]:
        """Begin empty."""
        return [Frame(self.form.name)]

    async def facts(self, frame: Frame, turn: Turn) -> None:
        """There is nothing to know."""

    def focus(self, turn: Turn, facts: None) -> None:
        """Return nothing: no product is asked about."""

    async def complete(self, frame: Frame, turn: Turn, facts: None) -> Completed:
        """Count it."""
        self.done.append(dict(frame.slots))
        return Completed(f"{self.form.name} done")


def own_texts() -> Texts:
    """Return the texts that the two forms and the stack need."""
    keys = (
        *("noted", "impossible", "ask.order.name", "ask.order.confirm", "ask.cart.colour"),
        *("order.cancelled", "order.back", "cart.cancelled", "cart.back"),
        *("task.not_understood", "task.offer_person", "task.set_aside", "button.human"),
        *("social.wait", "social.language"),
    )
    return Texts({key: {"en": (key,), "zh": (key,)} for key in keys})


@dataclass
class Engine:
    """Runs a turn as Rasa does: the loop first; where it rejects, a rule answers and the loop runs once more."""

    tasks: ServiceTasks
    stack: list[dict[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    openers: frozenset[str] = frozenset({"place_order", "add_to_cart"})

    async def say(self, text: str, intent: str, *, confidence: float = 0.95) -> str:
        """Say something; return everything that was answered."""
        lines: list[str] = []
        if self.stack or intent in self.openers:
            outcome = await self._run(text, intent, confidence, answered=False)
            if not outcome.rejected:
                return self._text(outcome, lines)
        lines.append(f"rule:{intent}")
        if self.stack:
            outcome = await self._run(text, intent, confidence, answered=True)
            assert not outcome.rejected, "rejected twice in one turn: the engine would go round for ever"
            return self._text(outcome, lines)
        return "\n".join(lines)

    async def _run(self, text: str, intent: str, confidence: float, *, answered: bool) -> Outcome:
        turn = typed(text, intent, confidence=confidence, tasks=self.stack, answered=answered)
        outcome = await self.tasks.handle(turn)
        if outcome.tasks is not None:
            self.stack = list(outcome.tasks)
        return outcome

    def _text(self, outcome: Outcome, lines: list[str]) -> str:
        if outcome.reply is not None:
            lines.append(outcome.reply.text)
        return "\n".join(lines)
