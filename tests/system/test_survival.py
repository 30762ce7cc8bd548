"""A process dies in the middle of a checkout: the shopper hears an apology, and nothing is lost."""

import time
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from bot.launch.instance import Instance
from tests.system.conversation import Shopper
from tests.system.processes import RESTART_TIMEOUT_S, all_ready, kill, wait_until_back

pytestmark = pytest.mark.system
APOLOGY_WITHIN_S = 5.0
APOLOGY = {"en": "Sorry, ", "zh": "抱歉，"}


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
BOTH = pytest.mark.parametrize("checkout", [ENGLISH, CHINESE], ids=["en", "zh"])


@pytest.fixture(autouse=True)
def _healthy(instance: Instance) -> None:
    """Begin each test with four processes that are ready, also after a test that failed."""
    deadline = time.monotonic() + RESTART_TIMEOUT_S
    while not all_ready(instance):
        assert time.monotonic() < deadline, "the test before has left a process dead"
        time.sleep(0.1)


class Witness:
    """A shopper who remembers what was said, to compare it with the stored history."""

    def __init__(self, url: str, checkout: Checkout) -> None:
        self.shopper = Shopper(url)
        self.checkout = checkout
        self.said: list[str] = []

    def say(self, text: str) -> dict[str, Any]:
        """Say something and write down both sides."""
        return self._note(text, self.shopper.say(text))

    def tap(self, title: str) -> dict[str, Any]:
        """Press a button of the last answer and write down both sides."""
        return self._note("", self.shopper.tap(title))

    def _note(self, text: str, body: dict[str, Any]) -> dict[str, Any]:
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


def is_apology(body: dict[str, Any], language: str) -> bool:
    """Tell whether the whole answer is one apology in that language."""
    (reply,) = body["replies"]
    return reply["language"] == language and reply["text"].startswith(APOLOGY[language])


@BOTH
@pytest.mark.parametrize("victim", ["models", "actions", "rasa"])
def test_checkout_survives_the_death_of_a_process(instance: Instance, victim: str, checkout: Checkout) -> None:
    witness = Witness(instance.gateway_url, checkout)
    before = witness.half_a_checkout()
    killed = kill(instance, victim)

    started = time.monotonic()
    body = witness.say(checkout.interrupted)
    took = time.monotonic() - started
    assert took < APOLOGY_WITHIN_S, body["replies"]
    apologised = is_apology(body, checkout.language)
    assert apologised or expected(body) == "address", body["replies"]
    assert body["cart"] == before["cart"]

    wait_until_back(instance, killed, victim)
    if apologised:
        body = witness.say(checkout.interrupted)
    assert expected(body) == "address", body["replies"]
    assert body["cart"] == before["cart"]
    witness.assert_history_is_complete()

    for line in checkout.rest:
        witness.say(line)
    summary = witness.tap(checkout.pay)
    text = summary["replies"][-1]["text"]
    assert expected(summary) == "confirm", text
    assert checkout.name in text, "what was said before the death is forgotten"
    assert checkout.interrupted in text
    witness.assert_history_is_complete()


def test_search_is_answered_again_after_the_model_server_died(instance: Instance) -> None:
    shopper = Shopper(instance.gateway_url)
    first = shopper.say("smartwatch under $200")
    killed = kill(instance, "models")
    wait_until_back(instance, killed, "models")
    again = shopper.say("smartwatch under $200")
    assert [card["product_id"] for card in again["replies"][0]["cards"]] == [
        card["product_id"] for card in first["replies"][0]["cards"]
    ]


def test_checkout_survives_the_death_of_the_gateway(instance: Instance) -> None:
    witness = Witness(instance.gateway_url, ENGLISH)
    before = witness.half_a_checkout()
    killed = kill(instance, "gateway")
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{instance.gateway_url}/healthz", timeout=2)
    wait_until_back(instance, killed, "gateway")
    witness.assert_history_is_complete()
    body = witness.say(ENGLISH.interrupted)
    assert expected(body) == "address", body["replies"]
    assert body["cart"] == before["cart"]
    witness.assert_history_is_complete()
