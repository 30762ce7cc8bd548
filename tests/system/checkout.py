"""A checkout that a test interrupts: its lines in both languages, and a shopper who remembers what was said."""

from dataclasses import dataclass
from typing import Any

from tests.system.conversation import Shopper


@dataclass(frozen=True, slots=True)
class Checkout:
    """Lines that lead half-way into a checkout, and the one that is said when a process is dead."""

    language: str
    opening: str
    buttons: tuple[str, ...]
    name: str
    interrupted: str
    rest: tuple[str, ...]
    pay: str


ENGLISH = Checkout(
    language="en",
    opening="samsonite guardit",
    buttons=("add to cart", "check out"),
    name="Jane Miller",
    interrupted="jane@example.com",
    rest=("12 Rose Street, Boston", "02108"),
    pay="card",
)
CHINESE = Checkout(
    language="zh",
    opening="小米空气净化器",
    buttons=("购物车", "结算"),
    name="王小明",
    interrupted="xiaoming@example.com",
    rest=("北京市海淀区中关村大街1号", "100080"),
    pay="卡",
)


class Witness:
    """A shopper who remembers what was said, to compare it with the stored history."""

    def __init__(self, url: str, checkout: Checkout) -> None:
        self.shopper = Shopper(url)
        self.checkout = checkout
        self.said: list[str] = []
        self.last: dict[str, Any] = {}

    def say(self, text: str) -> dict[str, Any]:
        """Say something and write down both sides."""
        return self._note(text, self.shopper.say(text))

    def tap(self, title: str) -> dict[str, Any]:
        """Press a button of the last answer and write down both sides."""
        return self._note("", self.shopper.tap(title))

    def _note(self, text: str, body: dict[str, Any]) -> dict[str, Any]:
        self.last = body
        self.said += [text, *(reply["text"] for reply in body["replies"])]
        return body

    def half_a_checkout(self) -> dict[str, Any]:
        """Put a product into the cart and begin to order it; return the answer, which asks for the e-mail address."""
        self.say(self.checkout.opening)
        for button in self.checkout.buttons:
            self.tap(button)
        body = self.say(self.checkout.name)
        assert expected(body) == "email", body["replies"]
        assert len(body["cart"]["lines"]) == 1
        return body

    def assert_history_is_complete(self) -> None:
        """Compare what was said with what is stored, in its order; a button's text is the shop's to choose."""
        url = f"{self.shopper.url}/api/conversations/{self.shopper.conversation_id}/messages"
        messages = self.shopper.http.get(url, timeout=10).json()["messages"]
        stored = [message["reply"]["text"] if message.get("reply") else message["text"] for message in messages]
        assert [text if said else "" for text, said in zip(stored, self.said, strict=True)] == self.said


def expected(body: dict[str, Any]) -> str | None:
    """Return the name of what the last reply asks for."""
    return body["replies"][-1]["expects"] if body["replies"] else None
