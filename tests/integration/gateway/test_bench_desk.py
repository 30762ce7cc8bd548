"""`shopkeeper bench desk` on a gateway: everything arrives, and what was made for it is put away."""

from datetime import UTC, datetime

from sqlalchemy import select

from bot.bench.desk import run_desk
from catalog.models import Conversation, ConversationStatus
from catalog.repositories.agents import list_agents
from catalog.session import Database
from tests.integration.gateway.conftest import Client


async def test_bench_desk_delivers_everything_and_puts_it_away(gateway: Client, database: Database) -> None:
    url = str(gateway.make_url("")).rstrip("/")
    run = await run_desk(url, database, chats=6, agents=2, rate=40, seconds=0.5, processes={})
    assert (run.chats, run.agents, run.messages) == (6, 2, 20)
    assert 0 < run.to_shopper_p50_ms <= run.to_shopper_p99_ms
    assert 0 < run.to_agent_p50_ms <= run.to_agent_p99_ms
    with database.reading() as session:
        assert not list_agents(session, now=datetime.now(UTC))
        statuses = set(session.scalars(select(Conversation.status)))
    assert statuses == {ConversationStatus.BOT}
