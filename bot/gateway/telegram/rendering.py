"""A stored message as Telegram shows it: texts within the limits, cards as one message to page through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.gateway.pages.formats import price_text
from bot.gateway.presentation import message_as_json, reply_of
from bot.gateway.telegram.keyboard import Key, Rows, rows_of
from bot.gateway.telegram.pictures import Picture, picture_of
from bot.gateway.telegram.signed_data import SignedData
from bot.gateway.telegram.text_limits import MAX_CAPTION, MAX_TEXT, cut, escape, split_text
from bot.gateway.telegram.words import word
from bot.gateway.texts import LANGUAGES, Language, as_language
from catalog.models import Direction
from catalog.repositories.conversations import StoredMessage

PAGE = "p"
LANGUAGE = "l"
LANGUAGE_NAMES: Mapping[Language, str] = {"en": "English", "zh": "中文"}
_NOT_PUBLIC = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104  (compared, not bound)
_TITLE_UNITS = 200
_NAME_UNITS = 80
_REASON_UNITS = 400


@dataclass(frozen=True, slots=True)
class Part:
    """One message to send: HTML, the same text without tags, a picture where there is one, and buttons."""

    html: str
    plain: str
    picture: Picture | None = None
    rows: Rows = ()


class Renderer:
    """Turns stored messages into parts; the same message always gives the same parts.

    Args:
        signed: signs what paging buttons carry.
        public_url: the shop's address for links, `""` where it has none.
    """

    def __init__(self, signed: SignedData, public_url: str) -> None:
        self._signed = signed
        self._public_url = public_url

    def parts(self, message: StoredMessage, chat_id: int, chat_language: Language | None) -> list[Part]:
        """Return what a message of the bot or of an agent becomes; nothing for the shopper's own."""
        if message.direction is Direction.SHOPPER:
            return []
        reply = reply_of(message) or {}
        language = as_language(reply.get("language")) or chat_language or "en"
        rows = self._reply_rows(message, reply, chat_id)
        cards = reply.get("cards") or []
        texts = self._texts(message, reply, language)
        if not cards:
            return [*texts[:-1], _with_rows(texts[-1], rows)] if texts else []
        return [*texts, self.card(message, 0, chat_id, language)]

    def card(self, message: StoredMessage, index: int, chat_id: int, language: Language) -> Part:
        """Return one card of a message with its buttons, those for paging, and the message's quick replies.

        Raises:
            IndexError: there is no such card.
        """
        reply = reply_of(message) or {}
        cards: Sequence[Mapping[str, Any]] = reply.get("cards") or []
        card = cards[index]
        keys = [Key(button["title"], button["payload"]) for button in card.get("buttons") or ()]
        url = self.absolute(card.get("url"))
        if url:
            keys.append(Key(word("view", language), url=url))
        rows = rows_of(keys)
        if len(cards) > 1:
            rows = (self._paging(message, index, len(cards), chat_id), *rows)
        lines = _card_lines(card, language)
        picture = picture_of(card.get("image_url"), self._public_url) if self._all_have_pictures(cards) else None
        title, rest = cut(str(card["title"]), _TITLE_UNITS), "\n".join(lines)
        return Part(
            f"<b>{escape(title)}</b>\n{escape(rest)}",
            f"{title}\n{rest}",
            picture,
            (*rows, *self._reply_rows(message, reply, chat_id)),
        )

    def absolute(self, url: str | None) -> str | None:
        """Return an address that a phone elsewhere can open, None where there is none."""
        whole = f"{self._public_url}{url}" if url and url.startswith("/") else url
        host = urlsplit(whole or "").hostname
        return whole if whole and host and host not in _NOT_PUBLIC and "." in host else None

    def _texts(self, message: StoredMessage, reply: Mapping[str, Any], language: Language) -> list[Part]:
        head = f"👤 {_agent_name(message) or word('agent', language)}" if message.direction is Direction.AGENT else ""
        sources = _sources(reply, language)
        # Room is left for what stands around the text in its first and last piece.
        pieces = split_text(str(reply.get("text") or message.text), MAX_TEXT - len(head) - len(sources) - 4)
        parts = [Part(escape(piece), piece) for piece in pieces]
        if head and parts:
            parts[0] = Part(f"<b>{escape(head)}</b>\n{parts[0].html}", f"{head}\n{parts[0].plain}")
        if sources and parts:
            last = parts[-1]
            parts[-1] = Part(f"{last.html}\n\n<i>{escape(sources)}</i>", f"{last.plain}\n\n{sources}")
        return parts

    def _reply_rows(self, message: StoredMessage, reply: Mapping[str, Any], chat_id: int) -> Rows:
        keys = [Key(button["title"], button["payload"]) for button in reply.get("quick_replies") or ()]
        if (message.payload or {}).get("telegram") == LANGUAGE:
            keys += [
                Key(LANGUAGE_NAMES[code], self._signed.sign(f"{LANGUAGE}:{code}", chat_id, message.conversation_id))
                for code in LANGUAGES
            ]
        return rows_of(keys)

    def _paging(self, message: StoredMessage, index: int, total: int, chat_id: int) -> tuple[Key, ...]:
        def key(title: str, wanted: int) -> Key:
            body = f"{PAGE}:{message.seq}:{wanted % total}"
            return Key(title, self._signed.sign(body, chat_id, message.conversation_id))

        here = self._signed.sign(f"{PAGE}:{message.seq}:here", chat_id, message.conversation_id)
        return key("◀", index - 1), Key(f"{index + 1}/{total}", here), key("▶", index + 1)

    def _all_have_pictures(self, cards: Sequence[Mapping[str, Any]]) -> bool:
        """One message shows them in turn, and Telegram cannot turn a photo into a text: all have one, or none has."""
        return all(picture_of(card.get("image_url"), self._public_url) for card in cards)


def _agent_name(message: StoredMessage) -> str:
    agent = message_as_json(message).get("agent")
    return cut(str(agent["name"]), _NAME_UNITS) if isinstance(agent, Mapping) and agent.get("name") else ""


def _with_rows(part: Part, rows: Rows) -> Part:
    return Part(part.html, part.plain, part.picture, rows)


def _card_lines(card: Mapping[str, Any], language: Language) -> list[str]:
    facts = [price_text(card["price_minor"], card["currency"], language)]
    if card.get("rating"):
        facts.append(f"★ {card['rating']:.1f}")
    facts.append(word("in_stock" if card.get("in_stock", True) else "sold_out", language))
    lines = [" · ".join(facts)]
    if card.get("reason"):
        lines.append(cut(str(card["reason"]), _REASON_UNITS))
    if card.get("sponsored"):
        lines.append(word("sponsored", language))
    assert sum(map(len, lines)) + _TITLE_UNITS < MAX_CAPTION
    return lines


def _sources(reply: Mapping[str, Any], language: Language) -> str:
    found = dict.fromkeys(
        cut(" › ".join(part for part in (source["document"], source["section"]) if part), 120)
        for source in (reply.get("sources") or ())[:3]
    )
    mark = "；" if language == "zh" else "; "
    return word("sources", language, sources=mark.join(found)) if found else ""
