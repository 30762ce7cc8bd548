"""A process dies in the middle of a checkout: the shopper hears an apology, and nothing is lost."""

import time
from typing import Any

import pytest
import requests

from bot.launch.instance import Instance
from tests.system.checkout import CHINESE, ENGLISH, Witness, expected
from tests.system.conversation import Shopper
from tests.system.processes import RESTART_TIMEOUT_S, all_ready, kill, wait_until_back

pytestmark = pytest.mark.system
APOLOGY_WITHIN_S = 5.0
APOLOGY = {"en": "Sorry, ", "zh": "抱歉，"}


@pytest.fixture(autouse=True)
def _healthy(instance: Instance) -> None:
    """Begin each test with four processes that are ready, also after a test that failed."""
    deadline = time.monotonic() + RESTART_TIMEOUT_S
    while not all_ready(instance):
        assert time.monotonic() < deadline, "the test before has left a process dead"
        time.sleep(0.1)


def is_apology(body: dict[str, Any], language: str) -> bool:
    """Tell whether the whole answer is one apology in that language."""
    (reply,) = body["replies"]
    return bool(reply["language"] == language and reply["text"].startswith(APOLOGY[language]))


@pytest.mark.parametrize("victim", ["models", "actions", "rasa"])
def test_checkout_survives_the_death_of_a_process(instance: Instance, victim: str) -> None:
    witnesses = [Witness(instance.gateway_url, checkout) for checkout in (ENGLISH, CHINESE)]
    carts = [witness.half_a_checkout()["cart"] for witness in witnesses]
    killed = kill(instance, victim)

    apologised = [_say_when_dead(witness) for witness in witnesses]
    wait_until_back(instance, killed, victim)

    for witness, cart, again in zip(witnesses, carts, apologised, strict=True):
        if again:
            witness.say(witness.checkout.interrupted)
        assert expected(witness.last) == "address", witness.last["replies"]
        assert witness.last["cart"] == cart
        witness.assert_history_is_complete()
        _finish(witness)


def _say_when_dead(witness: Witness) -> bool:
    """Say the next line; return whether it was apologised for, False where the process was back already."""
    cart = witness.last["cart"]
    started = time.monotonic()
    body = witness.say(witness.checkout.interrupted)
    took = time.monotonic() - started
    assert took < APOLOGY_WITHIN_S, body["replies"]
    assert body["cart"] == cart
    apologised = is_apology(body, witness.checkout.language)
    assert apologised or expected(body) == "address", body["replies"]
    return apologised


def _finish(witness: Witness) -> None:
    """Go on to the summary, which holds what was said before the death."""
    for line in witness.checkout.rest:
        witness.say(line)
    summary = witness.tap(witness.checkout.pay)
    text = summary["replies"][-1]["text"]
    assert expected(summary) == "confirm", text
    assert witness.checkout.name in text
    assert witness.checkout.interrupted in text
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
