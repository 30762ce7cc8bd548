"""One agent, a shopper in the widget and one in Telegram, at once, on the whole running system.

Two browsers and a Bot API server; real models, real dialogue, real desk.
"""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.gateway.texts import say
from bot.launch.instance import ROOT, Instance
from catalog.models import Direction
from catalog.repositories.conversations import message_history
from catalog.session import Database
from tests.e2e.conftest import OpenShop
from tests.e2e.desk_page import DeskPage
from tests.e2e.pages import ChatWidget, ShopPage
from tests.system.running import KEPT, start, stop
from tests.telegram_server.person import Person
from tests.telegram_server.server import TOKEN, Shown, TelegramServer

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.asyncio(loop_scope="session")]
SCREENSHOTS = Path(__file__).parent / "screenshots"
WATCH, SHOE = "Amazfit Bip 5", "Brooks Ghost 16"
JOINED, LEFT = (say(name, "en").format(name="Anna") for name in ("desk_joined", "desk_left"))
NOTE = "Seems in a hurry"
PAGE = ["smartwatch under $200", "I want to talk to a person"]
TELEGRAM = ["running shoes", say("person", "en")]
PAGE_AND_AGENT = ["Hello, what is the watch for?", "For hiking", "And for swimming", "Have a look at this watch"]
TELEGRAM_AND_AGENT = ["Hello, which size do you wear?", "Size 42", "Have a look at these shoes"]


@pytest_asyncio.fixture(loop_scope="session")
async def running(telegram: TelegramServer, tmp_path: Path) -> AsyncIterator[Instance]:
    """Start a system of its own that polls the Bot API server, with the model caches of the shared one."""
    for name in KEPT:
        cache = ROOT / ".cache" / "system" / name
        if cache.is_dir():
            shutil.copytree(cache, tmp_path / name)
    process, instance = await asyncio.to_thread(
        start,
        tmp_path,
        SHOPKEEPER_TELEGRAM_MODE="polling",
        SHOPKEEPER_TELEGRAM_TOKEN=TOKEN,
        SHOPKEEPER_TELEGRAM_API_URL=telegram.url,
    )
    try:
        await telegram.until(lambda: telegram.count("getUpdates") > 0)
        yield instance
    finally:
        await asyncio.to_thread(stop, process)


@pytest.fixture
def database(running: Instance) -> Iterator[Database]:
    with Database(f"sqlite:///{running.data / 'shop.db'}") as database:
        yield database


@pytest.fixture
def address(running: Instance) -> str:
    return running.gateway_url


class Phone:
    """Somebody in Telegram who writes and waits."""

    def __init__(self, telegram: TelegramServer, number: int) -> None:
        self._telegram = telegram
        self._person = Person(telegram, number)

    @property
    def texts(self) -> list[str]:
        """What the chat shows."""
        return self._person.texts

    def write(self, text: str) -> None:
        """Send a message; the answer is waited for with `hears`."""
        self._telegram.updates.append(self._person.says(text))

    async def hears(self, words: str) -> Shown:
        """Wait until the newest message of the chat has these words; return it."""
        await self._telegram.until(lambda: bool(self.texts) and words in self.texts[-1])
        return self._person.seen[-1]


async def test_agent_serves_the_page_and_telegram_at_once_and_hands_both_back(
    open_shop: OpenShop, employ_and_sign_in: Any, telegram: TelegramServer, database: Database
) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    anna: DeskPage = await employ_and_sign_in("anna")
    shop: ShopPage = await open_shop()
    chat, mia = shop.chat, Phone(telegram, 101)
    await shop.visit()
    await chat.open()

    page_id, watches = await _page_waits_and_is_taken(chat, anna)
    await _page_and_agent_talk(chat, anna)
    telegram_id, shoes = await _telegram_waits_and_is_taken(mia, anna)
    await _telegram_and_agent_talk_while_the_page_writes(mia, chat, anna, page_id)
    await _products_are_sent(mia, chat, anna, page_id, telegram_id)
    await shop.page.screenshot(path=SCREENSHOTS / "both-widget.png")
    await anna.page.screenshot(path=SCREENSHOTS / "both-desk.png")

    await _hand_back(anna, telegram_id)
    await mia.hears(LEFT)
    await expect(anna.mine).to_have_count(1)
    await _hand_back(anna, page_id)
    await expect(chat.notices.last).to_have_text(LEFT)
    await expect(chat.field).to_have_attribute("placeholder", "Ask about products or orders")
    await expect(anna.mine).to_have_count(0)

    # The assistant goes on where each of them was: with the watches here, with the shoes there.
    mia.write("cheaper ones")
    cheaper = await mia.hears("★")
    assert cheaper.photo
    assert _price(cheaper.text) < _price(shoes.text)
    await chat.say("cheaper ones")
    await expect(chat.cards.first).to_be_visible()
    assert max(map(_price, await chat.cards.all_inner_texts())) < watches[0]
    await shop.page.screenshot(path=SCREENSHOTS / "both-widget-after.png")

    # Each conversation holds its own lines in their order, and neither shopper has seen the other's, or the note.
    assert _said(database, page_id) == [*PAGE, *PAGE_AND_AGENT, "cheaper ones"]
    assert _said(database, telegram_id) == [*TELEGRAM, *TELEGRAM_AND_AGENT, "cheaper ones"]
    on_the_page, in_telegram = await chat.root.inner_text(), "\n".join(mia.texts)
    assert [words for words in (*TELEGRAM, *TELEGRAM_AND_AGENT, SHOE, NOTE) if words in on_the_page] == []
    assert [words for words in (*PAGE, *PAGE_AND_AGENT, WATCH, NOTE) if words in in_telegram] == []


