"""Inline mode: `@bot watch` in any chat finds products."""

import hashlib

from telegram import (
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from bot.gateway.pages.shop_front import ShopFront, View
from bot.gateway.telegram.client import TelegramClient
from bot.gateway.telegram.keyboard import Key, markup
from bot.gateway.telegram.pictures import picture_of
from bot.gateway.telegram.rendering import Renderer
from bot.gateway.telegram.text_limits import cut, escape
from bot.gateway.telegram.words import word
from bot.gateway.texts import Language, as_language, has_han
from catalog.session import Database

CACHE_S = 60
MAX_RESULTS = 20
MAX_QUERY = 200


class InlineSearch:
    """Answers inline queries by the shop's text search; what is shown is public, so Telegram may keep it a minute."""

    def __init__(
        self, database: Database, client: TelegramClient, shop_front: ShopFront, renderer: Renderer, public_url: str
    ) -> None:
        self._database = database
        self._client = client
        self._shop_front = shop_front
        self._renderer = renderer
        self._public_url = public_url

    async def answer(self, query: InlineQuery) -> None:
        """Answer one query; an empty one gets what most people have rated."""
        text = " ".join(query.query.split())[:MAX_QUERY]
        language: Language = "zh" if has_han(text) else as_language(query.from_user.language_code) or "en"
        page = await self._database.read(self._shop_front.list_page, language, None, text, 1)
        results = [self._article(tile, language) for tile in page["products"][:MAX_RESULTS]]
        await self._client.call(
            lambda: self._client.bot.answer_inline_query(query.id, results, cache_time=CACHE_S, is_personal=False)
        )

    def _article(self, tile: View, language: Language) -> InlineQueryResultArticle:
        title = cut(str(tile["title"]), 200)
        facts = [tile["price"], f"★ {tile['rating']:.1f}" if tile["rating"] else ""]
        facts.append(word("in_stock" if tile["in_stock"] else "sold_out", language))
        facts.append(word("sponsored", language) if tile["sponsored"] else "")
        line = " · ".join(fact for fact in facts if fact)
        url = self._renderer.absolute(tile["url"])
        keyboard: InlineKeyboardMarkup | None = markup(((Key(word("view", language), url=url),),)) if url else None
        picture = picture_of(tile["image_url"], self._public_url)
        return InlineQueryResultArticle(
            hashlib.sha256(str(tile["product_id"]).encode()).hexdigest(),
            title,
            InputTextMessageContent(
                f"<b>{escape(title)}</b>\n{escape(line)}",
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
            description=line,
            reply_markup=keyboard,
            thumbnail_url=picture.url if picture else None,
        )
