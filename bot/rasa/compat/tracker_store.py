"""A tracker store that keeps live trackers in memory and appends only what is new to a log."""

from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
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
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.rasa.compat.event_log import EventBody, EventLog

MOST_LIVE = 500
COMPACT_ABOVE = 60
TURNS_KEPT = 4


class _Live(NamedTuple):
    tracker: DialogueStateTracker
    saved: int
    next_seq: int


def stored_form(event: Event) -> EventBody:
    """Return an event as the log keeps it: without a message's embedding and without cards; nobody asks for them again.

    The gateway keeps what was shown.
    """
    body: EventBody = event.as_dict()
    if isinstance(event, UserUttered) and "embedding" in (body.get("parse_data") or {}):
        body["parse_data"] = {k: v for k, v in body["parse_data"].items() if k != "embedding"}
    elif isinstance(event, BotUttered) and isinstance((body.get("data") or {}).get("custom"), dict):
        body["data"] = {**body["data"], "custom": {"text": body["data"]["custom"].get("text")}}
    return body


def compacted(tracker: DialogueStateTracker) -> list[Event] | None:
    """Return fewer events with the same effect, or None where there is nothing to save.

    Kept: a session's start, the slots and the open loop as they were before the last four turns, and those turns.
    """
    events = list(tracker.events)
    turns = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(events) <= COMPACT_ABOVE or len(turns) <= TURNS_KEPT:
        return None
    cut = turns[-TURNS_KEPT]
    before = DialogueStateTracker.from_events(tracker.sender_id, events[:cut], list(tracker.slots.values()))
    kept: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    kept += [SlotSet(name, slot.value) for name, slot in before.slots.items() if slot.value is not None]
    if before.active_loop_name is not None:
        kept.append(ActiveLoop(before.active_loop_name))
    if before.is_paused():
        kept.append(ConversationPaused())
    kept.append(ActionExecuted(ACTION_LISTEN_NAME))
    started = events[cut].timestamp
    for event in kept:
        event.timestamp = started
    return kept + events[cut:]


class EventLogTrackerStore(TrackerStore):
    """See the module; `path` is the SQLite file of the log."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        path: str = "tracker.db",
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._log = EventLog(Path(path))
        self._live: OrderedDict[str, _Live] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the events that are new; returns when they are on the disk.

        Raises:
            sqlite3.Error: they could not be written; the turn then fails instead of being forgotten later.
        """
        live = self._live.get(tracker.sender_id)
        known = live is not None and live.tracker is tracker
        saved, next_seq = (live.saved, live.next_seq) if known and live is not None else (0, 0)
        fewer = compacted(tracker)
        if fewer is not None:
            tracker = DialogueStateTracker.from_events(tracker.sender_id, fewer, self.domain.slots)
            events, replace, next_seq = fewer, True, 0
        else:
            events, replace = list(tracker.events)[saved:], not known
        if events:
            self._live.pop(tracker.sender_id, None)
            await self._log.append(tracker.sender_id, next_seq, [stored_form(e) for e in events], replace=replace)
        self._remember(tracker, next_seq + len(events))

    def _remember(self, tracker: DialogueStateTracker, next_seq: int) -> None:
        self._live[tracker.sender_id] = _Live(tracker, len(tracker.events), next_seq)
        self._live.move_to_end(tracker.sender_id)
        while len(self._live) > MOST_LIVE:
            self._live.popitem(last=False)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the live tracker, or the one in the log; a live one that holds unsaved events is a failed turn's."""
        live = self._live.get(sender_id)
        if live is not None and len(live.tracker.events) == live.saved:
            self._live.move_to_end(sender_id)
            return live.tracker
        bodies = self._log.read(sender_id)
        if not bodies:
            return None
        tracker = DialogueStateTracker.from_events(sender_id, deserialise_events(bodies), self.domain.slots)
        self._remember(tracker, len(bodies))
        return tracker

    async def keys(self) -> Iterable[str]:
        """Return the ids of all conversations."""
        return self._log.senders()

    def close(self) -> None:
        """Write what waits, then close the log."""
        self._log.close()
