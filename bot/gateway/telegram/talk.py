"""A shopper's message in Telegram becomes a turn of the chat; the answer goes out by the chat's cursor."""

import asyncio
import contextlib

from bot.gateway.chat import Chat, TurnResult
from bot.gateway.errors import BusyError, EmptyMessageError, GatewayError, MessageTooLongError, RateLimitedError
from bot.gateway.incoming import Incoming
from bot.gateway.rate_limits import RateLimits
from bot.gateway.telegram.chats import CHANNEL, Chats, Place
from bot.gateway.telegram.errors import RetryLaterError
from bot.gateway.telegram.sender import Sender
from bot.gateway.texts import as_language, has_han

TYPING_AFTER_S = 0.8
TYPING_EVERY_S = 4.5
BUSY_ATTEMPTS = 3
BUSY_PAUSE_S = 2.0


class Talk:
    """Hands messages to the chat and waits until they are answered."""

    def __init__(self, chat: Chat, chats: Chats, limits: RateLimits, sender: Sender) -> None:
        self._chat = chat
        self._chats = chats
        self._limits = limits
        self._sender = sender

    async def take(
        self,
        place: Place,
        text: str,
        update_id: int,
        attempts: int,
        *,
        button_id: str | None = None,
        payload: str | None = None,
    ) -> str:
        """Have a message answered; returns what became of it.

        Args:
            place: where it was said.
            text: what was typed, or stands on what was pressed.
            update_id: makes sure that it is kept once, whatever happens.
            attempts: how often it has been tried, this time included.
            button_id: the id of a button that was pressed.
            payload: what a command stands for.

        Raises:
            RetryLaterError: the server is busy.
        """
        incoming = Incoming(
            place.conversation_id,
            text,
            CHANNEL,
            button_id,
            f"tg-{update_id}",
            as_language(place.chat.language) or ("zh" if has_han(text) else None),
            payload,
        )
        try:
            if attempts == 1:
                self._limits.take_message(place.conversation_id, None)
        except RateLimitedError:
            await self._chats.say(place, "rate_limited", f"{update_id}-slow")
            return "rate_limited"
        try:
            turn = await self._chat.take(incoming, place.visitor)
            await self._watch(place.chat_id, turn.finished)
        except (EmptyMessageError, MessageTooLongError) as error:
            await self._chats.say(place, error.code, f"{update_id}-{error.code}")
            return error.code
        except (BusyError, RateLimitedError) as error:
            if attempts < BUSY_ATTEMPTS:
                raise RetryLaterError(error.retry_after_s or BUSY_PAUSE_S, error.code) from error
            await self._chats.say(place, error.code, f"{update_id}-{error.code}")
            return error.code
        except GatewayError as error:
            await self._chats.say(place, error.code, f"{update_id}-{error.code}")
            return error.code
        return "answered"

    async def _watch(self, chat_id: int, finished: "asyncio.Future[TurnResult]") -> None:
        """Wait for the end of a turn; the chat shows that an answer is being written."""
        typing = asyncio.create_task(self._type(chat_id), name="telegram-typing")
        try:
            await asyncio.shield(finished)
        finally:
            typing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await typing

    async def _type(self, chat_id: int) -> None:
        await asyncio.sleep(TYPING_AFTER_S)
        while True:
            await self._sender.show_typing(chat_id)
            await asyncio.sleep(TYPING_EVERY_S)
