"""Who carries a conversation to Chatwoot: one process at a time, and whoever follows a dead one knows it."""

from datetime import UTC, datetime, timedelta

from catalog.repositories.chatwoot_links import Work, claim_link, links_due, note_link, release_link
from catalog.repositories.conversations import open_conversation
from catalog.repositories.ownership import ask_for_person, stop_waiting
from catalog.session import Database

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
LEASE = timedelta(seconds=60)


def claim(database: Database, worker: str, now: datetime) -> Work | None:
    with database.session() as session:
        return claim_link(session, "c", worker, now=now, lease=LEASE)


def due(database: Database, now: datetime) -> list[str]:
    with database.reading() as session:
        return links_due(session, now=now, stale=now - LEASE, limit=10)


def test_one_process_carries_a_conversation(database_url: str) -> None:
    with Database(database_url) as database:
        with database.session() as session:
            open_conversation(session, "c", channel="web")
        assert due(database, NOW) == []
        with database.session() as session:
            ask_for_person(session, "c", reason="requested", now=NOW)
        assert due(database, NOW) == ["c"]

        first = claim(database, "a", NOW)
        assert first is not None
        assert (first.with_desk, first.is_open_now, first.dropped, first.failures) == (True, False, False, 0)
        assert claim(database, "b", NOW) is None
        assert due(database, NOW) == []

        later = NOW + LEASE + timedelta(seconds=1)  # the first process is dead
        assert due(database, later) == ["c"]
        second = claim(database, "b", later)
        assert second is not None
        assert second.dropped
        with database.session() as session:
            assert not note_link(session, "c", "a", now=later, lease=LEASE, sent_seq=9)
            assert note_link(session, "c", "b", now=later, lease=LEASE, is_open=True, opened_for=NOW, checked_at=later)
            release_link(session, "c", "a", not_before=later + LEASE, failures=5)  # comes too late, changes nothing
            release_link(session, "c", "b", not_before=None, failures=0)
        assert due(database, later) == []
        assert due(database, later + 2 * LEASE) == ["c"]  # to be asked about
        third = claim(database, "a", later)
        assert third is not None
        assert (third.is_open_now, third.dropped, third.sent_seq) == (True, False, 0)
        with database.session() as session:
            release_link(session, "c", "a", not_before=later + LEASE, failures=2)
            stop_waiting(session, "c", now=later)
        assert due(database, later) == []  # not before
        assert claim(database, "b", later) is None
        assert due(database, later + 2 * LEASE) == ["c"]  # to be finished
        fourth = claim(database, "b", later + 2 * LEASE)
        assert fourth is not None
        assert (fourth.with_desk, fourth.is_open, fourth.is_open_now, fourth.failures) == (False, True, False, 2)
