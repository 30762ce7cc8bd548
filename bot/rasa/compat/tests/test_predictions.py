import unittest
from types import SimpleNamespace
from typing import Any
from unittest import mock

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    FollowupAction,
    SlotSet,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.rasa.compat.predictions import remember_predictions, situation
from bot.rasa.compat.tests.messages import said

LISTEN = ActionExecuted("action_listen")
LOOP = "action_service_task"


def tracker_of(*events: Event) -> DialogueStateTracker:
    tracker = DialogueStateTracker("s", [])
    for event in (LISTEN, *events):
        tracker.update(event)
    return tracker


class PredictionsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.asked: list[DialogueStateTracker] = []

        def original(processor: MessageProcessor, tracker: DialogueStateTracker) -> PolicyPrediction:
            self.asked.append(tracker)
            return PolicyPrediction([0.0, 1.0], "RulePolicy", events=[DefinePrevUserUtteredFeaturization(False)])

        patch = mock.patch.object(MessageProcessor, "_predict_next_with_tracker", original)
        patch.start()
        self.addCleanup(patch.stop)
        remember_predictions()
        self.processor: Any = SimpleNamespace()

    def predict(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        return MessageProcessor._predict_next_with_tracker(self.processor, tracker)

    def test_same_situation_is_asked_once_whatever_came_before(self) -> None:
        first = self.predict(tracker_of(said("greet")))
        again = self.predict(tracker_of(said("deny"), ActionExecuted("action_small_talk"), LISTEN, said("greet", "hi")))
        self.assertEqual(len(self.asked), 1)
        self.assertEqual(again.probabilities, first.probabilities)

    def test_trackers_never_share_an_event_or_the_probabilities(self) -> None:
        first, again = (self.predict(tracker_of(said("greet"))) for _ in range(2))
        self.assertIsNot(first.events[0], again.events[0])
        self.assertGreaterEqual(again.events[0].timestamp, first.events[0].timestamp)
        first.probabilities[0] = 9.0
        self.assertEqual(self.predict(tracker_of(said("greet"))).probabilities[0], 0.0)

    def test_situations_differ_by_intent_loop_rejection_and_what_was_done(self) -> None:
        situations = [
            situation(tracker_of(said("greet"))),
            situation(tracker_of(said("deny"))),
            situation(tracker_of(said("greet"), ActionExecuted("action_small_talk"))),
            situation(tracker_of(said("greet"), ActionExecuted("action_clarify"))),
            situation(tracker_of(ActiveLoop(LOOP), said("greet"))),
            situation(tracker_of(ActiveLoop(LOOP), said("greet"), ActionExecutionRejected(LOOP))),
            situation(tracker_of(ActiveLoop(LOOP), said("greet"), ActionExecuted(LOOP))),
            situation(tracker_of(said("greet"), ActionExecuted(LOOP), ActiveLoop(LOOP))),
        ]
        self.assertEqual(len(set(situations)), len(situations))

    def test_slots_and_replies_are_no_part_of_a_situation(self) -> None:
        bare = tracker_of(said("greet"), ActionExecuted("action_small_talk"))
        told = tracker_of(said("greet"), ActionExecuted("action_small_talk"), BotUttered("hello"), SlotSet("x", 1))
        self.assertEqual(situation(bare), situation(told))

    def test_follow_up_and_silence_are_never_remembered(self) -> None:
        self.assertIsNone(situation(tracker_of(said("greet"), FollowupAction("action_clarify"))))
        self.assertIsNone(situation(DialogueStateTracker("s", [])))


if __name__ == "__main__":
    unittest.main()
