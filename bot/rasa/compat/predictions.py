"""Rules that were matched before are not matched again."""

import copy
import time
from collections import OrderedDict
from typing import Any

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

MOST_REMEMBERED = 1_000
_WITHOUT_INFLUENCE = (SlotSet, BotUttered, DefinePrevUserUtteredFeaturization)


def situation(tracker: DialogueStateTracker) -> tuple[Any, ...] | None:
    """Return all that this project's rules look at: the intent, the loop, and what happened since the message.

    No slot influences them (`influence_conversation: false`), none begins with the conversation's start, and none is
    longer than a turn. None where an action asked for a follow-up or no message was sent yet: nothing is remembered.
    """
    if tracker.followup_action:
        return None
    since: list[tuple[str, str | None]] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            loop = tracker.active_loop
            state = (loop.name, loop.is_interrupted, loop.rejected) if loop else None
            return event.intent_name, state, tracker.latest_action_name, tuple(since)
        if not isinstance(event, _WITHOUT_INFLUENCE):
            name = event.action_name if isinstance(event, ActionExecuted | ActionExecutionRejected) else None
            since.append((event.type_name, name))
    return None


def _fresh(prediction: PolicyPrediction) -> PolicyPrediction:
    """Return a copy whose events happen now: trackers keep the events that they are given."""
    twin = copy.copy(prediction)
    twin.probabilities = list(prediction.probabilities)
    twin.events = [copy.copy(event) for event in prediction.events]
    now = time.time()
    for event in twin.events:
        event.timestamp = now
    return twin


def remember_predictions() -> None:
    """Rasa runs a task graph and compares all rules with the whole history, twice a turn: a third of its CPU."""
    original = MessageProcessor._predict_next_with_tracker

    def predict(self: MessageProcessor, tracker: DialogueStateTracker) -> PolicyPrediction:
        key = situation(tracker)
        if key is None:
            return original(self, tracker)
        remembered = self.__dict__.setdefault("_remembered_predictions", OrderedDict())
        if key not in remembered:
            remembered[key] = original(self, tracker)
            if len(remembered) > MOST_REMEMBERED:
                remembered.popitem(last=False)
        return _fresh(remembered[key])

    MessageProcessor._predict_next_with_tracker = predict
