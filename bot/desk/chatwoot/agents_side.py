"""What agents do in Chatwoot, done here: they speak, write, end a conversation, are there."""

import logging
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from bot.desk.chatwoot.client import ChatwootClient
from bot.desk.chatwoot.errors import ChatwootError
from bot.desk.chatwoot.events import AgentSaid, AgentTypes
from bot.desk.chatwoot.joining import given_id, holder_in_chatwoot, join, login_of, note_present
from bot.desk.chatwoot.words import language_or_english, word
from bot.desk.desk import Assistant, Desk
from bot.desk.errors import DeskNotOwnerError
from bot.desk.hand_over import NOBODY, HandOver
from bot.gateway.conversation_access import ConversationAccess
from bot.gateway.errors import EmptyMessageError, MessageTooLongError
from bot.gateway.hub import Hub
from bot.gateway.metrics import GatewayMetrics
from bot.gateway.presentation import message_as_json
from bot.gateway.reply import TypedReply
from bot.gateway.texts import Language, say
from bot.gateway.typed_text import MAX_CHARACTERS, clean_typed_text
from catalog.errors import NotFoundError, NotOwnerError
from catalog.models import ConversationStatus, Direction
from catalog.models.base import utc_now
from catalog.repositories.agents import AgentView
from catalog.repositories.chatwoot_links import conversation_of, once_told
from catalog.repositories.conversations import NewMessage, StoredMessage, append_messages, message_history
from catalog.repositories.ownership import ownership, peek
from catalog.session import Database

_LOG = logging.getLogger(__name__)
_TELEGRAM: Final = "telegram"
_LOOKED_AT: Final = 20
_REMEMBERED: Final = 1000


class Outcome(StrEnum):
    """What became of an agent's message; the refusals name a text."""

    KEPT = "kept"
    REPEATED = "repeated"
    IGNORED = "ignored"
    CONSOLE = "refused_console"
    TOO_LONG = "refused_too_long"
    DISABLED = "refused_disabled"

    @property
    def is_refusal(self) -> bool:
        """Tell whether the shopper does not get the message."""
        return self in (Outcome.CONSOLE, Outcome.TOO_LONG, Outcome.DISABLED)


