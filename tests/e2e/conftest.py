"""A real browser on the real gateway; only the dialogue behind it is scripted."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.gateway.app import create_app
from bot.gateway.settings import GatewaySettings
from bot.launch.programs import AxeError, axe_script, find_browser
from catalog.models import Role
from catalog.session import Database
from tests.e2e.desk_page import DeskPage
from tests.e2e.pages import ShopPage
from tests.e2e.scripted_desk import ScriptedDesk
from tests.e2e.scripted_shop import ScriptedDialogue
from tests.integration.gateway.agents import PASSWORD, employ
from tests.integration.gateway.scripted_rasa import ScriptedRasa
from tests.integration.gateway.small_shop import fill
from tests.telegram_server.server import TelegramServer, running_telegram

OpenShop = Callable[..., Any]
OpenDesk = Callable[..., Any]


@pytest.fixture(scope="session")
def axe_source() -> str:
    """Return axe-core's script, fetched by npm where it is not there yet."""
    try:
        return axe_script().read_text("utf-8")
    except AxeError as error:
        pytest.fail(str(error))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Start the browser that `make test` finds, else Playwright's own."""
    if os.environ.get("SHOPKEEPER_SKIP_BROWSER") == "1":
        pytest.skip("SHOPKEEPER_SKIP_BROWSER=1")
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "shop.db"
    with Database(f"sqlite:///{path}") as database:
        fill(database)
    return path


@pytest.fixture
def database(shop_file: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "shop.db"
    path.write_bytes(shop_file.read_bytes())
    with Database(f"sqlite:///{path}") as database:
        yield database


@pytest_asyncio.fixture(loop_scope="session")
async def dialogue(database: Database) -> AsyncIterator[ScriptedRasa]:
    server = ScriptedRasa()
    server.answers = ScriptedDialogue(database)
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def address(database: Database, dialogue: ScriptedRasa, tmp_path: Path) -> AsyncIterator[str]:
    """Start the gateway and return its address."""
    settings = GatewaySettings(rasa_url=dialogue.url, data_dir=tmp_path, demo=True)
    server = TestServer(create_app(settings, database))
    await server.start_server(shutdown_timeout=0.5)
    yield str(server.make_url("/"))
    await server.close()


@pytest_asyncio.fixture(loop_scope="session")
async def telegram() -> AsyncIterator[TelegramServer]:
    """Start a Bot API server; a request that its documentation does not allow fails the test."""
    async with running_telegram() as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def open_shop(browser: Browser, address: str) -> AsyncIterator[OpenShop]:
    """Open the shop in a fresh browser profile; what the console or the content policy reports fails the test."""
    contexts, complaints = [], []

    async def open_page(**options: Any) -> ShopPage:
        context = await browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
        contexts.append(context)
        page: Page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        return ShopPage(page, address)

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def employ_and_sign_in(browser: Browser, database: Database, address: str) -> AsyncIterator[Any]:
    """Make an account and open the server's console with it, in a browser profile of its own."""
    contexts = []

    async def enter(login: str, role: Role = Role.AGENT, name: str = "") -> DeskPage:
        employ(database, login, name, role=role)
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        contexts.append(context)
        page = DeskPage(await context.new_page(), address)
        await page.visit()
        await page.enter(login, PASSWORD)
        await expect(page.page.locator(".lists")).to_be_visible()
        return page

    yield enter
    for context in contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk() -> AsyncIterator[ScriptedDesk]:
    """Start a desk; its address is in `url`."""
    desk = ScriptedDesk()
    server = TestServer(desk.app())
    await server.start_server(shutdown_timeout=0.5)
    desk.url = str(server.make_url("/"))
    yield desk
    await desk.cut()
    await server.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_desk(browser: Browser, desk: ScriptedDesk) -> AsyncIterator[OpenDesk]:
    """Open the console in a fresh browser profile; errors of its scripts, or of the content policy, fail the test."""
    contexts, complaints = [], []

    async def open_page(**options: Any) -> DeskPage:
        context = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        return DeskPage(page, desk.url)

    yield open_page
    for context in contexts:
        await context.close()
    # An answer with an error status is not an error of the page; the tests look at what the page says about it.
    assert [
        text for text in complaints if not text.startswith(("Failed to load resource", "WebSocket connection"))
    ] == []
