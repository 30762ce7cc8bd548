"""The bot's connection to Telegram: python-telegram-bot with its rate limiter, and few kinds of errors."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from telegram import Bot, User
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.gateway.telegram.errors import ChatGoneError, RefusedError, RetryLaterError, UnreachableError

T = TypeVar("T")
ATTEMPTS = 3
CONNECTIONS = 64
CONNECT_TIMEOUT_S = 5.0
_PAUSE_S = 0.5
_TROUBLE_PAUSE_S = 30.0
_ADVICE = {
    "InvalidToken": ": check SHOPKEEPER_TELEGRAM_TOKEN",
    "Conflict": ": another process polls with this token, or a webhook is set",
}
_LOG = logging.getLogger(__name__)
_GONE = ("chat not found", "user is deactivated", "bot was blocked", "peer_id_invalid")


class TelegramClient:
    """Calls the Bot API; at most 30 messages a second, as Telegram asks.

    Args:
        token: of the bot.
        api_url: address of the Bot API without `/bot`.
        timeout_s: longest wait for one answer.
    """

    def __init__(self, token: str, api_url: str, *, timeout_s: float) -> None:
        os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's own opt-in; else it warns at each flood limit
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)  # its requests' addresses hold the token
        logging.getLogger("telegram.ext.AIORateLimiter").setLevel(logging.CRITICAL)  # flood limits are handled here
        self.timeout_s = timeout_s
        self.bot: Bot = ExtBot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=_requests(CONNECTIONS, timeout_s),
            get_updates_request=_requests(2, timeout_s),
            rate_limiter=AIORateLimiter(max_retries=0),
        )

    async def connect(self) -> User:
        """Ask who the bot is; to be called until it succeeds.

        Raises:
            UnreachableError, RetryLaterError: no answer, or a wrong token.
        """
        await self.call(self.bot.initialize)
        return self.bot.bot

    async def close(self) -> None:
        """Close all connections."""
        await self.bot.shutdown()

    async def call(self, request: Callable[[], Awaitable[T]]) -> T:
        """Make a request; one that gets no answer is made up to three times.

        Raises:
            ChatGoneError, RefusedError, RetryLaterError, UnreachableError: see there.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await request()
            except RetryAfter as error:
                wait = error.retry_after
                seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
                raise RetryLaterError(seconds, "flood limit") from None
            except Forbidden:
                raise ChatGoneError("forbidden") from None
            except ChatMigrated:
                raise ChatGoneError("migrated") from None
            except BadRequest as error:
                if any(words in error.message.lower() for words in _GONE):
                    raise ChatGoneError(error.message) from None
                raise RefusedError(error.message) from None
            except NetworkError as error:
                if attempt == ATTEMPTS:
                    raise UnreachableError(type(error).__name__) from None
                await asyncio.sleep(_PAUSE_S * attempt)
            except TelegramError as error:  # a wrong token, another process that polls: nothing wrong with the request
                kind = type(error).__name__
                _LOG.error("Telegram says %s%s", kind, _ADVICE.get(kind, ""))
                raise RetryLaterError(_TROUBLE_PAUSE_S, kind) from None
        raise AssertionError("unreachable")


def _requests(connections: int, timeout_s: float) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        read_timeout=timeout_s,
        write_timeout=timeout_s,
        connect_timeout=min(CONNECT_TIMEOUT_S, timeout_s),
        pool_timeout=timeout_s,
        media_write_timeout=2 * timeout_s,
    )
