"""The inbox by itself: what happens to updates that fail or have to wait."""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.gateway.metrics import GatewayMetrics
from bot.gateway.telegram.errors import RetryLaterError, UnreachableError
from bot.gateway.telegram.inbox import MAX_ATTEMPTS, Handle, Inbox, lane_of
from catalog.models import TelegramUpdate
from catalog.repositories.telegram_updates import ClaimedUpdate, finish_update
from catalog.session import Database


def said(update_id: int, chat_id: int) -> dict[str, Any]:
    """Return as much of an update as the inbox looks at."""
    return {"update_id": update_id, "message": {"chat": {"id": chat_id}}}


class Handler:
    """Notes what it gets, and fails where it shall."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.failures: dict[int, list[Exception]] = {}

    async def __call__(self, claimed: ClaimedUpdate) -> str:
        self.seen.append(claimed.update_id)
        if self.failures.get(claimed.update_id):
            raise self.failures[claimed.update_id].pop()
        return "answered"


async def work_off(database: Database, handler: Handle, updates: list[dict[str, Any]]) -> Inbox:
    """Have updates handled until all are finished."""
    inbox = Inbox(database, handler, GatewayMetrics(), retry_s=0.0)
    inbox.start()
    await inbox.store(updates)
    async with asyncio.timeout(20):
        while True:
            await asyncio.sleep(0.05)
            if not _open(database):
                break
    await inbox.stop(1.0)
    return inbox


@pytest.mark.parametrize("error", [RuntimeError("a fault of ours"), RetryLaterError(0.0)])
async def test_update_that_always_fails_is_given_up_and_its_chat_goes_on(database: Database, error: Exception) -> None:
    handler = Handler()
    handler.failures[1] = [error] * 100
    await work_off(database, handler, [said(1, 5), said(2, 5), said(3, 6)])
    assert Counter(handler.seen) == {1: MAX_ATTEMPTS, 2: 1, 3: 1}
    assert handler.seen.index(2) > handler.seen.index(1)


async def test_update_that_only_waits_is_not_given_up(database: Database) -> None:
    handler = Handler()
    handler.failures[1] = [RetryLaterError(0.0, counted=False) for _ in range(3 * MAX_ATTEMPTS)]
    await work_off(database, handler, [said(1, 5), said(2, 5)])
    assert handler.seen == [1] * (3 * MAX_ATTEMPTS + 1) + [2]


async def test_answer_that_does_not_go_through_is_not_made_again(database: Database) -> None:
    handler = Handler()
    handler.failures[1] = [UnreachableError("no answer")]
    await work_off(database, handler, [said(1, 5), said(2, 5)])
    assert handler.seen == [1, 2]


async def test_update_whose_turn_died_is_taken_up_again_while_other_turns_run(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    finished: list[int] = []
    taken_up_again = asyncio.Event()

    async def handle(claimed: ClaimedUpdate) -> str:
        seen.append(claimed.update_id)
        if seen.count(1) == 2:
            taken_up_again.set()
        if claimed.update_id == 2:  # it runs on for longer than a lease
            await taken_up_again.wait()
        return "answered"

    def finish_at_the_second_try(session: Session, update_id: int, *, now: datetime) -> None:
        finished.append(update_id)
        if finished == [1]:
            raise OperationalError("UPDATE", {}, Exception("the connection is gone"))
        finish_update(session, update_id, now=now)

    monkeypatch.setattr("bot.gateway.telegram.inbox.finish_update", finish_at_the_second_try)
    monkeypatch.setattr("bot.gateway.telegram.inbox.LEASE_S", 1.5)
    monkeypatch.setattr("bot.gateway.telegram.inbox.SWEEP_S", 0.1)
    await work_off(database, handle, [said(1, 5), said(2, 6), said(3, 5)])
    assert Counter(seen) == {1: 2, 2: 1, 3: 1}
    assert seen[-1] == 3


def test_lane_is_the_chat_or_the_person_who_searches() -> None:
    assert lane_of(said(1, 5)) == "chat:5"
    assert lane_of({"edited_message": {"chat": {"id": -7}}}) == "chat:-7"
    assert lane_of({"callback_query": {"from": {"id": 8}, "message": {"chat": {"id": 5}}}}) == "chat:5"
    assert lane_of({"callback_query": {"from": {"id": 8}, "inline_message_id": "x"}}) == "chat:8"
    assert lane_of({"inline_query": {"from": {"id": 5}}}) == "inline:5"
    assert lane_of({"poll": {}}) == "other"


def _open(database: Database) -> bool:
    with database.reading() as session:
        return session.scalars(select(TelegramUpdate).where(TelegramUpdate.done_at.is_(None))).first() is not None
