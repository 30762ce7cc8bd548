"""Starts and stops Telegram with the application, where it is on."""

from collections.abc import AsyncIterator

from aiohttp import web

from bot.gateway.keys import CHAT, DATABASE, HUB, LIMITS, METRICS, SETTINGS, SHOP_FRONT
from bot.gateway.telegram.channel import TelegramChannel
from bot.gateway.telegram.routes import TELEGRAM
from bot.secret_key import secret_key

STOP_TIMEOUT_S = 5.0


async def with_telegram(app: web.Application) -> AsyncIterator[None]:
    """Run the channel while the application runs; it ends before the chat does."""
    settings = app[SETTINGS]
    if settings.telegram_mode == "off":
        yield
        return
    key = settings.secret_key.get_secret_value() or secret_key(settings.data_dir)
    channel = TelegramChannel(
        settings, key.encode(), app[DATABASE], app[CHAT], app[HUB], app[SHOP_FRONT], app[LIMITS], app[METRICS]
    )
    app[TELEGRAM] = channel
    app[HUB].watch_all(channel.notice)
    channel.start()
    yield
    app[HUB].unwatch_all(channel.notice)
    await channel.stop(STOP_TIMEOUT_S)