class AgentsSide:
    """Carries out what agents do in Chatwoot; everything is decided by the database."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        hand_over: HandOver,
        hub: Hub,
        access: ConversationAccess,
        assistant: Assistant,
        client: ChatwootClient,
        metrics: GatewayMetrics,
    ) -> None:
        self._database = database
        self._desk = desk
        self._hand_over = hand_over
        self._hub = hub
        self._access = access
        self._assistant = assistant
        self._client = client
        self._metrics = metrics
        self._refused: deque[int] = deque(maxlen=_REMEMBERED)

    async def conversation_of(self, chatwoot_id: int) -> str | None:
        """Return our conversation of a number in Chatwoot."""
        return await self._database.read(conversation_of, chatwoot_id)

    async def say(self, conversation_id: str, said: AgentSaid) -> Outcome:
        """Say an agent's message to the shopper, once; where that cannot be, a note in Chatwoot says why.

        Raises:
            CatalogError, SQLAlchemyError, BusyError: it is not known to be kept; the same message may come again.
        """
        outcome = await self._say(conversation_id, said)
        if outcome is not Outcome.REPEATED:
            self._metrics.chatwoot_events.labels(outcome.value).inc()
        if outcome.is_refusal and said.message_id not in self._refused:
            self._refused.append(said.message_id)
            text = word(f"note_{outcome.value}", await self._language(conversation_id), most=MAX_CHARACTERS)
            try:
                await self._client.add_note(said.chatwoot_id, text, f"refused-{said.message_id}")
            except ChatwootError as error:
                _LOG.warning("an agent could not be told that a message was not delivered: %s", error)
        return outcome

    async def _say(self, conversation_id: str, said: AgentSaid) -> Outcome:
        try:
            clean_typed_text(said.text)
        except EmptyMessageError:
            return Outcome.IGNORED
        except MessageTooLongError:
            return Outcome.TOO_LONG
        try:
            joined = await self._database.run(
                join, conversation_id, said.user_id, said.name, said.message_id, now=utc_now()
            )
        except NotOwnerError:
            return Outcome.CONSOLE
        except NotFoundError:
            return Outcome.DISABLED
        if joined is None:
            return Outcome.REPEATED
        await self._desk.tell(joined.changed)
        try:
            await self._desk.send(joined.agent, conversation_id, given_id(said.message_id), said.text, ())
        except DeskNotOwnerError:
            return Outcome.CONSOLE
        return Outcome.KEPT

    async def type(self, conversation_id: str, typing: AgentTypes) -> None:
        """Show the shopper that the agent who has the conversation writes."""
        holder = await self._holder(conversation_id)
        if holder is not None and holder.login == login_of(typing.user_id):
            await self._desk.type(holder, conversation_id, on=typing.on)

    async def end(self, conversation_id: str, waiting_since: datetime | None) -> None:
        """Give a conversation that was resolved in Chatwoot back to the assistant, unless it is somebody else's.

        Args:
            conversation_id: the conversation.
            waiting_since: of the visit to the desk that is over; another one goes on.
        """
        owner = await self._database.read(peek, conversation_id)
        if owner is None or owner.waiting_since != waiting_since:
            return
        holder = await self._holder(conversation_id)
        if holder is not None:
            try:
                await self._desk.hand_back(holder, conversation_id)
            except DeskNotOwnerError:
                _LOG.info("a conversation that was resolved in Chatwoot is somebody else's by now")
            return
        language = await self._language(conversation_id)
        notice = _notice(conversation_id, word("wait_ended", language), language, "left")
        stored = await self._hand_over.stop_waiting(conversation_id, notice)
        if stored:
            await self._assistant.resume(conversation_id)
            await self._publish(conversation_id, stored)

    async def tell_unreachable(self, conversation_id: str, channel: str) -> None:
        """Tell a shopper who waits, once, that the team cannot be reached; not one who knows that nobody is there."""
        language = await self._language(conversation_id)
        answer = say("desk_answer_telegram" if channel == _TELEGRAM else "desk_answer_here", language)
        text = ("" if language == "zh" else " ").join([word("unreachable", language), answer])
        notice = _notice(conversation_id, text, language, NOBODY)
        await self._publish(conversation_id, await self._database.run(_tell_once, notice))

    async def note_present(self, members: dict[int, str]) -> None:
        """Note who is there."""
        if members:
            await self._database.run(note_present, members, now=utc_now())
            self._desk.agents_changed()

    async def _holder(self, conversation_id: str) -> AgentView | None:
        return await self._database.read(holder_in_chatwoot, conversation_id, now=utc_now())

    async def _language(self, conversation_id: str) -> Language:
        conversation = await self._access.of_desk(conversation_id)
        return language_or_english(conversation.language if conversation else None)

    async def _publish(self, conversation_id: str, stored: Sequence[StoredMessage]) -> None:
        conversation = await self._access.of_desk(conversation_id)
        if conversation is not None:
            for message in stored:
                self._hub.publish(conversation, {"type": "message", "message": message_as_json(message)})


def _tell_once(session: Session, notice: NewMessage) -> list[StoredMessage]:
    owner = ownership(session, notice.conversation_id)
    if owner.status is not ConversationStatus.QUEUED:
        return []
    if not once_told(session, notice.conversation_id, owner.version):
        return []
    latest = message_history(session, notice.conversation_id, limit=_LOOKED_AT)
    said = [m.payload["notice"] for m in latest if m.payload and m.payload.get("notice")]
    return [] if said and said[-1] == NOBODY else append_messages(session, [notice])


def _notice(conversation_id: str, text: str, language: Language, name: str) -> NewMessage:
    payload = {"reply": TypedReply(text=text, language=language).as_json(), "notice": name}
    return NewMessage(conversation_id, Direction.BOT, text, payload, notice=True)