async def _page_waits_and_is_taken(chat: ChatWidget, anna: DeskPage) -> tuple[str, list[float]]:
    """The page's shopper has searched and wants a person; returns the conversation and the prices that were shown."""
    await chat.say(PAGE[0])
    await expect(chat.cards.first).to_be_visible()
    prices = [_price(text) for text in await chat.cards.all_inner_texts()]
    await chat.say(PAGE[1])
    await expect(chat.answers.last).to_contain_text(say("desk_next", "en"))
    await expect(anna.queue).to_have_count(1)
    await expect(anna.queue).to_contain_text("Wants a person")
    await expect(anna.queue.locator(".chip", has_text="Web")).to_be_visible()
    await anna.queue.locator(".take").click()
    await expect(anna.field).to_be_focused()
    await expect(anna.turns.filter(has_text=PAGE[0])).to_be_visible()
    await expect(chat.notices.last).to_have_text(JOINED)
    await expect(chat.field).to_have_attribute("placeholder", "Your message")
    return await anna.mine.get_attribute("data-id") or "", prices


async def _page_and_agent_talk(chat: ChatWidget, anna: DeskPage) -> None:
    """Both see that the other types; an internal note stays at the desk."""
    hello, purpose, *_ = PAGE_AND_AGENT
    await anna.field.press_sequentially("Hello, ")
    await expect(chat.root.locator(".bubble.typing")).to_contain_text("Anna")
    await anna.say(hello)
    await expect(chat.root.locator(".turn.agent")).to_contain_text(hello)
    await anna.press("Internal note")
    await anna.say(NOTE)
    await expect(anna.page.locator(".turn.note")).to_contain_text(NOTE)
    await anna.press("Reply")
    await chat.field.fill(purpose)
    await expect(anna.page.locator(".typing")).to_be_visible()
    await chat.field.press("Enter")
    await expect(anna.turns.last).to_contain_text(purpose)
    await expect(anna.page.locator(".typing")).to_be_hidden()


async def _telegram_waits_and_is_taken(mia: Phone, anna: DeskPage) -> tuple[str, Shown]:
    """In Telegram another one has searched and wants a person; returns the conversation and the card that was shown."""
    mia.write(TELEGRAM[0])
    shoes = await mia.hears("★")
    assert shoes.photo
    mia.write("/human")
    await mia.hears(say("desk_next", "en"))
    await expect(anna.queue).to_have_count(1)
    await expect(anna.queue.locator(".chip", has_text="Telegram")).to_be_visible()
    await expect(anna.queue).not_to_contain_text("tg-")
    telegram_id = await anna.queue.get_attribute("data-id") or ""
    await anna.queue.locator(".take").click()
    await mia.hears(JOINED)
    await expect(anna.queue).to_have_count(0)
    await expect(anna.mine).to_have_count(2)
    await expect(anna.turns.filter(has_text=TELEGRAM[0]).first).to_be_visible()
    return telegram_id, shoes


async def _telegram_and_agent_talk_while_the_page_writes(
    mia: Phone, chat: ChatWidget, anna: DeskPage, page_id: str
) -> None:
    """What comes from the page meanwhile is counted at its row, and not shown among Telegram's."""
    hello, size, _ = TELEGRAM_AND_AGENT
    await anna.say(hello)
    assert (await mia.hears(hello)).text == f"👤 Anna\n{hello}"
    swimming = PAGE_AND_AGENT[2]
    await chat.field.fill(swimming)
    await chat.field.press("Enter")
    await expect(anna.row(page_id).locator(".badge")).to_contain_text("1")
    mia.write(size)
    await expect(anna.turns.last).to_contain_text(size)
    await expect(anna.transcript).not_to_contain_text(swimming)


async def _products_are_sent(mia: Phone, chat: ChatWidget, anna: DeskPage, page_id: str, telegram_id: str) -> None:
    """A product goes to each of them: a card in the widget, a photo in Telegram."""
    await anna.open(page_id)
    await expect(anna.turns.last).to_contain_text(PAGE_AND_AGENT[2])
    await expect(anna.transcript).not_to_contain_text(TELEGRAM_AND_AGENT[1])
    await anna.attach(WATCH)
    await anna.say(PAGE_AND_AGENT[3])
    card = chat.root.locator(".turn.agent .card")
    await expect(card).to_have_count(1)
    await expect(card).to_contain_text(WATCH)
    await expect(chat.root.locator(".turn.agent").last).to_contain_text(PAGE_AND_AGENT[3])

    await anna.open(telegram_id)
    await expect(anna.turns.last).to_contain_text(TELEGRAM_AND_AGENT[1])
    await anna.attach(SHOE)
    await anna.say(TELEGRAM_AND_AGENT[2])
    shown = await mia.hears(SHOE)
    assert shown.photo
    assert shown.text.startswith(f"{SHOE}\n$")
    assert mia.texts[-2] == f"👤 Anna\n{TELEGRAM_AND_AGENT[2]}"


async def _hand_back(anna: DeskPage, conversation_id: str) -> None:
    await anna.open(conversation_id)
    await expect(anna.row(conversation_id)).to_have_class(re.compile("current"))
    await anna.press("Back to the assistant")
    await anna.answer("Back to the assistant")
    await expect(anna.banner).to_have_text("The assistant has this chat.")


def _said(database: Database, conversation_id: str) -> list[str]:
    """Return what the shopper and the agent said, in order."""
    with database.reading() as session:
        history = message_history(session, conversation_id)
    return [message.text for message in history if message.direction is not Direction.BOT]


def _price(card: str) -> float:
    """Return the price in dollars that a card shows."""
    found = re.search(r"\$([\d,]+(?:\.\d\d)?)", card)
    assert found, card
    return float(found[1].replace(",", ""))
