import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import aiohttp
import jsonschema
import rasa
import rasa.core.actions.action as action_module
import rasa.core.agent
import rasa.core.processor as processor_module
from aiohttp import web
from aiohttp.test_utils import TestServer
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import UserMessage
from rasa.core.http_interpreter import RasaNLUHttpInterpreter
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

from bot.rasa.compat import patches
from bot.rasa.compat.tests.messages import said
from bot.rasa.compat.tracker_store import stored_form

DOMAIN = Domain.from_yaml(
    'version: "3.1"\nslots: {shopping: {type: any, influence_conversation: false, mappings: [{type: custom}]}}\n'
)
PATCHED = (
    (RemoteAction, "_validate_action_result"),
    (RemoteAction, "_action_call_format"),
    (RemoteAction, "run"),
    (EndpointConfig, "session"),
    (rasa.core.agent, "FailSafeTrackerStore"),
    (RasaNLUHttpInterpreter, "parse"),
    (action_module, "DEFAULT_REQUEST_TIMEOUT"),
    (DialogueStateTracker, "copy"),
    (processor_module, "copy"),
    (MessageProcessor, "_log_slots"),
    (MessageProcessor, "_check_for_unseen_features"),
    (MessageProcessor, "_predict_next_with_tracker"),
    (MessageProcessor, "run_action_extract_slots"),
    (Event, "resolve_by_type"),
    (action_module, "default_actions"),
)


class PatchesTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        for holder, name in PATCHED:
            restore = mock.patch.object(holder, name, getattr(holder, name))
            restore.start()
            self.addCleanup(restore.stop)
        self.action = RemoteAction("action_x", EndpointConfig("http://127.0.0.1:9/webhook"))

    def test_another_version_of_rasa_is_refused_in_words(self) -> None:
        with mock.patch.object(rasa, "__version__", "3.6.22"), self.assertRaises(patches.UnsupportedVersionError) as e:
            patches.apply_patches()
        self.assertIn("3.6.22", str(e.exception))
        self.assertIn("requirements.lock", str(e.exception))

    def test_result_is_checked_without_a_schema_and_refused_where_it_cannot_be_read(self) -> None:
        patches.apply_patches()
        good = {"events": [{"event": "slot", "name": "shopping", "value": 1, "timestamp": None}], "responses": []}
        bad: tuple[Any, ...] = (
            {"events": [{"event": "slot"}]},
            {"events": "none"},
            {"responses": ["text"]},
            {"events": [{}]},
            "text",
        )
        with mock.patch("jsonschema.validate", side_effect=AssertionError("a schema was compiled")):
            self.assertTrue(self.action._validate_action_result(good))
            for result in bad:
                with self.assertRaises(jsonschema.ValidationError):
                    self.action._validate_action_result(result)

    def test_action_gets_the_events_since_the_last_message_all_slots_and_an_empty_domain(self) -> None:
        patches.apply_patches()
        tracker = DialogueStateTracker("s", DOMAIN.slots)
        for n in range(50):
            tracker.update(said("greet", f"m{n}", extra=n))
            tracker.update(SlotSet("shopping", n))
            tracker.update(ActionExecuted("action_listen"))
        tracker.update(said("greet", "last", extra="kept"))
        tracker.update(ActionExecuted("action_y"))
        call = self.action._action_call_format(tracker, DOMAIN)
        self.assertEqual([event["event"] for event in call["tracker"]["events"]], ["user", "action"])
        self.assertEqual(call["tracker"]["slots"], {"shopping": 49, "session_started_metadata": None})
        self.assertEqual(call["tracker"]["latest_message"]["extra"], "kept")
        self.assertEqual(call["tracker"]["latest_action_name"], "action_y")
        self.assertEqual((call["next_action"], call["domain"]), ("action_x", {}))

    async def test_tracker_and_action_get_the_five_likeliest_categories(self) -> None:
        patches.apply_patches()
        categories = [{"slug": f"kind-{n}", "probability": 0.125} for n in range(8)]
        reading = {"text": "hi", "intent": {"name": "greet", "confidence": 1.0}, "entities": []}

        async def model_server(request: web.Request) -> web.Response:
            return web.json_response({**reading, "categories": categories})

        app = web.Application()
        app.router.add_post("/model/parse", model_server)
        async with TestServer(app) as server, aiohttp.ClientSession() as session:
            interpreter = RasaNLUHttpInterpreter(EndpointConfig(str(server.make_url(""))))
            await interpreter.session.close()
            interpreter.session = session
            parsed = await interpreter.parse(UserMessage("hi"))
        tracker = DialogueStateTracker("s", DOMAIN.slots)
        tracker.update(said("greet", "hi", **parsed))
        call = self.action._action_call_format(tracker, DOMAIN)
        self.assertEqual(call["tracker"]["latest_message"]["categories"], categories[:5])
        self.assertEqual(stored_form(tracker.events[-1])["parse_data"]["categories"], categories[:5])

    def test_copy_of_a_tracker_equals_a_replayed_one_and_shares_nothing_that_changes(self) -> None:
        tracker = DialogueStateTracker("s", DOMAIN.slots)
        for event in (
            said("greet", "hello"),
            ActionExecuted("action_x"),
            SlotSet("shopping", [1]),
            ActiveLoop("action_service_task"),
        ):
            tracker.update(event)
        replayed = tracker.copy()
        patches.apply_patches()
        copied = tracker.copy()
        self.assertEqual(copied.current_state(EventVerbosity.ALL), replayed.current_state(EventVerbosity.ALL))
        copied.update(SlotSet("shopping", [2]))
        copied.update(ActiveLoop(None))
        copied.update(ActionExecuted("action_listen"))
        self.assertEqual(tracker.current_state(EventVerbosity.ALL), replayed.current_state(EventVerbosity.ALL))

    def test_events_and_default_actions_are_looked_up_once_and_unknown_ones_are_still_refused(self) -> None:
        patches.apply_patches()
        self.assertIs(Event.resolve_by_type("slot"), SlotSet)
        with self.assertRaises(ValueError):
            Event.resolve_by_type("no such event")
        names = {action.name() for action in action_module.default_actions(None)}
        self.assertLessEqual({"action_listen", "action_session_start"}, names)
        self.assertIs(action_module.default_actions(None), action_module.default_actions(None))

    def test_no_slot_of_the_domain_is_filled_from_a_message(self) -> None:
        domain = Domain.load(str(Path(__file__).parents[2] / "domain"))
        for slot in domain.slots:
            self.assertTrue(all(m["type"] == "custom" and "action" not in m for m in slot.mappings), slot.name)

    def test_store_is_not_wrapped_in_one_that_hides_failures(self) -> None:
        patches.apply_patches()
        store = rasa.core.agent.Agent._create_tracker_store(InMemoryTrackerStore(DOMAIN), DOMAIN)
        self.assertIsInstance(store, InMemoryTrackerStore)

    async def test_action_calls_share_one_session_with_a_timeout_and_the_token(self) -> None:
        patches.apply_patches(token="t0ken")
        endpoint = EndpointConfig("http://127.0.0.1:9/webhook")
        async with endpoint.session() as first:
            pass
        async with endpoint.session() as second:
            self.assertIs(first, second)
            self.assertFalse(first.closed)
            self.assertEqual(first.headers["Authorization"], "Bearer t0ken")
            self.assertLessEqual(first.timeout.total or float("inf"), 12)
        await first.close()
        async with endpoint.session() as third:
            self.assertIsNot(first, third)
        await third.close()


if __name__ == "__main__":
    unittest.main()
