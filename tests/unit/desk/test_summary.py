from datetime import UTC, datetime
from typing import Any

from bot.desk.summary import summarize
from catalog.models import Direction
from catalog.repositories.conversations import StoredMessage

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def conversation(*said: tuple[Direction, str, dict[str, Any] | None]) -> list[StoredMessage]:
    return [
        StoredMessage("talk", seq, direction, text, payload, None, NOW)
        for seq, (direction, text, payload) in enumerate(said, 1)
    ]


def bot(text: str, to: int, **payload: Any) -> tuple[Direction, str, dict[str, Any] | None]:
    return Direction.BOT, text, {"in_reply_to": to, **payload}


def shopper(text: str, payload: dict[str, Any] | None = None) -> tuple[Direction, str, dict[str, Any] | None]:
    return Direction.SHOPPER, text, payload


def order(number: str) -> dict[str, Any]:
    return {"decided": "track_order", "entities": [{"entity": "order_id", "value": number}]}


def test_summary_has_the_last_words_and_what_was_tried_without_the_hand_over() -> None:
    rows = conversation(
        shopper("one"), bot("first answer", 1, understanding={"decided": "greet"}),
        shopper("two"), bot("second answer", 3, understanding=order("W1")),
        shopper("A button", {"button": "x"}), bot("third answer", 5),
        shopper("x" * 400), bot("fourth answer", 7, understanding=order("W2")),
        shopper("a person"), bot("Noted. Call 555.", 9), bot("You are next in line.", 9, notice="queued"),
    )  # fmt: skip
    found = summarize(rows, "requested", 11)
    assert found["asked"] == ["two", "x" * 159 + "…", "a person"]
    assert found["tried"] == ["second answer", "third answer", "fourth answer"]
    assert (found["intents"], found["orders"]) == (["track_order"], ["W1", "W2"])
    assert (found["reason"], found["messages"]) == ("requested", 11)


def test_summary_has_the_products_shown_last_first_and_each_once() -> None:
    cards = [
        [{"product_id": f"p{n}", "title": f"P{n}", "price_minor": 1} for n in numbers] for numbers in (range(9), [3])
    ]
    rows = conversation(shopper("a"), bot("x", 1, reply={"cards": cards[0]}), bot("y", 1, reply={"cards": cards[1]}))
    products = summarize(rows, None, 3)["products"]
    assert [product["product_id"] for product in products] == ["p3", "p0", "p1", "p2", "p4", "p5"]
    assert products[0] == {"product_id": "p3", "title": "P3"}


def test_summary_of_nothing_is_empty() -> None:
    assert summarize([], None, 0) == {
        "reason": None, "asked": [], "intents": [], "products": [], "orders": [], "tried": [], "messages": 0,
    }  # fmt: skip
