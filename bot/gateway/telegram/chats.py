"""Which conversation goes on in a chat, and what the gateway itself says there."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.gateway.chat import Chat
from bot.gateway.conversation_access import OpenConversation, Visitor
from bot.gateway.errors import ForbiddenConversationError
from bot.gateway.hub import Hub
from bot.gateway.presentation import message_as_json
from bot.gateway.reply import TypedReply
from bot.gateway.telegram.errors import RetryLaterError
from bot.gateway.telegram.words import word
from bot.gateway.texts import Language, as_language
from catalog.models import Direction
from catalog.repositories.conversations import NewMessage, append_messages
from catalog.repositories.telegram_chats import ChatView, begin_chat, choose_language, find_chat, is_told, mark_blocked
from catalog.session import Database

CHANNEL = "telegram"
TOLD_PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Place:
    """Where an update belongs: the chat, who is allowed what there, and its language."""

    chat: ChatView
    visitor: Visitor
    language: Language

    @property
    def chat_id(self) -> int:
        """The chat's number."""
        return self.chat.chat_id

    @property
    def conversation_id(self) -> str:
        """The conversation that goes on in it."""
        return self.chat.conversation_id


class Chats:
    """Finds and begins conversations of chats.

    What is said here is kept like any message, so it goes out by the chat's cursor, in order and once.
    """

    def __init__(self, database: Database, chat: Chat, hub: Hub) -> None:
        self._database = database
        self._chat = chat
        self._hub = hub

    async def place(self, chat_id: int, language_code: str | None) -> tuple[Place, bool]:
        """Return where a chat stands, begun where it is new or its customer's time is over; True for the latter."""
        view = await self._database.read(find_chat, chat_id, now=datetime.now(UTC))
        if view is None:
            return await self.begin(chat_id, as_language(language_code)), False
        if view.blocked:  # whoever writes has not blocked the bot (any more)
            await self._database.run(mark_blocked, chat_id, since=None)
        if view.signed_out:
            await self.wait_until_told(chat_id)
            return await self.begin(chat_id, as_language(view.language)), True
        return await self._place(view), False

    async def wait_until_told(self, chat_id: int) -> None:
        """Make sure that a chat has got what was said before another conversation goes on in it.

        Raises:
            RetryLaterError: it has not yet; what is to be done waits.
        """
        if not await self._database.read(is_told, chat_id):
            raise RetryLaterError(TOLD_PAUSE_S, "the chat has not got everything yet", counted=False)

    async def begin(self, chat_id: int, language: Language | None) -> Place:
        """Let a new, anonymous conversation go on in a chat."""
        view = await self._database.run(begin_chat, chat_id, language, now=datetime.now(UTC))
        return await self._place(view)

    async def open(self, place: Place) -> OpenConversation:
        """Return the place's conversation, made where it does not exist.

        Raises:
            ForbiddenConversationError: it is not this chat's any more.
        """
        language = as_language(place.chat.language)
        return await self._chat.access.open(place.conversation_id, place.visitor, CHANNEL, language)

    async def say(self, place: Place, what: str, key: str, *, keyboard: str | None = None, **values: str) -> None:
        """Say a text of this channel; one with the same `key` is said once in a conversation."""
        conversation = await self.open(place)
        text = word(what, place.language, **values)
        payload: dict[str, Any] = {"reply": TypedReply(text=text, language=place.language).as_json()}
        if keyboard is not None:
            payload["telegram"] = keyboard
        message = NewMessage(
            place.conversation_id, Direction.BOT, text, payload, f"tg-{key}", language=place.language, notice=True
        )
        (stored,) = await self._database.run(append_messages, [message])
        conversation.language = place.language
        if not stored.repeated:
            self._hub.publish(conversation, {"type": "message", "message": message_as_json(stored)})

    async def choose(self, place: Place, language: Language) -> Place:
        """Change a chat's language."""
        await self._database.run(choose_language, place.chat_id, language)
        return Place(place.chat, place.visitor, language)

    async def _place(self, view: ChatView) -> Place:
        """Return a place; its language is that of the last reply, at first that of the person's Telegram."""
        visitor = Visitor(view.session_id, view.customer_id)
        try:
            known = await self._chat.access.find(view.conversation_id, visitor)
        except ForbiddenConversationError:
            known = None
        return Place(view, visitor, (known.language if known else None) or as_language(view.language) or "en")
