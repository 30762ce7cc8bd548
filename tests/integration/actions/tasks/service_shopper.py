"""A shopper who talks to the service half: tasks, cart, policies and talk, on a real database."""

import json
from dataclasses import dataclass, field
from typing import Any

from actions.message_language import choose_language
from actions.names import ActionName
from actions.rasa_action import Handler, remembered
from actions.reply import Button, Outcome, Reply
from actions.turn import Entity, Turn

ACTION_OF = {
    "search_product": ActionName.SEARCH_PRODUCTS,
    "refine_search": ActionName.REFINE_SEARCH,
    "ask_product_detail": ActionName.SHOW_PRODUCT_DETAIL,
    "add_to_cart": ActionName.SERVICE_TASK,
    "place_order": ActionName.SERVICE_TASK,
    "track_order": ActionName.SERVICE_TASK,
    "choose_option": ActionName.SERVICE_TASK,
    "view_cart": ActionName.VIEW_CART,
    "remove_from_cart": ActionName.REMOVE_FROM_CART,
    "ask_promotion": ActionName.SHOW_PROMOTIONS,
    "ask_price": ActionName.SHOW_PRICE,
    "nlu_fallback": ActionName.CLARIFY,
    "contact_human_agent": ActionName.HAND_OVER,
    **dict.fromkeys(
        ("greet", "goodbye", "thank", "affirm", "deny", "chitchat", "out_of_scope", "ask_bot_identity"),
        ActionName.SMALL_TALK,
    ),
}


@dataclass
class ServiceShopper:
    """Keeps the slots between turns; `customer_id` is who is signed in."""

    handlers: dict[ActionName, Handler]
    customer_id: str | None = None
    shopping: dict[str, Any] = field(default_factory=dict)
    conversation: dict[str, Any] = field(default_factory=dict)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    last: Outcome = field(default_factory=Outcome)

    async def say(self, text: str, intent: str, *, ranking: Any = (), **entities: Any) -> Reply:
        """Say something that was understood as `intent` with `entities`; a task that waits hears it first."""
        found = tuple(
            Entity(n, v, str(v), max(text.find(str(v)), 0), max(text.find(str(v)), 0) + len(str(v)))
            for n, v in entities.items()
        )
        language = choose_language(
            text, self.conversation.get("language"), None, asked=self.tasks[-1].get("asked") if self.tasks else None
        )
        turn = Turn(
            "c1", text, intent, 1.0, tuple(ranking), found, language, (), None, "web", self.customer_id, False,
            self.shopping, tuple(self.tasks), self.conversation, loop_active=bool(self.tasks),
        )  # fmt: skip
        action = ActionName.SERVICE_TASK if self.tasks else ACTION_OF.get(intent, ActionName.ANSWER_SERVICE_QUESTION)
        self.last = outcome = await self.handlers[action](turn)
        if outcome.rejected:
            self.tasks = list(outcome.tasks or [])
            outcome = await self.handlers[ACTION_OF.get(intent, ActionName.ANSWER_SERVICE_QUESTION)](turn)
        self.tasks = list(outcome.tasks) if outcome.tasks is not None else self.tasks
        self.shopping = outcome.shopping if outcome.shopping is not None else self.shopping
        self.conversation = remembered(turn, outcome)
        assert outcome.reply is not None
        assert outcome.reply.text
        return outcome.reply

    async def tap(self, button: Button) -> Reply:
        """Tap a button."""
        intent, _, entities = button.payload.removeprefix("/").partition("{")
        return await self.say(button.payload, intent, **(json.loads("{" + entities) if entities else {}))
