"""What an update asks for."""

import contextlib
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.gateway.buttons import is_button_id
from bot.gateway.errors import ForbiddenConversationError
from bot.gateway.incoming import UNKNOWN_BUTTON
from bot.gateway.telegram.chats import Chats, Place
from bot.gateway.telegram.client import TelegramClient
from bot.gateway.telegram.commands import Commands, parse_command
from bot.gateway.telegram.errors import ChatGoneError, RefusedError, TelegramChannelError
from bot.gateway.telegram.inline import InlineSearch
from bot.gateway.telegram.rendering import LANGUAGE, PAGE, Renderer
from bot.gateway.telegram.sender import Sender
from bot.gateway.telegram.signed_data import SignedData
from bot.gateway.telegram.talk import Talk
from bot.gateway.telegram.words import word
from bot.gateway.texts import as_language
from catalog.repositories.conversations import message_history
from catalog.repositories.telegram_chats import mark_blocked
from catalog.repositories.telegram_updates import ClaimedUpdate
from catalog.session import Database

_LOG = logging.getLogger(__name__)
_KINDS: Mapping[str, tuple[str, ...]] = {
    "voice": ("voice", "audio", "video_note"),
    "picture": ("photo", "video", "animation", "live_photo"),
    "sticker": ("sticker", "dice"),
    "document": ("document",),
    "not_needed": ("contact", "location", "venue"),
}
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")


class UpdateHandler:
    """Does what updates ask for; every callback query gets its answer, every message in a private chat a reply."""

    def __init__(
        self,
        database: Database,
        client: TelegramClient,
        chats: Chats,
        talk: Talk,
        commands: Commands,
        inline: InlineSearch,
        sender: Sender,
        renderer: Renderer,
        signed: SignedData,
    ) -> None:
        self._database = database
        self._client = client
        self._chats = chats
        self._talk = talk
        self._commands = commands
        self._inline = inline
        self._sender = sender
        self._renderer = renderer
        self._signed = signed

    async def handle(self, claimed: ClaimedUpdate) -> str:
        """Do it and return in a word what it was.

        Raises:
            RetryLaterError: try again later.
            TelegramChannelError: the answer did not go through.
            CatalogError, SQLAlchemyError: the database failed.
        """
        try:
            update = Update.de_json(dict(claimed.payload), self._client.bot)
        except (KeyError, TypeError, ValueError):
            _LOG.exception("update %d cannot be read", claimed.update_id)
            return "unreadable"
        if update.inline_query is not None:
            await self._inline.answer(update.inline_query)
            return "inline"
        if update.my_chat_member is not None:
            return await self._membership(update.my_chat_member)
        chat, user = update.effective_chat, update.effective_user
        if update.callback_query is not None and (chat is None or chat.type != ChatType.PRIVATE):
            await self._answer(update.callback_query)
            return "ignored"
        if chat is None:
            return "ignored"
        if chat.type != ChatType.PRIVATE:
            await self._leave(chat.id, user.language_code if user else None)
            return "group"
        return await self._in_private(update, chat.id, user.language_code if user else None, claimed)

    async def _in_private(self, update: Update, chat_id: int, language_code: str | None, claimed: ClaimedUpdate) -> str:
        place, ended = await self._chats.place(chat_id, language_code)
        for last_try in (False, True):
            try:
                if ended:
                    await self._chats.say(place, "signed_out", f"{claimed.update_id}-out")
                if update.callback_query is not None:
                    return await self._callback(place, update.callback_query, claimed)
                if update.edited_message is not None:
                    await self._chats.say(place, "edited", str(claimed.update_id))
                    return "edited"
                if update.message is not None:
                    return await self._message(place, update.message, claimed)
                return "ignored"
            except ForbiddenConversationError:  # somebody else's by now: this chat gets one of its own
                if last_try:
                    raise
                place, ended = await self._chats.begin(chat_id, as_language(place.chat.language)), True
        raise AssertionError("unreachable")

    async def _message(self, place: Place, message: Message, claimed: ClaimedUpdate) -> str:
        text = message.text or message.caption
        if message.text is None:
            kind = _kind_of(message)
            await self._chats.say(place, kind, f"{claimed.update_id}-kind")
            if not text:
                return kind
        assert text is not None
        command = parse_command(text)
        if command is not None:
            return await self._commands.run(place, *command, claimed.update_id, claimed.attempts)
        return await self._talk.take(place, text, claimed.update_id, claimed.attempts)

    async def _callback(self, place: Place, query: CallbackQuery, claimed: ClaimedUpdate) -> str:
        data = query.data or ""
        if is_button_id(data):
            await self._answer(query)
            return await self._talk.take(place, UNKNOWN_BUTTON, claimed.update_id, claimed.attempts, button_id=data)
        match self._signed.read(data, place.chat_id, place.conversation_id):
            case [str(kind), str(chosen)] if kind == LANGUAGE and (language := as_language(chosen)):
                await self._answer(query)
                await self._commands.choose_language(place, language, claimed.update_id)
                return "language"
            case [str(kind), str(seq), str(index)] if kind == PAGE:
                await self._turn_page(place, query, int(seq), index)
                return "page"
        await self._answer(query, word("outdated", place.language))
        return "outdated"

    async def _turn_page(self, place: Place, query: CallbackQuery, seq: int, index: str) -> None:
        shown = query.message
        if not index.isdigit() or shown is None:
            await self._answer(query)
            return
        rows = await self._database.read(
            message_history, place.conversation_id, after_seq=seq - 1, limit=1, newest=False
        )
        try:
            reply = (rows[0].payload or {})["reply"]
            language = as_language(reply.get("language")) or place.language
            part = self._renderer.card(rows[0], int(index), place.chat_id, language)
        except (IndexError, KeyError):
            await self._answer(query, word("outdated", place.language))
            return
        has_picture = bool(shown.photo) if isinstance(shown, Message) else part.picture is not None
        try:
            await self._sender.turn_page(place.chat_id, shown.message_id, part, has_picture=has_picture)
        except RefusedError:
            await self._answer(query, word("outdated", place.language))
        else:
            await self._answer(query)

    async def _answer(self, query: CallbackQuery, text: str | None = None) -> None:
        """Answer a callback query; one that is too old for an answer is let go."""
        try:
            await self._client.call(lambda: self._client.bot.answer_callback_query(query.id, text))
        except RefusedError:
            return

    async def _membership(self, change: ChatMemberUpdated) -> str:
        status = change.new_chat_member.status
        gone = status in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
        if change.chat.type == ChatType.PRIVATE:
            since = datetime.now(UTC) if gone else None
            await self._database.run(mark_blocked, change.chat.id, since=since)
            return "blocked" if gone else "unblocked"
        if not gone:
            await self._leave(change.chat.id, change.from_user.language_code)
        return "group"

    async def _leave(self, chat_id: int, language_code: str | None) -> None:
        """Say politely that groups are not served, where that is allowed, and leave."""
        text = word("group", as_language(language_code) or "en")
        with contextlib.suppress(TelegramChannelError):
            await self._client.call(lambda: self._client.bot.send_message(chat_id, text))
        with contextlib.suppress(RefusedError, ChatGoneError):
            await self._client.call(lambda: self._client.bot.leave_chat(chat_id))


def _kind_of(message: Message) -> str:
    for kind, names in _KINDS.items():
        if any(getattr(message, name, None) for name in names):
            return kind
    return "other"
