"""Greetings, thanks, small talk and what is nobody's business here: short, kind, and led back to the shop."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from actions.reply import OFFERED, Button, Outcome, Reply, payload
from actions.services.tasks.answers import read_yes_no
from actions.texts import Texts
from actions.turn import Turn, as_tapped

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
_WAIT = re.compile(
    r"""^\W*(?:(?:ok(?:ay)?|oh|hm+|uh+|um+|sorry|pls|please|just)\W+)*
        (?:wait|hold\ on|hang\ on|one\ (?:sec|second|moment|minute)|(?:just\ )?a\ (?:sec|second|moment|minute)|brb)
        (?:\W+(?:a\ )?(?:sec|second|moment|minute|bit|pls|please|up))*\W*$
    | ^\W*(?:好的?|嗯+|哦|不好意思|那|你|请)*[，,\s]*(?:先?等(?:等|一?下|会儿?|一会儿?)|稍等(?:一?下)?|慢着)
        [吧哈啊哦。！!~～\s]*$""",
    re.IGNORECASE | re.VERBOSE,
)
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


def only_waits(text: str) -> bool:
    """Tell whether a message asks for a moment and nothing else: "ok wait", 「等一下」."""
    return _WAIT.match(text) is not None


class SmallTalk:
    """Handler for all social intents."""

    def __init__(self, texts: Texts, offers: Mapping[str, Callable[[Turn], Awaitable[Outcome]]]) -> None:
        """Take all texts, and what the assistant may offer in a question: {intent of the button: its handler}."""
        self._texts = texts
        self._offers = offers

    async def handle(self, turn: Turn) -> Outcome:
        """Answer in a sentence or two; the same message gets the same words. A yes to the question just asked does what
        the button beside it does."""
        offered = turn.conversation.get(OFFERED)
        if offered and turn.intent == "affirm" and not turn.entities and read_yes_no(turn):
            tapped = as_tapped(turn, str(offered))
            if tapped.intent in self._offers:
                return await self._offers[tapped.intent](tapped)
        if only_waits(turn.text):
            return Outcome(Reply(self._texts.say("social.wait", turn.language, vary=turn.text), turn.language))
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
