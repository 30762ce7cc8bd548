from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.gateway.reply import TypedReply
from bot.gateway.telegram.keyboard import Key, markup, rows_of
from bot.gateway.telegram.pictures import Picture, draw, picture_of
from bot.gateway.telegram.rendering import Part, Renderer
from bot.gateway.telegram.signed_data import SignedData
from catalog.models import Direction
from catalog.repositories.conversations import StoredMessage
from tests.telegram_server.html_text import plain_text, utf16_length
from tests.telegram_server.rules import check_keyboard

SIGNED = SignedData(b"k" * 32)
RENDERER = Renderer(SIGNED, "https://shop.example")
CARD: Mapping[str, Any] = {"product_id": "w", "title": "Watch", "price_minor": 149900, "currency": "CNY"}


def message(direction: Direction = Direction.BOT, text: str = "Hello.", **parts: Any) -> StoredMessage:
    reply = TypedReply.model_validate({"text": text, "language": "zh", **parts}).as_json()
    payload = {"reply": reply} if direction is Direction.BOT else None
    return StoredMessage("t", 7, direction, text, payload, None, datetime(2026, 1, 1, tzinfo=UTC))


def parts(*args: Any, **kwargs: Any) -> list[Part]:
    found = RENDERER.parts(message(*args, **kwargs), 5, None)
    for part in found:
        assert plain_text(part.html) == part.plain
        assert utf16_length(part.plain) <= (1024 if part.picture else 4096)
        keyboard = markup(part.rows)
        if keyboard is not None:
            check_keyboard(keyboard.to_dict())
    return found


def test_shoppers_own_messages_are_not_repeated() -> None:
    assert parts(Direction.SHOPPER) == []


def test_agent_is_named_as_a_person() -> None:
    assert parts(Direction.AGENT, "Hi <b>") == [
        Part("<b>👤 Customer service</b>\nHi &lt;b&gt;", "👤 Customer service\nHi <b>")
    ]


def test_longest_texts_stay_within_the_limits() -> None:
    sources = [{"document": "D" * 300, "section": "S" * 300, "version": "1"}] * 3
    card = {
        **CARD,
        "title": "标题😀" * 200,
        "reason": "理由😀" * 500,
        "image_url": "/images/watch.svg",
        "sponsored": True,
    }
    buttons = [{"title": "按钮" * 60, "payload": "btn_" + "x" * 16}] * 120
    found = parts(Direction.BOT, "很长的句子😀。" * 3000, cards=[card] * 9, quick_replies=buttons, sources=sources)
    assert len(found) > 5
    assert "广告" in found[-1].plain


def test_price_is_written_as_on_the_page() -> None:
    assert "¥1,499.00" in parts(Direction.BOT, cards=[CARD])[-1].plain


def test_paging_goes_round_and_keeps_quick_replies() -> None:
    quick = [{"title": "More", "payload": "btn_" + "x" * 16}]
    shown = message(cards=[CARD] * 3, quick_replies=quick)
    last = RENDERER.card(shown, 2, 5, "zh")
    assert [key.title for key in last.rows[0]] == ["◀", "3/3", "▶"]
    turned = [SIGNED.read(key.data or "", 5, "t") for key in last.rows[0]]
    assert turned == [["p", "7", "1"], ["p", "7", "here"], ["p", "7", "0"]]
    assert last.rows[-1][-1].title == "More"
    with pytest.raises(IndexError):
        RENDERER.card(shown, 3, 5, "zh")


def test_signed_data_counts_in_its_chat_and_conversation_only() -> None:
    data = SIGNED.sign("p:2147483647:99", 5, "t")
    assert len(data.encode()) <= 64
    assert SIGNED.read(data, 5, "t") == ["p", "2147483647", "99"]
    assert SIGNED.read(data, 6, "t") is None
    assert SIGNED.read(data, 5, "u") is None
    assert SIGNED.read(data.replace("99", "98"), 5, "t") is None
    assert SignedData(b"x" * 32).read(data, 5, "t") is None
    assert SIGNED.read("", 5, "t") is None


@pytest.mark.parametrize(
    ("address", "picture"),
    [
        ("/images/watch.svg", Picture("watch")),
        ("https://shop.example/images/watch.svg", Picture("watch")),
        ("/images/no-such-drawing.svg", None),
        ("/media/a.jpg", Picture("https://shop.example/media/a.jpg", "https://shop.example/media/a.jpg")),
        ("https://cdn.example/a.png?w=1", Picture("https://cdn.example/a.png?w=1", "https://cdn.example/a.png?w=1")),
        ("https://cdn.example/a.SVG", None),
        ("ftp://cdn.example/a.png", None),
        ("", None),
        (None, None),
    ],
)
def test_picture_is_one_that_telegram_takes(address: str | None, picture: Picture | None) -> None:
    assert picture_of(address, "https://shop.example") == picture


def test_drawing_becomes_a_png() -> None:
    assert draw("watch").startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080", "http://localhost", "http://shop", ""])
def test_links_that_open_nowhere_else_are_left_out(address: str) -> None:
    assert Renderer(SIGNED, address).absolute("/products/1") is None


def test_short_buttons_share_a_row() -> None:
    titles = ["Yes", "No", "A rather long title of a button", "加入购物车", "看看别的"]
    assert [[key.title for key in row] for row in rows_of(Key(title, "x") for title in titles)] == [
        ["Yes", "No"],
        ["A rather long title of a button"],
        ["加入购物车", "看看别的"],
    ]


def test_button_that_telegram_would_refuse_is_left_out() -> None:
    made = markup(((Key("good", "x"), Key("too long", "x" * 65), Key("empty", "")),))
    assert made is not None
    assert [button.text for row in made.inline_keyboard for button in row] == ["good"]
