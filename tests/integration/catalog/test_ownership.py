"""One owner of a conversation at every moment, whatever is asked in whatever order and wherever a process dies."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.errors import NotFoundError, NotOwnerError
from catalog.migrations import upgrade
from catalog.models import Agent, Conversation, ConversationStatus, Direction, Message, OwnershipChange
from catalog.repositories import ownership as owners
from catalog.repositories.conversations import NewMessage, append_messages, open_conversation
from catalog.session import Database

BOT, QUEUED, HUMAN, CLOSED = (
    ConversationStatus.BOT,
    ConversationStatus.QUEUED,
    ConversationStatus.HUMAN,
    ConversationStatus.CLOSED,
)
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
TALKS = ("a", "b")


def add_agents(session: Session) -> None:
    """Add agents 1 and 2, and the conversations."""
    session.add_all(Agent(id=i, login=f"agent{i}", name=f"Agent {i}", password_hash="-") for i in (1, 2))
    session.flush()
    for talk in TALKS:
        open_conversation(session, talk, channel="web")


@pytest.fixture
def desk(database: Database) -> Database:
    """Give a shop with two agents and two conversations."""
    with database.session() as session:
        add_agents(session)
    return database


def test_conversation_goes_from_bot_to_queue_to_person_and_back(desk: Database) -> None:
    with desk.session() as session:
        waits = owners.ask_for_person(session, "a", reason="asked", now=NOW)
        assert (waits.status, waits.waiting_since, waits.reason) == (QUEUED, NOW, "asked")
        assert owners.place_in_queue(session, "a") == 1
        held = owners.take(session, "a", 1, now=NOW, lease=LEASE)
        assert (held.status, held.agent_id, held.lease_until) == (HUMAN, 1, NOW + LEASE)
        with pytest.raises(NotOwnerError):
            owners.take(session, "a", 2, now=NOW, lease=LEASE)
        with pytest.raises(NotOwnerError):
            owners.hand_back(session, "a", 2, now=NOW)
        back = owners.hand_back(session, "a", 1, now=NOW)
        assert (back.status, back.agent_id, back.waiting_since) == (BOT, None, None)
        assert owners.place_in_queue(session, "a") is None


def test_agent_who_vanishes_loses_the_conversation_to_its_place_in_the_queue(desk: Database) -> None:
    with desk.session() as session:
        owners.ask_for_person(session, "a", reason="asked", now=NOW)
        owners.take(session, "a", 1, now=NOW, lease=LEASE)
        owners.ask_for_person(session, "b", reason="asked", now=NOW + LEASE)
        assert owners.renew(session, 1, now=NOW + LEASE / 2, lease=LEASE) == 1
        assert owners.expire(session, now=NOW + LEASE) == []

        (late,) = owners.expire(session, now=NOW + 2 * LEASE)

        assert (late.conversation_id, late.status, late.waiting_since) == ("a", QUEUED, NOW)
        assert [owners.place_in_queue(session, talk) for talk in TALKS] == [1, 2]
        assert owners.renew(session, 1, now=NOW + 2 * LEASE, lease=LEASE) == 0


def test_transfer_close_and_reopen_are_written_down_with_who_did_it(desk: Database) -> None:
    with desk.session() as session:
        owners.ask_for_person(session, "a", reason="two_failures", now=NOW)
        owners.take(session, "a", 1, now=NOW, lease=LEASE)
        owners.assign(session, "a", 2, by=1, now=NOW, lease=LEASE)
        owners.close(session, "a", 2, now=NOW)
        owners.reopen(session, "a", now=NOW)
        rows = session.scalars(select(OwnershipChange).order_by(OwnershipChange.version)).all()
    assert [(row.version, row.before, row.after, row.agent_id, row.reason) for row in rows] == [
        (1, BOT, QUEUED, None, "two_failures"),
        (2, QUEUED, HUMAN, 1, "taken"),
        (3, HUMAN, HUMAN, 1, "assigned"),
        (4, HUMAN, CLOSED, 2, "closed"),
        (5, CLOSED, BOT, None, "reopened"),
    ]


def test_only_the_owner_speaks_and_the_shopper_always(desk: Database) -> None:
    bot = NewMessage("a", Direction.BOT, "hello")
    agent = NewMessage("a", Direction.AGENT, "hello", agent_id=1)
    shopper = NewMessage("a", Direction.SHOPPER, "hello")
    with desk.session() as session:
        with pytest.raises(NotOwnerError):
            append_messages(session, [agent])
        owners.ask_for_person(session, "a", reason="asked", now=NOW)
        with pytest.raises(NotOwnerError):
            append_messages(session, [bot])
        assert append_messages(session, [NewMessage("a", Direction.BOT, "you wait", notice=True)])[0].seq == 1
        owners.take(session, "a", 1, now=datetime.now(UTC), lease=LEASE)
        assert append_messages(session, [agent])[0].status is HUMAN
        owners.hand_back(session, "a", 1, now=NOW)
        with pytest.raises(NotOwnerError):
            append_messages(session, [agent])
        assert [kept.seq for kept in append_messages(session, [bot, shopper])] == [3, 4]


def test_agent_whose_lease_has_run_out_is_not_heard(desk: Database) -> None:
    with desk.session() as session:
        owners.ask_for_person(session, "a", reason="asked", now=NOW)
        owners.take(session, "a", 1, now=datetime.now(UTC) - 2 * LEASE, lease=LEASE)
        with pytest.raises(NotOwnerError):
            append_messages(session, [NewMessage("a", Direction.AGENT, "still here", agent_id=1)])


def test_unknown_conversation_is_named(desk: Database) -> None:
    with desk.session() as session, pytest.raises(NotFoundError, match="nowhere"):
        owners.ask_for_person(session, "nowhere", reason="asked", now=NOW)


class CrashError(Exception):
    """The process dies."""


class Desk(RuleBasedStateMachine):
    """Two processes on one database; what commits is compared with a model, what crashes leaves no trace."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        address = f"sqlite:///{Path(self._folder.name) / 'shop.db'}"
        self.processes = [Database(address, threads=1) for _ in range(2)]
        upgrade(self.processes[0])
        with self.processes[0].session() as session:
            add_agents(session)
        self.now = datetime.now(UTC)
        self.said: dict[str, list[str]] = {talk: [] for talk in TALKS}

    def teardown(self) -> None:
        """Close both."""
        for process in self.processes:
            process.close()
        self._folder.cleanup()

    @contextmanager
    def _transaction(self, process: int, *, crash: bool) -> Iterator[Session]:
        with suppress(CrashError), self.processes[process].session() as session:
            yield session
            if crash:
                raise CrashError

    def _change(self, process: int, crash: bool, change: Callable[[Session], Any]) -> None:
        with suppress(NotOwnerError), self._transaction(process, crash=crash) as session:
            change(session)

    @rule(process=st.integers(0, 1), crash=st.booleans(), talk=st.sampled_from(TALKS), agent=st.integers(1, 2),
          what=st.sampled_from(["ask", "take", "assign", "hand_back", "close", "stop", "reopen"]))  # fmt: skip
    def change(self, process: int, crash: bool, talk: str, agent: int, what: str) -> None:
        """Somebody asks for a change of owner."""
        now = self.now
        self._change(process, crash, {
            "ask": lambda s: owners.ask_for_person(s, talk, reason="asked", now=now),
            "take": lambda s: owners.take(s, talk, agent, now=now, lease=LEASE),
            "assign": lambda s: owners.assign(s, talk, agent, by=3 - agent, now=now, lease=LEASE),
            "hand_back": lambda s: owners.hand_back(s, talk, agent, now=now),
            "close": lambda s: owners.close(s, talk, agent, now=now),
            "stop": lambda s: owners.stop_waiting(s, talk, now=now),
            "reopen": lambda s: owners.reopen(s, talk, now=now),
        }[what])  # fmt: skip

    @rule(process=st.integers(0, 1), crash=st.booleans(), agent=st.integers(1, 2), seconds=st.integers(0, 90))
    def time_passes(self, process: int, crash: bool, agent: int, seconds: int) -> None:
        """A lease is renewed, or runs out."""
        self.now += timedelta(seconds=seconds)
        self._change(process, crash, lambda s: owners.renew(s, agent, now=self.now, lease=LEASE))
        self._change(process, crash, lambda s: owners.expire(s, now=self.now))

    @rule(process=st.integers(0, 1), crash=st.booleans(), talk=st.sampled_from(TALKS),
          who=st.sampled_from(Direction), agent=st.integers(1, 2))  # fmt: skip
    def speak(self, process: int, crash: bool, talk: str, who: Direction, agent: int) -> None:
        """Somebody says something, whether they may or not; it is repeated as by an impatient client."""
        text = f"{who} {len(self.said[talk])}"
        message = NewMessage(talk, who, text, client_message_id=f"{process}-{text}", agent_id=agent)
        try:
            with self._transaction(process, crash=crash) as session:
                before = session.get_one(Conversation, talk)
                owner, held_by = before.status, before.agent_id
                kept = append_messages(session, [message, message])
                assert kept[1].repeated
        except NotOwnerError:
            assert who is not Direction.SHOPPER
            return
        assert (
            who is Direction.SHOPPER
            or (owner, held_by)
            == {
                Direction.BOT: (BOT, None),
                Direction.AGENT: (HUMAN, agent),
            }[who]
        ), "two speakers"
        if not crash:
            self.said[talk].append(text)

    @invariant()
    def one_owner(self) -> None:
        """A person has it with a lease, or nobody has one; the history of owners has no gap."""
        with self.processes[0].reading() as session:
            for talk in TALKS:
                row = session.get_one(Conversation, talk)
                assert (row.status is HUMAN) == (row.agent_id is not None) == (row.lease_until is not None)
                assert (row.status in (QUEUED, HUMAN)) == (row.waiting_since is not None)
                steps = session.scalars(
                    select(OwnershipChange)
                    .where(OwnershipChange.conversation_id == talk)
                    .order_by(OwnershipChange.version)
                ).all()
                assert [step.version for step in steps] == list(range(1, row.version + 1))
                path = [BOT, *(step.after for step in steps)]
                assert [step.before for step in steps] == path[:-1]
                assert row.status is path[-1]

    @invariant()
    def nothing_lost_doubled_or_out_of_order(self) -> None:
        """What was committed is there, once, in its order."""
        with self.processes[1].reading() as session:
            for talk in TALKS:
                rows = session.scalars(
                    select(Message).where(Message.conversation_id == talk).order_by(Message.seq)
                ).all()
                assert [row.text for row in rows] == self.said[talk]
                assert [row.seq for row in rows] == list(range(1, len(rows) + 1))


TestDesk = Desk.TestCase
TestDesk.settings = settings(
    max_examples=int(os.environ.get("OWNERSHIP_RUNS", "40")), stateful_step_count=25, deadline=None
)
