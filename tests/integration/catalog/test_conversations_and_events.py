"""Messages are numbered without gaps or doubles; events are appended and read."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from catalog.errors import NotFoundError
from catalog.models import ConversationStatus, Direction, EventKind
from catalog.repositories.conversations import (
    NewMessage,
    append_messages,
    change_conversation,
    get_conversation,
    message_history,
    open_conversation,
)
from catalog.repositories.events import NewEvent, append_events, bought_together, popular_products, shopper_history
from catalog.session import Database


def _say(text: str, client_id: str | None = None, conversation: str = "talk") -> NewMessage:
    return NewMessage(conversation, Direction.SHOPPER, text, client_message_id=client_id)


@pytest.fixture
def talk(database: Database) -> Database:
    with database.session() as session:
        open_conversation(session, "talk", channel="web", session_id="s1", language="zh")
        open_conversation(session, "other", channel="api")
    return database


def test_messages_of_many_conversations_are_kept_in_one_go(talk: Database) -> None:
    with talk.session() as session:
        kept = append_messages(session, [_say("一"), _say("x", conversation="other"), _say("二")])
        assert [(m.conversation_id, m.seq) for m in kept] == [("talk", 1), ("other", 1), ("talk", 2)]
        reply = NewMessage("talk", Direction.BOT, "好", payload={"cards": [], "text": "好"})
        assert append_messages(session, [reply])[0].seq == 3
    with talk.reading() as session:
        history = message_history(session, "talk")
        assert [m.text for m in history] == ["一", "二", "好"]
        assert history[2].payload == {"cards": [], "text": "好"}
        assert [m.text for m in message_history(session, "talk", after_seq=1)] == ["二", "好"]
        assert [m.text for m in message_history(session, "talk", limit=2)] == ["二", "好"]
        assert [m.text for m in message_history(session, "talk", limit=2, newest=False)] == ["一", "二"]


def test_a_message_sent_again_is_kept_once(talk: Database) -> None:
    with talk.session() as session:
        first = append_messages(session, [_say("hi", "c1"), _say("hi", "c1")])
        assert [(m.seq, m.repeated) for m in first] == [(1, False), (1, True)]
        again = append_messages(session, [_say("hi", "c1"), _say("more", "c2"), _say("hi", "c1", "other")])
        assert [(m.seq, m.repeated) for m in again] == [(1, True), (2, False), (1, False)]
        assert len(message_history(session, "talk")) == 2


def test_sequences_have_no_gaps_under_concurrent_writers(talk: Database) -> None:
    def write(name: str) -> None:
        for number in range(10):
            with talk.session() as session:
                append_messages(session, [_say(f"{name}{number}", f"{name}{number}")])

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with talk.reading() as session:
        assert [m.seq for m in message_history(session, "talk")] == list(range(1, 31))


def test_a_conversation_is_opened_once_and_changed_by_name(talk: Database) -> None:
    with talk.session() as session:
        again = open_conversation(session, "talk", channel="telegram", session_id="thief")
        assert (again.channel, again.session_id) == ("web", "s1")
        changed = change_conversation(session, "talk", status=ConversationStatus.QUEUED, language="en")
        assert (changed.status, changed.language) == (ConversationStatus.QUEUED, "en")
        with pytest.raises(ValueError, match="cannot change"):
            change_conversation(session, "talk", last_seq=9)
        with pytest.raises(NotFoundError):
            change_conversation(session, "nowhere", language="en")
        with pytest.raises(NotFoundError):
            append_messages(session, [_say("hi", conversation="nowhere")])
        assert get_conversation(session, "nowhere") is None


def test_events_are_read_newest_first_and_unknown_products_left_out(shop: Database) -> None:
    start = datetime(2026, 9, 1, tzinfo=UTC)

    def event(kind: EventKind, product_id: str, minutes: int, **more: object) -> NewEvent:
        return NewEvent(kind, "emma", product_id, "web", ts=start + timedelta(minutes=minutes), **more)  # type: ignore[arg-type]

    with shop.session() as session:
        written = append_events(
            session,
            [
                event(EventKind.IMPRESSION, "sony-xm5", 0, rank=1, propensity=0.5),
                event(EventKind.VIEW, "sony-xm5", 1),
                event(EventKind.PURCHASE, "plain-tee", 3, quantity=1),
                event(EventKind.CLICK, "ghost", 2),
            ],
        )
    assert written == 3
    with shop.reading() as session:
        history = shopper_history(session, "emma")
        assert [(e.kind, e.product_id) for e in history] == [
            (EventKind.PURCHASE, "plain-tee"),
            (EventKind.VIEW, "sony-xm5"),
        ]
        assert history[0].ts == start + timedelta(minutes=3)
        assert len(shopper_history(session, "emma", with_impressions=True)) == 3
        assert popular_products(session) == [("plain-tee", 1)]
        assert bought_together(session, ["plain-tee"]) == []


def test_a_conversation_that_two_open_at_once_is_one(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        for round_ in range(10):
            barrier = threading.Barrier(4)

            def begin(number: int, key: str = f"c-{round_}", barrier: threading.Barrier = barrier) -> str | None:
                barrier.wait(10)
                with database.session() as session:
                    return open_conversation(session, key, channel="web", session_id=f"s{number}").session_id

            assert len(set(pool.map(begin, range(4)))) == 1
