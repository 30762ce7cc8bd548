"""The channel's life: puts its parts together, connects, polls or sets the webhook, and ends in order."""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.chat import Chat
from bot.gateway.conversation_access import OpenConversation
from bot.gateway.hub import Hub
from bot.gateway.metrics import GatewayMetrics
from bot.gateway.pages.shop_front import ShopFront
from bot.gateway.rate_limits import RateLimits
from bot.gateway.settings import GatewaySettings
from bot.gateway.telegram.chats import Chats
from bot.gateway.telegram.client import TelegramClient
from bot.gateway.telegram.commands import Commands, command_list
from bot.gateway.telegram.errors import RetryLaterError, TelegramChannelError
from bot.gateway.telegram.handler import ALLOWED_UPDATES, UpdateHandler
from bot.gateway.telegram.inbox import Inbox
from bot.gateway.telegram.inline import InlineSearch
from bot.gateway.telegram.links import Links
from bot.gateway.telegram.rendering import Renderer
from bot.gateway.telegram.sender import Sender
from bot.gateway.telegram.signed_data import SignedData
from bot.gateway.telegram.talk import Talk
from bot.gateway.telegram.teller import Teller
from bot.gateway.texts import LANGUAGES
from catalog.errors import CatalogError
from catalog.session import Database

_LOG = logging.getLogger(__name__)
T = TypeVar("T")
WEBHOOK_PATH = "/telegram/webhook"
POLL_S = 25
MAX_CONNECTIONS = 40
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0


class TelegramChannel:
    """Telegram as a channel of one gateway process; several may run on one database in webhook mode."""

    def __init__(
        self,
        settings: GatewaySettings,
        key: bytes,
        database: Database,
        chat: Chat,
        hub: Hub,
        shop_front: ShopFront,
        limits: RateLimits,
        metrics: GatewayMetrics,
    ) -> None:
        self._settings = settings
        self._client = TelegramClient(
            settings.telegram_token.get_secret_value(),
            settings.telegram_api_url,
            timeout_s=settings.telegram_timeout_s,
        )
        signed = SignedData(key)
        renderer = Renderer(signed, settings.public_url)
        sender = Sender(self._client)
        chats = Chats(database, chat, hub)
        talk = Talk(chat, chats, limits, sender)
        self.links = Links(database)
        commands = Commands(database, self._client, chats, talk, self.links, renderer)
        inline = InlineSearch(database, self._client, shop_front, renderer, settings.public_url)
        handler = UpdateHandler(database, self._client, chats, talk, commands, inline, sender, renderer, signed)
        self.inbox = Inbox(database, handler.handle, metrics)
        self.teller = Teller(database, sender, renderer, metrics)
        self.webhook_secret = settings.telegram_webhook_secret.get_secret_value() or _derived_secret(key)
        self.username: str | None = None
        self._life: asyncio.Task[None] | None = None

    @property
    def takes_webhooks(self) -> bool:
        """Tell whether updates come by webhook."""
        return self._settings.telegram_mode == "webhook"

    def start(self) -> None:
        """Connect in the background: the shop opens although Telegram may be away."""
        self._life = asyncio.create_task(self._live(), name="telegram")
        self._life.add_done_callback(_report)

    async def stop(self, timeout_s: float) -> None:
        """Take no more updates, finish what runs, and close."""
        if self._life is not None:
            self._life.cancel()
            await asyncio.gather(self._life, return_exceptions=True)
        await self.inbox.stop(timeout_s)
        await self.teller.stop(timeout_s)
        await self._client.close()

    def notice(self, _conversation: OpenConversation, frame: dict[str, Any]) -> None:
        """Hear of what was said anywhere in this process, so that it goes out at once."""
        if frame.get("type") == "message":
            self.teller.wake()

    async def _live(self) -> None:
        me = await self._until_it_works(self._client.connect)
        self.username = me.username
        self.inbox.start()
        self.teller.start()
        await self._until_it_works(self._introduce)
        if not self.takes_webhooks:
            await self._poll()

    async def _until_it_works(self, step: Callable[[], Awaitable[T]]) -> T:
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                return await step()
            except RetryLaterError as error:
                await asyncio.sleep(error.after_s)
            except TelegramChannelError as error:
                _LOG.error("Telegram does not do what it should (%s); again in %d s", _why(error), pause_s)
                await asyncio.sleep(pause_s)
                pause_s = min(_LONGEST_PAUSE_S, 2 * pause_s)

    async def _introduce(self) -> None:
        """Tell Telegram the commands in both languages, and where updates go."""
        bot, call = self._client.bot, self._client.call
        for language in LANGUAGES:
            await call(partial(bot.set_my_commands, command_list(language), language_code=language))
        await call(partial(bot.set_my_commands, command_list("en")))
        if not self.takes_webhooks:
            await call(bot.delete_webhook)
            return
        await call(
            partial(
                bot.set_webhook,
                f"{self._settings.public_url}{WEBHOOK_PATH}",
                max_connections=MAX_CONNECTIONS,
                allowed_updates=ALLOWED_UPDATES,
                secret_token=self.webhook_secret,
            )
        )

    async def _poll(self) -> None:
        """Ask for updates; they are confirmed to Telegram only after they are kept here."""
        offset: int | None = None
        while True:
            ask = partial(self._client.bot.get_updates, offset, timeout=POLL_S, allowed_updates=ALLOWED_UPDATES)
            updates = await self._until_it_works(partial(self._client.call, ask))
            if not updates:
                continue
            try:
                await self.inbox.store([update.to_dict() for update in updates])
            except (CatalogError, SQLAlchemyError) as error:
                _LOG.error("updates could not be kept: %s", type(error).__name__)
                await asyncio.sleep(_FIRST_PAUSE_S)
                continue
            except (KeyError, TypeError, ValueError):
                _LOG.exception("Telegram sent what is no update; it is left out")
            offset = updates[-1].update_id + 1


def _report(life: "asyncio.Task[None]") -> None:
    if not life.cancelled() and (error := life.exception()) is not None:
        _LOG.error("Telegram has stopped: %s", type(error).__name__, exc_info=error)


def _why(error: TelegramChannelError) -> str:
    """Return what to log; the library's own words may hold the token, so only some are passed on."""
    return f"{type(error).__name__}: {error}"


def _derived_secret(key: bytes) -> str:
    return hmac.new(key, b"telegram webhook", hashlib.sha256).hexdigest()
