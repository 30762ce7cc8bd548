"""Greetings, thanks, small talk and what is nobody's business here: short, kind, and led back to the shop."""

import re
from typing import Any, Final

from actions.reply import Button, Outcome, Reply, payload
from actions.texts import Texts
from actions.turn import Turn

_KEYS: Final = {
    "greet": "social.greet",
    "goodbye": "social.goodbye",
    "thank": "social.thank",
    "affirm": "social.affirm",
    "deny": "social.deny",
    "ask_bot_identity": "social.identity",
    "ask_help": "social.help",
    "chitchat": "social.chitchat",
    "out_of_scope": "social.out_of_scope",
}
FAILURES_BEFORE_A_PERSON: Final = 2
_JOKE = re.compile(r"\bjokes?\b|make me laugh|something funny|笑话|段子|逗我|讲个好笑", re.IGNORECASE)
_BUTTONS: Final[dict[str, tuple[tuple[str, str, dict[str, Any]], ...]]] = {
    "greet": (("button.recommend", "recommend_product", {}), ("button.track_order", "track_order", {})),
    "ask_help": (
        ("button.recommend", "recommend_product", {}),
        ("button.promotions", "ask_promotion", {}),
        ("button.track_order", "track_order", {}),
        ("button.return_policy", "return_item", {}),
        ("button.human", "contact_human_agent", {}),
    ),
    "ask_bot_identity": (("button.human", "contact_human_agent", {}),),
    "affirm": (("button.recommend", "recommend_product", {}), ("button.track_order", "track_order", {})),
    "out_of_scope": (("button.recommend", "recommend_product", {}), ("button.return_policy", "return_item", {})),
}


class SmallTalk:
    """Handler for all social intents."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    async def handle(self, turn: Turn) -> Outcome:
        """Answer in a sentence or two; the same message gets the same words."""
        key = _KEYS.get(turn.intent, "social.help")
        if turn.intent in ("chitchat", "out_of_scope") and _JOKE.search(turn.text):
            key = "social.joke"
        vary = f"{turn.conversation_id}{turn.text}"
        buttons = tuple(
            Button(self._texts.say(label, turn.language), payload(intent, **entities))
            for label, intent, entities in _BUTTONS.get(turn.intent, ())
        )
        conversation = None
        if turn.intent == "out_of_scope":
            failures = int(turn.conversation.get("failures") or 0) + 1
            conversation = {"failures": failures}
            if failures >= FAILURES_BEFORE_A_PERSON:
                human = self._texts.human_button(turn.language)
                buttons = (human, *buttons)
        return Outcome(
            Reply(self._texts.say(key, turn.language, vary=vary), turn.language, quick_replies=buttons),
            conversation=conversation,
        )
