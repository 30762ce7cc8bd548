import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.gateway.app import create_app
from bot.gateway.settings import GatewaySettings
from catalog.session import Database
from tests.engines import database_address, on_postgresql
from tests.integration.gateway.scripted_rasa import ScriptedRasa
from tests.integration.gateway.small_shop import fill

Client = TestClient[web.Request, web.Application]
StartGateway = Callable[..., Awaitable[Client]]


@pytest.fixture(scope="module")
def shop_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "shop.db"
    with Database(f"sqlite:///{path}") as database:
        fill(database)
    return path


@pytest.fixture
def database(request: pytest.FixtureRequest, shop_template: Path, tmp_path: Path) -> Iterator[Database]:
    """Return the small shop; `on_both_engines("database")` makes it on PostgreSQL too."""
    path = tmp_path / "shop.db"
    path.write_bytes(shop_template.read_bytes())
    with database_address(request, path) as url, Database(url) as database:
        if on_postgresql(request):
            fill(database)
        yield database


@pytest_asyncio.fixture
async def rasa() -> AsyncIterator[ScriptedRasa]:
    server = ScriptedRasa()
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture
async def start_gateway(database: Database, rasa: ScriptedRasa, tmp_path: Path) -> AsyncIterator[StartGateway]:
    """Start gateways on the same shop; settings are given by name."""
    clients: list[Client] = []

    async def start(**settings: Any) -> Client:
        chosen = {"rasa_url": rasa.url, "data_dir": tmp_path, "demo": True, "trace": False, **settings}
        client: Client = TestClient(TestServer(create_app(GatewaySettings(**chosen), database)))
        await client.start_server()
        clients.append(client)
        return client

    yield start
    for client in clients:
        await client.close()


@pytest_asyncio.fixture
async def gateway(start_gateway: StartGateway) -> Client:
    return await start_gateway()


@pytest.fixture
def conversation_id() -> str:
    return f"test-{secrets.token_urlsafe(12)}"
