import sqlite3
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.rasa.compat import tracker_store
from bot.rasa.compat.tests.messages import said
from bot.rasa.compat.tracker_store import EventLogTrackerStore, compacted, stored_form

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet]
actions: [action_small_talk, action_service_task]
slots:
  shopping: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  tasks: {type: any, influence_conversation: false, mappings: [{type: custom}]}
"""
)


def begin(tracker: DialogueStateTracker) -> None:
    tracker.update_with_events([ActionExecuted("action_session_start"), SessionStarted()], DOMAIN)
    tracker.update(ActionExecuted("action_listen"))


def turn(tracker: DialogueStateTracker, number: int) -> None:
    tracker.update(said("greet", f"hi {number}", embedding="A" * 1024))
    tracker.update(ActionExecuted("action_small_talk"))
    tracker.update(SlotSet("shopping", {"turns": number}))
    tracker.update(BotUttered(None, {"custom": {"text": "hello", "cards": [{"title": "x" * 2000}]}}))
    tracker.update(ActionExecuted("action_listen"))


async def retrieved(store: EventLogTrackerStore, sender: str = "s") -> DialogueStateTracker:
    tracker = await store.retrieve(sender)
    assert tracker is not None, f"{sender} is not in the store"
    return tracker


def fewer_events(tracker: DialogueStateTracker) -> list[Event]:
    events = compacted(tracker)
    assert events is not None, "nothing was compacted"
    return events


def last_message(tracker: DialogueStateTracker) -> UserUttered:
    message = tracker.latest_message
    assert isinstance(message, UserUttered)
    return message


class TrackerStoreTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "tracker.db"
        self.store = self.opened()

    def opened(self) -> EventLogTrackerStore:
        store = EventLogTrackerStore(DOMAIN, path=str(self.path))
        self.addCleanup(store.close)
        return store

    async def talked(self, turns: int, sender: str = "s") -> DialogueStateTracker:
        tracker = await self.store.get_or_create_tracker(sender, append_action_listen=False)
        begin(tracker)
        for number in range(1, turns + 1):
            turn(tracker, number)
            await self.store.save(tracker)
            tracker = await self.store.get_or_create_tracker(sender)
        return tracker

    async def test_another_store_reads_the_same_conversation(self) -> None:
        tracker = await self.talked(3)
        tracker.update(ActiveLoop("action_service_task"))
        await self.store.save(tracker)
        again = await retrieved(self.opened())
        self.assertEqual(
            [(type(e), e.timestamp) for e in again.events], [(type(e), e.timestamp) for e in tracker.events]
        )
        self.assertEqual(again.get_slot("shopping"), {"turns": 3})
        self.assertEqual(again.active_loop_name, "action_service_task")
        self.assertEqual(last_message(again).text, "hi 3")

    async def test_unknown_conversation_is_none(self) -> None:
        self.assertIsNone(await self.store.retrieve("nobody"))

    async def test_save_appends_only_what_is_new(self) -> None:
        tracker = await self.talked(2)
        before = len(tracker.events)
        turn(tracker, 3)
        with mock.patch.object(self.store._log, "append", wraps=self.store._log.append) as append:
            await self.store.save(tracker)
        (sender, first, bodies), options = append.call_args
        self.assertEqual((sender, first, len(bodies), options["replace"]), ("s", before, 5, False))

    async def test_long_conversation_is_compacted_and_keeps_slots_loop_pause_and_four_turns(self) -> None:
        tracker = await self.talked(30)
        for event in (
            SlotSet("tasks", [{"task": "checkout"}]),
            ActiveLoop("action_service_task"),
            ConversationPaused(),
        ):
            tracker.update(event)
        await self.store.save(tracker)
        for number in range(31, 44):
            tracker = await self.store.get_or_create_tracker("s")
            turn(tracker, number)
            await self.store.save(tracker)
            self.assertLessEqual(len((await retrieved(self.opened())).events), 60)
        for kept in (await retrieved(self.store), await retrieved(self.opened())):
            self.assertEqual(kept.get_slot("shopping"), {"turns": 43})
            self.assertEqual(kept.get_slot("tasks"), [{"task": "checkout"}])
            self.assertEqual(kept.active_loop_name, "action_service_task")
            self.assertTrue(kept.is_paused())
            self.assertGreaterEqual(len([e for e in kept.events if isinstance(e, UserUttered)]), 4)
            self.assertIsInstance(kept.events[1], SessionStarted)

    async def test_expired_slots_are_not_brought_back_by_compacting(self) -> None:
        tracker = await self.talked(5)
        tracker.update_with_events(
            [SlotSet("tasks", [{"task": "checkout"}]), ActiveLoop("action_service_task")], DOMAIN
        )
        begin(tracker)
        for number in range(8):
            turn(tracker, 100 + number)
        fewer = fewer_events(tracker)
        self.assertFalse(any(isinstance(event, ActiveLoop) for event in fewer))
        names = [event.key for event in fewer if isinstance(event, SlotSet)]
        self.assertNotIn("tasks", names)

    async def test_failed_save_raises_and_is_forgotten(self) -> None:
        tracker = await self.talked(1)
        turn(tracker, 2)
        full = mock.patch.object(self.store._log, "append", side_effect=sqlite3.OperationalError("disk full"))
        with full, self.assertRaises(sqlite3.OperationalError):
            await self.store.save(tracker)
        self.assertEqual((await retrieved(self.store)).get_slot("shopping"), {"turns": 1})

    async def test_turn_that_was_never_saved_is_forgotten(self) -> None:
        tracker = await self.talked(1)
        tracker.update(UserUttered("lost", {"name": "greet"}))
        self.assertEqual(last_message(await retrieved(self.store)).text, "hi 1")

    async def test_live_trackers_are_bounded_and_evicted_ones_come_back(self) -> None:
        with mock.patch.object(tracker_store, "MOST_LIVE", 3):
            for n in range(10):
                await self.talked(1, sender=f"s{n}")
            self.assertEqual(len(self.store._live), 3)
            self.assertEqual((await retrieved(self.store, "s0")).get_slot("shopping"), {"turns": 1})
            self.assertEqual(sorted(await self.store.keys()), sorted(f"s{n}" for n in range(10)))

    async def test_embedding_and_cards_are_not_written(self) -> None:
        tracker = await self.talked(1)
        self.assertIn("embedding", last_message(tracker).parse_data)
        written = str([stored_form(event) for event in tracker.events])
        self.assertNotIn("embedding", written)
        self.assertNotIn("cards", written)
        self.assertIn("'text': 'hello'", written)

    async def test_session_start_time_of_a_compacted_conversation_is_not_now(self) -> None:
        tracker = await self.talked(0)
        old = time.time() - 7200
        for number in range(14):
            turn(tracker, number)
        for event in tracker.events:
            event.timestamp = old
        self.assertTrue(all(event.timestamp == old for event in fewer_events(tracker)))


if __name__ == "__main__":
    unittest.main()
