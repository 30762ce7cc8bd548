import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from rasa_sdk import Action
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.app import create_app
from actions.settings import ActionSettings

TRACKER = {"sender_id": "s", "slots": {}, "latest_message": {}, "events": [], "paused": False, "active_loop": {}}


class _Scripted(Action):  # type: ignore[misc]
    def __init__(self, name: str, result: Any) -> None:
        self._name, self._result = name, result

    def name(self) -> str:
        return self._name

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> Any:
        if isinstance(self._result, Exception):
            raise self._result
        if self._result == "sleep":
            await asyncio.sleep(5)
        dispatcher.utter_message(json_message={"text": "hi"})
        return [{"event": "slot", "name": "shopping", "value": 1, "timestamp": None}]


ACTIONS = (
    _Scripted("action_good", None),
    _Scripted("action_rejecting", ActionExecutionRejection("action_rejecting", "not mine")),
    _Scripted("action_broken", RuntimeError("on purpose")),
    _Scripted("action_slow", "sleep"),
)


@pytest.fixture
async def client() -> AsyncIterator[TestClient[Any, Any]]:
    @asynccontextmanager
    async def running() -> AsyncIterator[Sequence[Action]]:
        yield ACTIONS

    app = create_app(ActionSettings(internal_token="t", action_timeout_s=0.2), running)
    async with TestClient(TestServer(app), headers={"Authorization": "Bearer t"}) as client:
        yield client


async def _call(client: TestClient[Any, Any], name: str) -> tuple[int, Any]:
    body = {"next_action": name, "tracker": TRACKER, "domain": {}, "sender_id": "s", "version": "3.6.21"}
    response = await client.post("/webhook", json=body)
    return response.status, await response.json(content_type=None) if response.status != 500 else None


async def test_action_answers_events_and_responses(client: TestClient[Any, Any]) -> None:
    status, body = await _call(client, "action_good")
    assert status == 200
    assert body["responses"][0]["custom"] == {"text": "hi"}
    assert body["events"] == [{"event": "slot", "name": "shopping", "value": 1, "timestamp": None}]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("action_rejecting", 400), ("action_none", 404), ("action_broken", 500), ("action_slow", 504)],
)
async def test_failures_have_the_status_that_rasa_expects(
    client: TestClient[Any, Any], name: str, expected: int
) -> None:
    status, body = await _call(client, name)
    assert status == expected
    assert body is None or body["action_name"] == name


@pytest.mark.parametrize("body", [b"not json", b"[]", b"{}", b'{"next_action": "action_good", "tracker": 3}'])
async def test_malformed_call_is_refused(client: TestClient[Any, Any], body: bytes) -> None:
    response = await client.post("/webhook", data=body)
    assert response.status == 400


async def test_webhook_asks_for_the_token_and_the_probes_do_not(client: TestClient[Any, Any]) -> None:
    refused = await client.post("/webhook", json={}, headers={"Authorization": "Bearer wrong"})
    assert refused.status == 401
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await client.get(path, headers={"Authorization": ""})).status == 200


async def test_metrics_count_what_came_of_each_call(client: TestClient[Any, Any]) -> None:
    for name in ("action_good", "action_rejecting", "action_broken", "action_slow", "action_none"):
        await _call(client, name)
    page = await (await client.get("/metrics")).text()
    for row in (
        'action="action_good",outcome="answered"',
        'action="action_rejecting",outcome="rejected"',
        'action="action_broken",outcome="error"',
        'action="action_slow",outcome="time_out"',
        'action="unknown",outcome="not_found"',
    ):
        assert f"shopkeeper_action_calls_total{{{row}}} 1.0" in page
