"""The replies of a hand-over, made of how things really stand."""

from collections.abc import Sequence
from dataclasses import replace

from bot.desk.hand_over import NOBODY
from bot.desk.waiting import Waiting
from bot.desk.words import BACK_TO_BOT, waiting_text
from bot.gateway.reply import Button, Handoff, TypedReply
from bot.gateway.responder import Answer
from bot.gateway.texts import Language, say

REQUESTED = "requested"
_QUEUED = "queued"


def own_words(name: str, language: Language) -> TypedReply:
    """Return a text of the gateway as a reply."""
    return TypedReply(text=say(name, language), language=language)


def receipt(language: Language) -> TypedReply:
    """Return what confirms a message that waits for a person, with the way back to the assistant."""
    return own_words("desk_taken", language).model_copy(update={"quick_replies": (_back_button(language),)})


def hand_over_answers(answers: Sequence[Answer], waiting: Waiting, reason: str, channel: str) -> list[Answer]:
    """Return what is said once a conversation is in the queue.

    The assistant's own words stay, except where they only note a wish that is now fulfilled: then place and estimate
    take their place. Where nobody is there they stay too: they say how else people can be reached.
    """
    language = answers[-1].reply.language
    kept = [
        replace(answer, reply=answer.reply.model_copy(update={"handoff": None, "quick_replies": ()}))
        for answer in answers
        if not answer.is_apology and not (answer.reply.handoff and reason == REQUESTED and waiting.people_on)
    ]
    notice = TypedReply(
        text=waiting_text(waiting, language, channel),
        language=language,
        quick_replies=(_back_button(language),),
        handoff=Handoff(reason=reason),
    )
    understanding = next((answer.understanding for answer in answers if answer.understanding), None)
    return [*kept, Answer(notice, understanding, notice=_QUEUED if waiting.people_on else NOBODY)]


def _back_button(language: Language) -> Button:
    return Button(title=say("desk_back_button", language), payload=BACK_TO_BOT)
