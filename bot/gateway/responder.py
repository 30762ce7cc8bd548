"""The assistant's side of a turn: asks the dialogue server, and apologises where it cannot answer."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.gateway.errors import DialogueUnavailableError, SilentDialogueError
from bot.gateway.metrics import GatewayMetrics
from bot.gateway.rasa_client import RasaClient
from bot.gateway.reply import TypedReply, apology, read_rasa_message
from bot.gateway.texts import Language

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What an owner of a conversation has to answer.

    `message` is cleaned text or the payload of an issued button; `language` that of the page or of the last reply,
    None where neither is known; `speech` the language of apologies; `deadline_s` a moment of `time.monotonic()`.
    """

    conversation_id: str
    message: str
    language: Language | None
    speech: Language
    channel: str
    customer_id: str | None
    deadline_s: float


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply, and how the message was understood; `notice` names a line of the hand-over itself."""

    reply: TypedReply
    understanding: dict[str, Any] | None = None
    is_apology: bool = False
    notice: str | None = None


class Responder(Protocol):
    """Who answers while nobody at the desk has a conversation."""

    async def respond(self, question: Question) -> Sequence[Answer]:
        """Return the replies, at least one."""
        ...

    async def resume(self, conversation_id: str) -> None:
        """Go on after a person has had the conversation, or it was closed: what was open then is over."""
        ...


class AssistantResponder:
    """Answers by the dialogue server.

    Args:
        rasa: the client.
        timeout_s: longest wait for one answer.
        metrics: where the time is counted.
    """

    def __init__(self, rasa: RasaClient, *, timeout_s: float, metrics: GatewayMetrics) -> None:
        self._rasa = rasa
        self._timeout_s = timeout_s
        self._metrics = metrics

    async def respond(self, question: Question) -> Sequence[Answer]:
        """Return what the dialogue answers, or an apology within the time-out."""
        started = time.monotonic()
        try:
            messages = await self._ask(question, started)
            answers = [Answer(*read_rasa_message(message, question.speech)) for message in messages]
        except SilentDialogueError as error:
            repaired = await self._rasa.repair(question.conversation_id)
            _LOG.warning("%s; repaired: %s", error, repaired)
        except DialogueUnavailableError as error:
            _LOG.warning("%s", error)
        else:
            self._metrics.dialogue_seconds.observe(time.monotonic() - started)
            return answers
        return [Answer(apology(question.speech), is_apology=True)]

    async def resume(self, conversation_id: str) -> None:
        """Close what was open; where the dialogue server is away, the next turn goes on from there."""
        if not await self._rasa.resume(conversation_id):
            _LOG.warning("the dialogue server was not told that a conversation goes on")

    async def _ask(self, question: Question, now: float) -> list[dict[str, Any]]:
        left_s = min(self._timeout_s, question.deadline_s - now)
        if left_s <= 0:
            raise DialogueUnavailableError("the message waited too long")
        metadata = {
            "conversation_id": question.conversation_id,
            "language": question.language,
            "channel": question.channel,
            "customer_id": question.customer_id,
            "trace": True,  # kept for the desk; shoppers get it only where SHOPKEEPER_TRACE says so
        }
        return await self._rasa.ask(question.conversation_id, question.message, metadata, left_s)
