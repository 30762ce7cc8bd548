import json
import re

import pytest
import yaml

from actions.names import ActionName
from tests.integration.rasa.conftest import Shop
from tests.integration.rasa.engine import ROOT

RASA = ROOT / "bot" / "rasa"
ROW = re.compile(r"^\| ([a-z_, ]+) \| ([a-z_, ]+)(?: \(the loop\))? \|$", re.MULTILINE)


def _documented() -> dict[str, str]:
    """Return the table "Intents → actions" of docs/architecture.md, its last row written out."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    others = "cancel_order change_order change_shipping_address return_item exchange_item get_refund track_refund"
    others += " report_delivery_problem get_invoice ask_return_policy ask_cancellation_policy ask_shipping"
    others += " ask_delivery_time ask_payment_methods report_payment_issue ask_warranty manage_account"
    others += " manage_newsletter write_review make_complaint ask_contact ask_privacy"
    rules = dict.fromkeys(others.split(), "action_answer_service_question")
    for intents, actions in ROW.findall(page):
        if "action_" not in actions or "intents" in intents:
            continue
        names, targets = intents.split(", "), actions.split(", ")
        targets = targets if len(targets) == len(names) else targets * len(names)
        rules.update(
            {name: target.strip() for name, target in zip(names, targets, strict=True) if name != "all others"}
        )
    return rules | {"choose_option": "action_clarify", "show_product": "action_show_product_detail"}


def _rules() -> dict[str, str]:
    rules: dict[str, str] = {}
    for path in (RASA / "data").glob("*.yml"):
        for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]:
            first, second = rule["steps"]
            assert first["intent"] not in rules, f"two rules for {first['intent']}"
            rules[first["intent"]] = second["action"]
    return rules


def _domain(key: str) -> list[object]:
    found: list[object] = []
    for path in (RASA / "domain").glob("*.yml"):
        found += yaml.safe_load(path.read_text("utf-8")).get(key) or []
    return found


def test_rules_are_the_ones_of_the_architecture() -> None:
    assert len(_documented()) == 48
    assert _rules() == _documented()


def test_domain_has_exactly_the_intents_with_rules_and_the_known_actions() -> None:
    intents = {next(iter(entry)) if isinstance(entry, dict) else entry for entry in _domain("intents")}
    assert intents == set(_rules())
    assert sorted(map(str, _domain("actions"))) == sorted(map(str, ActionName))


@pytest.mark.asyncio(loop_scope="session")
async def test_engine_calls_the_ruled_action_for_every_intent(shop: Shop) -> None:
    """A wrong or missing rule shows as another action or as silence; the loop's intents open a task instead."""
    for intent, action in _rules().items():
        if action == "action_service_task":
            continue
        assert await shop.engine.say(f"rule-{intent}", f"/{intent}") == [f"{action} answers"], intent


@pytest.mark.asyncio(loop_scope="session")
async def test_actions_get_message_metadata_models_extras_and_slots(shop: Shop) -> None:
    await shop.engine.say("extras", "hello", channel="telegram", customer_id="c-7", trace=True)
    entities = json.dumps({"product_id": "p1"})
    await shop.engine.say("extras", f"/show_product{entities}", customer_id="c-7")
    first, second = shop.recorder.turns[-2:]
    assert (first.channel, first.customer_id, first.trace, first.language) == ("telegram", "c-7", True, "en")
    assert first.categories == (("smartwatch", 0.8),)
    assert first.vector is not None
    assert first.vector.shape == (384,)
    assert second.entities[0].value == "p1"
    assert second.shopping == {"turns": 1}
    assert (second.answered, second.loop_active) == (False, False)


@pytest.mark.asyncio(loop_scope="session")
async def test_action_calls_stay_small_and_long_conversations_are_compacted(shop: Shop) -> None:
    for _ in range(40):
        await shop.engine.say("compact", "hello")
    tracker = await shop.engine.tracker("compact")
    assert tracker["slots"]["shopping"] == {"turns": 40}
    assert len(tracker["events"]) <= 70
    assert tracker["events"][1]["event"] == "session_started"


@pytest.mark.asyncio(loop_scope="session")
async def test_expired_session_forgets_slots_and_the_open_task(shop: Shop) -> None:
    await shop.engine.say("expired", "hello")
    await shop.engine.say("expired", "buy")
    await shop.engine.add_events(
        "expired",
        [{"event": "user", "text": "long ago", "timestamp": 1.0, "parse_data": {"intent": {"name": "greet"}}}],
    )
    assert await shop.engine.say("expired", "hello") == ["action_small_talk answers"]
    tracker = await shop.engine.tracker("expired")
    assert not tracker["active_loop"].get("name")
    assert (tracker["slots"]["tasks"], tracker["slots"]["shopping"]) == (None, {"turns": 1})
