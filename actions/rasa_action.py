"""The bridge from rasa_sdk to handlers: a tracker in, a typed reply and slot events out."""

from collections.abc import Awaitable, Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.names import FALLBACK_INTENT, ActionName, SlotName
from actions.product_names import NO_NAMES, ProductNames
from actions.reply import OFFERED, Outcome
from actions.turn import Turn, needs_names, read_turn

Handler = Callable[[Turn], Awaitable[Outcome]]
NamesOfShop = Callable[[], Awaitable[ProductNames]]


def understanding(turn: Turn) -> dict[str, Any]:
    """Return what the models made of the message, as `/api/messages` shows it under SHOPKEEPER_TRACE."""
    top = turn.ranking[0] if turn.ranking else (turn.intent, turn.confidence)
    return {
        "intent": top[0],
        "confidence": top[1],
        "decided": turn.intent,
        "entities": [{"entity": e.name, "value": e.value, "text": e.text} for e in turn.entities],
        "categories": [{"slug": slug, "probability": p} for slug, p in turn.categories],
        "language": turn.language,
    }


def _slot(name: SlotName, value: Any) -> dict[str, Any]:
    return {"event": "slot", "timestamp": None, "name": str(name), "value": value}


def remembered(turn: Turn, outcome: Outcome) -> dict[str, Any]:
    """Return the conversation slot after this turn: its language, failures in a row, a service question just asked,
    and what a yes to the reply would mean.

    A task that goes on after another action has answered forgets no question of the same turn, but its own question is
    the one that a yes is for.
    """
    told = outcome.conversation or {}
    over = ({} if turn.answered else {"asked": None}) | (
        {} if turn.answered and outcome.reply is None else {OFFERED: None}
    )
    state = {**turn.conversation, **over, **told, "language": turn.language}
    if turn.intent != FALLBACK_INTENT and "failures" not in told:
        state["failures"] = 0
    return state


class HandlerAction(Action):  # type: ignore[misc]
    """A Rasa action that hands the turn to one handler; `names` gives the shop's brands and products."""

    def __init__(self, name: ActionName, handler: Handler, names: NamesOfShop | None = None) -> None:
        self._name = str(name)
        self._handler = handler
        self._names = names

    def name(self) -> str:
        """Return the name under which the domain knows this action."""
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer one turn; a rejection makes Rasa let the rule of the intent answer, and ask the loop again."""
        state = {
            **tracker.current_state(),
            "active_loop": tracker.active_loop,
            "latest_action_name": tracker.latest_action_name,
        }
        turn = read_turn(state, await self._names() if self._names and needs_names(state) else NO_NAMES)
        outcome = await self._handler(turn)
        if outcome.rejected:
            rejection = {"event": "action_execution_rejected", "timestamp": None, "name": self._name}
            return [_slot(SlotName.TASKS, outcome.tasks or []), rejection]
        if outcome.reply is not None:
            body = outcome.reply.as_json()
            if turn.trace:
                body["understanding"] = understanding(turn)
            dispatcher.utter_message(json_message=body)
        events = list(outcome.events)
        if outcome.shopping is not None:
            events.append(_slot(SlotName.SHOPPING, outcome.shopping))
        if outcome.tasks is not None:
            events.append(_slot(SlotName.TASKS, outcome.tasks))
        state = remembered(turn, outcome)
        if state != turn.conversation:
            events.append(_slot(SlotName.CONVERSATION, state))
        return events
