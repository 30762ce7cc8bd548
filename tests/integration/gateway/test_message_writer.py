import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event

from bot.gateway.errors import BusyError
from bot.gateway.message_writer import MAX_WAITING, MessageWriter
from catalog.models import ConversationStatus, Direction
from catalog.repositories.conversations import (
    NewMessage,
    change_conversation,
    message_history,
    open_conversation,
)
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.gateway.conftest import Client
from tests.integration.gateway.scripted_rasa import ScriptedRasa
from tests.integration.gateway.talk import say


def message(conversation_id: str, text: str) -> NewMessage:
    return NewMessage(conversation_id, Direction.SHOPPER, text)


@pytest_asyncio.fixture
async def writer(database: Database) -> AsyncIterator[MessageWriter]:
    with database.session() as session:
        for number in range(5):
            open_conversation(session, f"c{number}", channel="api")
    writer = MessageWriter(database)
    writer.start()
    yield writer
    await writer.stop()


@on_both_engines("database")
async def test_messages_that_come_together_share_transactions(writer: MessageWriter, database: Database) -> None:
    commits: list[Any] = []
    event.listen(database.engine, "commit", commits.append)
    stored = await asyncio.gather(*(writer.append(message(f"c{n % 5}", str(n))) for n in range(100)))
    assert len(commits) <= 3
    for number in range(5):
        mine = [row for row in stored if row.conversation_id == f"c{number}"]
        assert [(row.seq, row.text) for row in mine] == [(n + 1, str(number + 5 * n)) for n in range(20)]


@on_both_engines("database")
async def test_message_that_cannot_be_kept_does_not_take_others_with_it(
    writer: MessageWriter, database: Database
) -> None:
    waiting = [writer.append(message(name, "hi")) for name in ("c0", "nobody", "c1")]
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(results[1], BusyError)
    with database.reading() as session:
        assert [row.text for name in ("c0", "c1") for row in message_history(session, name)] == ["hi", "hi"]


async def test_fault_with_a_message_does_not_end_the_writer(
    writer: MessageWriter, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise TimeoutError  # as of a call that ends in the moment in which its time is over

    with monkeypatch.context() as broken:
        broken.setattr(database, "run", fail)
        with pytest.raises(BusyError):
            await writer.append(message("c0", "lost"))
    assert (await asyncio.wait_for(writer.append(message("c0", "kept")), 5)).text == "kept"


async def test_stopping_writes_what_waits(writer: MessageWriter, database: Database) -> None:
    for number in range(20):
        writer.append(message("c0", str(number)))
    await writer.stop()
    with database.reading() as session:
        assert len(message_history(session, "c0")) == 20


async def test_overfull_queue_refuses(database: Database) -> None:
    writer = MessageWriter(database)  # not started: nothing is written
    for _ in range(MAX_WAITING):
        writer.append(message("c0", "x"))
    with pytest.raises(BusyError):
        writer.append(message("c0", "one too many"))


async def test_conversation_of_a_person_is_kept_and_not_asked_of_the_assistant(
    gateway: Client, conversation_id: str, database: Database, rasa: ScriptedRasa
) -> None:
    with database.session() as session:
        open_conversation(session, conversation_id, channel="api")
        change_conversation(session, conversation_id, status=ConversationStatus.HUMAN)
    body = await say(gateway, conversation_id, "is anybody there?")
    assert body["replies"] == []
    assert rasa.calls == []
    with database.reading() as session:
        assert [row.text for row in message_history(session, conversation_id)] == ["is anybody there?"]
