"""The patches: each says what Rasa does without it. They fit one version, and refuse any other."""

import asyncio
import copy
import logging
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import aiohttp
import jsonschema
import rasa
import rasa.core.actions.action as action_module
import rasa.core.agent as agent_module
import rasa.core.processor as processor_module
import rasa.utils.endpoints as endpoints_module
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.http_interpreter import RasaNLUHttpInterpreter
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.rasa.compat.channel import TurnOutput
from bot.rasa.compat.predictions import remember_predictions

SUPPORTED = "3.6.21"
PARSE_TIMEOUT_S = 3.0
ACTION_TIMEOUT_S = 12
MOST_CATEGORIES = 5
UNREADABLE: dict[str, Any] = {
    "intent": {"name": "nlu_fallback", "confidence": 0.0},
    "intent_ranking": [],
    "entities": [],
    "failure": "models",
}
logger = logging.getLogger(__name__)


class UnsupportedVersionError(RuntimeError):
    """These patches were written for another version of Rasa."""


def apply_patches(token: str = "") -> None:
    """Patch this process.

    Args:
        token: sent as a bearer token to the action server and the model server; none where empty.

    Raises:
        UnsupportedVersionError: Rasa is not the version that the patches fit.
    """
    if rasa.__version__ != SUPPORTED:
        raise UnsupportedVersionError(
            f"the patches in bot/rasa/compat fit Rasa {SUPPORTED}, and this is {rasa.__version__}: "
            "install bot/rasa/requirements.lock, or look at each patch anew"
        )
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    _check_shape()
    _copy_without_replay()
    _debug_nothing()
    _look_up_once()
    _extract_nothing()
    remember_predictions()
    _send_little()
    _fail_loudly()
    _mark_failures()
    _pool_action_sessions(headers)
    _bound_parsing(headers)


def _stand_in(holder: object, name: str, value: object) -> None:
    """Put something of another type, which does as much as Rasa asks of it, in the place of what `holder` has.

    Raises:
        AttributeError: it has nothing of that name, so nothing would change.
    """
    getattr(holder, name)
    setattr(holder, name, value)


def _check_shape() -> None:
    """Rasa compiles the JSON schema of an action's result for every call, and walks it: most of the CPU of a turn.

    Checked instead is what makes a result readable; what is in an event, Rasa's own reading of events checks after it.
    """

    def validate(self: RemoteAction, result: object) -> bool:
        if not isinstance(result, dict):
            raise jsonschema.ValidationError(f"{self.name()} returned no object")
        for event in _rows(self, result, "events"):
            if not isinstance(event.get("event"), str) or (event["event"] == "slot" and "name" not in event):
                raise jsonschema.ValidationError(f"{self.name()} returned an event without its name: {event}")
        _rows(self, result, "responses")
        return True

    RemoteAction._validate_action_result = validate


def _rows(action: RemoteAction, result: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = result.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise jsonschema.ValidationError(f"{action.name()} returned {name} that are no list of objects")
    return rows


def _copy_without_replay() -> None:
    """Rasa copies a tracker for every action by replaying all its events."""

    def copied(self: DialogueStateTracker) -> DialogueStateTracker:
        twin = copy.copy(self)
        twin.events = copy.copy(self.events)
        twin.slots = {name: copy.copy(slot) for name, slot in self.slots.items()}
        twin.active_loop = copy.copy(self.active_loop)
        twin.latest_action = copy.copy(self.latest_action)
        return twin

    DialogueStateTracker.copy = copied


def _debug_nothing() -> None:
    """Rasa deep-copies messages and events for debug lines that nobody reads, and looks for unknown intents in vain."""
    _stand_in(processor_module, "copy", SimpleNamespace(deepcopy=lambda value: value))
    processor_module.MessageProcessor._log_slots = staticmethod(lambda tracker: None)
    processor_module.MessageProcessor._check_for_unseen_features = lambda self, parse_data: None


def _look_up_once() -> None:
    """Rasa lists all classes of events anew for every event, and makes all its default actions for every action."""
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))
    make = action_module.default_actions
    made: dict[int, list[Any]] = {}

    def default_actions(action_endpoint: Any = None) -> list[Any]:
        key = id(action_endpoint)
        if key not in made:
            made[key] = make(action_endpoint)
        return made[key]

    action_module.default_actions = default_actions


