"""When the message was not understood: two readings to choose from, then a person."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from actions.names import FALLBACK_INTENT, SHOW_PRODUCT
from actions.reply import Button, Outcome, Reply, payload
from actions.services.list_places import positions_in
from actions.services.references import only_points
from actions.services.small_talk import FAILURES_BEFORE_A_PERSON
from actions.services.tasks.order_status import read_order_number
from actions.services.upset import sounds_upset
from actions.texts import Texts
from actions.turn import Entity, Turn

READINGS = 2
_LETTER = re.compile(r"[^\W\d_]")
_SOCIAL = frozenset({"greet", "goodbye", "thank", "affirm", "deny", "chitchat", "out_of_scope"})


class Clarification:
    """Handler for `nlu_fallback`, and for buttons that belong to nothing any more."""

    def __init__(
        self,
        texts: Texts,
        show_product: Callable[[Turn], Awaitable[Outcome]],
        second_look: Callable[[Turn], Awaitable[Outcome | None]],
    ) -> None:
        """Take what may still answer.

        Args:
            texts: all texts.
            show_product: answers a message that says nothing but which of the shown products is meant.
            second_look: answers a message whose uncertain reading can be acted on, or gives None.
        """
        self._texts = texts
        self._show_product = show_product
        self._second_look = second_look

    async def handle(self, turn: Turn) -> Outcome:
        """Offer the two likeliest readings; after the second failure in a row, a person; after the third, pass on. Who
        is beside themselves gets a person at once."""
        say = self._texts.say
        if sounds_upset(turn):
            return Outcome(Reply(say("handoff.upset", turn.language), turn.language, handoff="upset"))
        if turn.failure:
            return self._reply(turn, say("trouble.models", turn.language), (self._texts.human_button(turn.language),))
        if turn.intent != FALLBACK_INTENT:
            return self._reply(turn, say("clarify.outdated", turn.language), self._beginnings(turn))
        places = positions_in(turn)
        if places and turn.shopping.get("shown"):
            entities = tuple(Entity("position", place, str(place)) for place in places)
            shown = replace(turn, intent=SHOW_PRODUCT, text=payload(SHOW_PRODUCT), entities=entities)
            return await self._show_product(shown)
        if only_points(turn.text) and (turn.shopping.get("shown") or turn.shopping.get("focus")):
            return await self._show_product(replace(turn, intent=SHOW_PRODUCT))
        answered = await self._second_look(turn)
        if answered is not None:
            return replace(answered, conversation={**(answered.conversation or {}), "failures": 0})
        failures = int(turn.conversation.get("failures") or 0) + 1
        if failures > FAILURES_BEFORE_A_PERSON:
            text = say("clarify.passed_on", turn.language)
            return Outcome(Reply(text, turn.language, handoff="failures"), conversation={"failures": 0})
        state = {"failures": failures}
        if failures >= FAILURES_BEFORE_A_PERSON:
            human = self._texts.human_button(turn.language)
            buttons = (human, *self._beginnings(turn))
            return self._reply(turn, say("clarify.again", turn.language), buttons, state).offering(human.payload)
        readings = self._readings(turn)
        if not readings or not _LETTER.search(turn.text):
            return self._reply(turn, say("clarify.empty", turn.language), self._beginnings(turn), state)
        return self._reply(turn, say("clarify.ask", turn.language, vary=turn.text), readings, state)

    def _readings(self, turn: Turn) -> tuple[Button, ...]:
        """Return buttons for the likeliest intents; they carry the entities, so that nothing is typed twice."""
        entities = {entity.name: entity.value for entity in turn.entities}
        ranked = [name for name, _ in turn.ranking if name != FALLBACK_INTENT]
        useful = [name for name in ranked if name not in _SOCIAL] or ranked
        number = read_order_number(turn)
        if number is not None:
            entities["order_id"] = number
            useful = list(dict.fromkeys(("track_order", *useful)))
        return tuple(
            Button(self._texts.say(f"intent.{name}", turn.language), payload(name, **entities))
            for name in useful[:READINGS]
        )

    def _beginnings(self, turn: Turn) -> tuple[Button, ...]:
        return (
            Button(self._texts.say("button.recommend", turn.language), payload("recommend_product")),
            Button(self._texts.say("button.track_order", turn.language), payload("track_order")),
        )

    def _reply(
        self, turn: Turn, text: str, buttons: tuple[Button, ...], state: dict[str, int] | None = None
    ) -> Outcome:
        return Outcome(Reply(text, turn.language, quick_replies=buttons), conversation=state)
