"""Actions for the engine's tests: the product's loop around two tiny tasks, and rules' actions that say their name."""

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action

from actions.names import ActionName
from actions.rasa_action import HandlerAction
from actions.reply import Outcome, Reply
from actions.services.service_tasks import Completed, ServiceTasks
from actions.services.tasks.frames import Ask, Filled, Frame, Next, Ready, Say, Task
from actions.texts import Texts
from actions.turn import Turn

_EN = {
    "checkout.ask_name": "Your name?",
    "checkout.ask_city": "Which city, {name}?",
    "checkout.back": "Back to your order.",
    "checkout.cancelled": "Order stopped.",
    "order_status.ask_number": "Which order?",
    "order_status.back": "About your order:",
    "order_status.cancelled": "Not looked up.",
    "task.not_understood": "Sorry?",
    "task.offer_person": "A person?",
    "button.human": "Person",
}
TEXTS = Texts({key: {"en": (text,), "zh": (text,)} for key, text in _EN.items()})


class Checkout:
    """Asks for a name and a city; "name X" and "city X" also correct."""

    name = "checkout"
    opened_by: tuple[str, ...] = ("place_order",)
    slots: tuple[str, ...] = ("name", "city")
    patience = 100
    ended_by: frozenset[str] = frozenset()

    def fill(self, frame: Frame, turn: Turn, facts: None) -> Filled | None:
        """Take `name X` and `city X`."""
        slot, _, value = turn.text.partition(" ")
        return Filled(frame.fill(**{slot: value})) if slot in self.slots else None

    def next(self, frame: Frame, facts: None) -> Next:
        """Ask for what is missing."""
        missing = [slot for slot in self.slots if frame.get(slot) is None]
        return Ask(missing[0], Say(f"checkout.ask_{missing[0]}", dict(frame.slots))) if missing else Ready()


class OrderStatus(Checkout):
    """Asks for a number."""

    name = "order_status"
    opened_by = ("track_order",)
    slots = ("number",)

    def next(self, frame: Frame, facts: None) -> Next:
        """Ask for the number."""
        return Ready() if frame.get("number") else Ask("number", Say("order_status.ask_number"))


class TinyService:
    """A task without a shop."""

    def __init__(self, task: Checkout) -> None:
        self._task = task
        self._slots = task.slots

    @property
    def task(self) -> Task[Any]:
        """The pure part."""
        return self._task

    async def open(self, turn: Turn) -> Sequence[Frame]:
        """Begin empty."""
        return (Frame(self._task.name),)

    def focus(self, turn: Turn, facts: Any) -> None:
        """Ask about no product."""

    async def facts(self, frame: Frame, turn: Turn) -> None:
        """Nothing to know."""

    async def complete(self, frame: Frame, turn: Turn, facts: Any) -> Completed:
        """Say what was collected."""
        said = ", ".join(str(frame.get(slot)) for slot in self._slots)
        return Completed(f"{self._task.name} done: {said}")


class Recorder:
    """Answers every rule's action with its name, and keeps the turns that arrived."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.broken: set[str] = set()
        self.loop_rejects = False

    def action(self, name: ActionName) -> Action:
        """Return the action of that name."""

        async def handle(turn: Turn) -> Outcome:
            self.turns.append(turn)
            if str(name) in self.broken:
                raise RuntimeError("broken on purpose")
            count = int(turn.shopping.get("turns", 0)) + 1
            return Outcome(Reply(f"{name} answers", turn.language), shopping={"turns": count})

        return HandlerAction(name, handle)


def all_actions(recorder: Recorder) -> Sequence[Action]:
    """Return one action for each name in the domain."""
    tasks = ServiceTasks([TinyService(Checkout()), TinyService(OrderStatus())], TEXTS)

    async def loop(turn: Turn) -> Outcome:
        return Outcome(rejected=True) if recorder.loop_rejects else await tasks.handle(turn)

    names = [name for name in ActionName if name is not ActionName.SERVICE_TASK]
    return [HandlerAction(ActionName.SERVICE_TASK, loop), *(recorder.action(name) for name in names)]