def _extract_nothing() -> None:
    """Rasa looks for slots to fill after every message; this project's slots are filled by its actions alone."""

    async def run(self: Any, output_channel: Any, tracker: DialogueStateTracker) -> DialogueStateTracker:
        return tracker

    processor_module.MessageProcessor.run_action_extract_slots = run


def _send_little() -> None:
    """Rasa posts every event since the beginning and the whole domain with each action call.

    Sent instead: the events since the last user message, all slots, and an empty domain (without that the SDK fails).
    """

    def call_format(self: RemoteAction, tracker: Any, domain: Any) -> dict[str, Any]:
        recent = []
        for event in reversed(tracker.events):
            recent.append(event.as_dict())
            if isinstance(event, UserUttered):
                recent[-1] = {**recent[-1], "parse_data": {}}
                break
        state = tracker.current_state(EventVerbosity.NONE)
        state["events"] = recent[::-1]
        return {
            "next_action": self.name(),
            "sender_id": tracker.sender_id,
            "tracker": state,
            "version": rasa.__version__,
            "domain": {},
        }

    RemoteAction._action_call_format = call_format


def _fail_loudly() -> None:
    """Rasa answers although saving the conversation failed, and forgets it; without the wrapper the turn fails."""
    _stand_in(agent_module, "FailSafeTrackerStore", lambda store: store)


def _mark_failures() -> None:
    """Rasa logs an action that failed, and goes on with an empty reply; marked, the channel can answer an error."""
    original = RemoteAction.run

    async def run(self: RemoteAction, output_channel: Any, nlg: Any, tracker: Any, domain: Any) -> list[Event]:
        answered = False
        try:
            events = await original(self, output_channel, nlg, tracker, domain)
            answered = True
            return events
        except ActionExecutionRejection:
            answered = True
            raise
        finally:
            if not answered and isinstance(output_channel, TurnOutput):
                output_channel.failed_action = self.name()

    RemoteAction.run = run


class _Borrowed:
    """Lends the shared session to an `async with` that would close a session of its own."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._session

    async def __aexit__(self, *_: Any) -> None:
        return None


def _pool_action_sessions(headers: dict[str, str]) -> None:
    """Rasa opens a session, and so a connection, for each action call, and waits 300 s for it."""
    pool: dict[int, aiohttp.ClientSession] = {}

    def session(self: endpoints_module.EndpointConfig) -> _Borrowed:
        key = id(asyncio.get_running_loop())
        if key not in pool or pool[key].closed:
            timeout = aiohttp.ClientTimeout(total=ACTION_TIMEOUT_S, connect=2)
            pool[key] = aiohttp.ClientSession(headers=headers, timeout=timeout)
        return _Borrowed(pool[key])

    _stand_in(endpoints_module.EndpointConfig, "session", session)
    action_module.DEFAULT_REQUEST_TIMEOUT = ACTION_TIMEOUT_S


def _bound_parsing(headers: dict[str, str]) -> None:
    """Rasa waits 300 s for the model server and answers an empty intent, for which there is no rule: silence.

    Of the categories, which the model server sends all, the tracker and the actions get the five likeliest.
    """
    timeout = aiohttp.ClientTimeout(total=PARSE_TIMEOUT_S, connect=1)

    async def parse(self: RasaNLUHttpInterpreter, message: Any) -> dict[str, Any]:
        url = f"{(self.endpoint_config.url or '').rstrip('/')}/model/parse"
        body = {"text": message.text, "message_id": message.sender_id}
        try:
            async with self.session.post(url, json=body, headers=headers, timeout=timeout) as response:
                parsed = await response.json()
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            logger.error("the model server cannot be asked: %r", error)
            return {**UNREADABLE, "text": message.text}
        if response.status != 200 or not isinstance(parsed, dict) or not {"intent", "entities"} <= parsed.keys():
            logger.error("the model server answered %s without intent and entities", response.status)
            return {**UNREADABLE, "text": message.text}
        if isinstance(parsed.get("categories"), list):
            parsed["categories"] = parsed["categories"][:MOST_CATEGORIES]
        return parsed

    RasaNLUHttpInterpreter.parse = parse
