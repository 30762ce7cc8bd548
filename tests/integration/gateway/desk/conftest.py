from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio

from catalog.models import Role
from catalog.session import Database
from tests.integration.gateway.agents import Person, employ, person
from tests.integration.gateway.conftest import Client
from tests.integration.gateway.scripted_rasa import ScriptedRasa, reply
from tests.integration.gateway.talk import say

SignIn = Callable[[str], Awaitable[Person]]
Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def staff(database: Database) -> dict[str, int]:
    """Employ two agents and a supervisor; returns their ids by login."""
    roles = {"anna": Role.AGENT, "ben": Role.AGENT, "sara": Role.SUPERVISOR}
    return {login: employ(database, login, role=role) for login, role in roles.items()}


@pytest_asyncio.fixture
async def sign_in(gateway: Client, staff: dict[str, int]) -> AsyncIterator[SignIn]:
    """Sign agents in, each in a browser of their own."""
    async with AsyncExitStack() as stack:

        async def enter(login: str) -> Person:
            return await stack.enter_async_context(person(gateway, login))

        yield enter


@pytest.fixture
def ask_for_person(gateway: Client, rasa: ScriptedRasa) -> Ask:
    """Put conversations into the queue, as a shopper does who asks for a person."""

    async def ask(conversation_id: str, text: str = "a person please", **fields: Any) -> dict[str, Any]:
        usual = rasa.answers
        wanted = reply("Noted.", handoff={"reason": "requested"})
        rasa.answers = lambda call: [{"recipient_id": call["sender"], "custom": wanted}]
        try:
            return await say(gateway, conversation_id, text, **fields)
        finally:
            rasa.answers = usual

    return ask
