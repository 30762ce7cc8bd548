"""Sends one part to a chat; where Telegram refuses its picture or its markup, a plainer form goes."""

import asyncio
import contextlib
from functools import partial
from typing import Any

from telegram import InputMediaPhoto, LinkPreviewOptions, Message
from telegram.constants import ChatAction, ParseMode

from bot.gateway.telegram.client import TelegramClient
from bot.gateway.telegram.errors import RefusedError, TelegramChannelError
from bot.gateway.telegram.keyboard import markup
from bot.gateway.telegram.pictures import Picture, PictureShelf
from bot.gateway.telegram.rendering import Part

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_UNCHANGED = "not modified"


class Sender:
    """Sends, and changes what was sent."""

    def __init__(self, client: TelegramClient) -> None:
        self._client = client
        self._bot = client.bot
        self._shelf = PictureShelf()

    async def send(self, chat_id: int, part: Part) -> None:
        """Send a part as one message.

        Raises:
            TelegramChannelError: it did not go through.
        """
        if part.picture is not None:
            with contextlib.suppress(RefusedError):
                await self._send_photo(chat_id, part, part.picture)
                return
        try:
            await self._send_text(chat_id, part.html, part, ParseMode.HTML)
        except RefusedError:
            await self._send_text(chat_id, part.plain, part, None)

    async def turn_page(self, chat_id: int, message_id: int, part: Part, *, has_picture: bool) -> None:
        """Show another card in a message that was sent before; one that is shown already stays.

        Raises:
            TelegramChannelError: it did not go through.
        """
        try:
            if has_picture:
                await self._change_photo(chat_id, message_id, part)
            else:
                await self._client.call(
                    partial(
                        self._bot.edit_message_text,
                        part.html,
                        chat_id,
                        message_id,
                        parse_mode=ParseMode.HTML,
                        reply_markup=markup(part.rows),
                        link_preview_options=_NO_PREVIEW,
                    )
                )
        except RefusedError as error:
            if _UNCHANGED not in str(error):
                raise

    async def show_typing(self, chat_id: int) -> None:
        """Show that an answer is being made; whether that works does not matter."""
        with contextlib.suppress(TelegramChannelError):
            await self._client.call(partial(self._bot.send_chat_action, chat_id, ChatAction.TYPING))

    async def _send_text(self, chat_id: int, text: str, part: Part, parse_mode: str | None) -> None:
        await self._client.call(
            partial(
                self._bot.send_message,
                chat_id,
                text,
                parse_mode=parse_mode,
                reply_markup=markup(part.rows),
                link_preview_options=_NO_PREVIEW,
            )
        )

    async def _send_photo(self, chat_id: int, part: Part, picture: Picture) -> None:
        photo = await self._photo(picture)
        sent = await self._client.call(
            partial(
                self._bot.send_photo,
                chat_id,
                photo,
                caption=part.html,
                parse_mode=ParseMode.HTML,
                reply_markup=markup(part.rows),
            )
        )
        self._remember(picture, sent)

    async def _change_photo(self, chat_id: int, message_id: int, part: Part) -> None:
        if part.picture is None:
            await self._change_caption(chat_id, message_id, part)
            return
        photo = await self._photo(part.picture)
        media = InputMediaPhoto(photo, caption=part.html, parse_mode=ParseMode.HTML)
        try:
            changed = await self._client.call(
                partial(self._bot.edit_message_media, media, chat_id, message_id, reply_markup=markup(part.rows))
            )
        except RefusedError as error:
            if _UNCHANGED in str(error):
                return
            await self._change_caption(chat_id, message_id, part)
        else:
            self._remember(part.picture, changed)

    async def _change_caption(self, chat_id: int, message_id: int, part: Part) -> None:
        """Change all but the picture: that of another card stays rather than nothing."""
        await self._client.call(
            partial(
                self._bot.edit_message_caption,
                chat_id,
                message_id,
                caption=part.html,
                parse_mode=ParseMode.HTML,
                reply_markup=markup(part.rows),
            )
        )

    async def _photo(self, picture: Picture) -> str | bytes:
        return await asyncio.to_thread(self._shelf.source, picture)

    def _remember(self, picture: Picture, sent: Any) -> None:
        if isinstance(sent, Message) and sent.photo:
            self._shelf.remember(picture, sent.photo[-1].file_id)
