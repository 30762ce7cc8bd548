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
    """One reply, and how the message was understood where a trace is asked for."""

    reply: TypedReply
    understanding: dict[str, Any] | None = None
    is_apology: bool = False


class Responder(Protocol):
    """Who can own a conversation: the assistant, later a person's desk."""

    async def respond(self, question: Question) -> Sequence[Answer]:
        """Return the replies; none where they come later by themselves."""
        ...


class AssistantResponder:
    """Answers by the dialogue server.

    Args:
        rasa: the client.
        timeout_s: longest wait for one answer.
        trace: ask for the understanding.
        metrics: where the time is counted.
    """

    def __init__(self, rasa: RasaClient, *, timeout_s: float, trace: bool, metrics: GatewayMetrics) -> None:
        self._rasa = rasa
        self._timeout_s = timeout_s
        self._trace = trace
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

    async def _ask(self, question: Question, now: float) -> list[dict[str, Any]]:
        left_s = min(self._timeout_s, question.deadline_s - now)
        if left_s <= 0:
            raise DialogueUnavailableError("the message waited too long")
        metadata = {
            "conversation_id": question.conversation_id,
            "language": question.language,
            "channel": question.channel,
            "customer_id": question.customer_id,
            "trace": self._trace,
        }
        return await self._rasa.ask(question.conversation_id, question.message, metadata, left_s)
