"""From the page to Telegram and back, and who may see what."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from bot.gateway.sessions import COOKIE
from bot.gateway.telegram.words import word
from catalog.models import ChannelLink, Conversation, TelegramChat
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.gateway.conftest import Client
from tests.integration.gateway.scripted_rasa import ScriptedRasa
from tests.integration.gateway.telegram.conftest import PUBLIC_URL, deliver, settled
from tests.telegram_server.person import Person
from tests.telegram_server.server import USERNAME, TelegramServer


class Browser:
    """A shopper's browser: keeps its session cookie, which is for HTTPS only here."""

    def __init__(self, gateway: Client) -> None:
        self._gateway = gateway
        self.cookie = ""

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        headers = {"Origin": PUBLIC_URL, "Cookie": f"{COOKIE}={self.cookie}" if self.cookie else "a=b"}
        async with self._gateway.request(method, path, headers=headers, **options) as response:
            if COOKIE in response.cookies:
                self.cookie = response.cookies[COOKIE].value
            kind = response.content_type
            return response.status, await (response.json() if kind == "application/json" else response.text())

    async def sign_in(self, customer_id: str = "c1") -> None:
        await self.ask("GET", "/api/session")
        assert (await self.ask("POST", "/api/session/demo", json={"customer_id": customer_id}))[0] == 200

    async def say(self, conversation_id: str, text: str) -> tuple[int, Any]:
        return await self.ask("POST", "/api/messages", json={"conversation_id": conversation_id, "text": text})

    async def code(self, conversation_id: str) -> str:
        status, made = await self.ask("POST", "/api/telegram/link", json={"conversation_id": conversation_id})
        assert status == 200, made
        start, _, code = made["url"].partition("?start=")
        assert start == f"https://t.me/{USERNAME}"
        assert made["qr"].startswith("data:image/svg+xml")
        return str(code)


async def test_conversation_goes_on_in_telegram(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa, conversation_id: str
) -> None:
    browser = Browser(shop)
    await browser.ask("GET", "/api/session")
    await browser.say(conversation_id, "on the page")
    await deliver(shop, mia.says(f"/start {await browser.code(conversation_id)}"), mia.says("on the phone"))
    assert await settled(telegram, mia, 2) == [word("linked", "en"), "you said on the phone"]
    assert {call["sender"] for call in rasa.calls} == {conversation_id}
    await browser.say(conversation_id, "on the page again")
    assert (await settled(telegram, mia, 3))[2] == "you said on the page again"
    _, history = await browser.ask("GET", f"/api/conversations/{conversation_id}/messages")
    assert "on the phone" in [message["text"] for message in history["messages"]]


@on_both_engines("database")
async def test_code_works_once_and_for_ten_minutes(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa, conversation_id: str, database: Database
) -> None:
    browser = Browser(shop)
    await browser.say(conversation_id, "on the page")
    code = await browser.code(conversation_id)
    with database.reading() as session:
        kept = session.scalars(select(ChannelLink)).one()
    assert code not in (kept.code_hash, kept.conversation_id)
    eve = Person(telegram, 666)
    await deliver(shop, mia.says(f"/start {code}"))
    await settled(telegram, mia, 1)
    await deliver(shop, eve.says(f"/start {code}"), eve.says("whose is this?"))
    assert (await settled(telegram, eve, 2))[0] == word("link_invalid", "en")
    assert rasa.calls[-1]["sender"] != conversation_id
    late = await browser.code(conversation_id)
    with database.session() as session:
        session.execute(update(ChannelLink).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    await deliver(shop, eve.says(f"/start {late}"))
    assert (await settled(telegram, eve, 3))[2] == word("link_invalid", "en")


async def test_link_is_made_for_ones_own_conversation_only(shop: Client, conversation_id: str) -> None:
    owner, other = Browser(shop), Browser(shop)
    await owner.ask("GET", "/api/session")
    await owner.say(conversation_id, "mine")
    await other.ask("GET", "/api/session")
    status, _ = await other.ask("POST", "/api/telegram/link", json={"conversation_id": conversation_id})
    assert status == 403


async def test_orders_are_for_the_customer_who_signed_in_on_the_page(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa, conversation_id: str, database: Database
) -> None:
    browser = Browser(shop)
    await browser.sign_in()
    await browser.say(conversation_id, "hello")
    await deliver(shop, mia.says("/orders"), mia.says(f"/start {await browser.code(conversation_id)}"))
    await deliver(shop, mia.says("/orders"))
    texts = await settled(telegram, mia, 3)
    assert texts[:2] == [word("orders_sign_in", "en"), word("linked_customer", "en", name="Mia Chen")]
    assert rasa.calls[-1]["message"] == "/track_order"
    assert rasa.calls[-1]["metadata"]["customer_id"] == "c1"
    with database.session() as session:
        session.execute(update(TelegramChat).values(customer_until=datetime.now(UTC) - timedelta(seconds=1)))
    await deliver(shop, mia.says("/orders"))
    assert (await settled(telegram, mia, 5))[3:] == [word("signed_out", "en"), word("orders_sign_in", "en")]


@on_both_engines("database")
async def test_conversation_has_one_chat(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa, conversation_id: str
) -> None:
    browser, tablet = Browser(shop), Person(telegram, 103)
    await browser.say(conversation_id, "on the page")
    await deliver(shop, mia.says(f"/start {await browser.code(conversation_id)}"))
    await settled(telegram, mia, 1)
    await deliver(shop, tablet.says(f"/start {await browser.code(conversation_id)}"))
    await settled(telegram, tablet, 1)
    await deliver(shop, mia.says("still here?"))
    assert (await settled(telegram, mia, 2))[1] == "you said still here?"
    assert rasa.calls[-1]["sender"] != conversation_id
    assert len(tablet.seen) == 1


@on_both_engines("database")
async def test_conversation_goes_back_to_the_page(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa, database: Database
) -> None:
    await deliver(shop, mia.says("in Telegram"), mia.says("/web"))
    await telegram.until(lambda: len(mia.seen) == 2)
    url = next(button["url"] for shown in mia.seen for button in shown.buttons)
    assert url.startswith(f"{PUBLIC_URL}/telegram/continue?code=")
    path, code = url.removeprefix(PUBLIC_URL), url.partition("code=")[2].partition("&")[0]
    with database.reading() as session:
        key = session.scalars(select(Conversation)).one().id
    browser = Browser(shop)
    await browser.ask("GET", "/api/session")
    for _ in range(2):  # a messenger that looks at the link does not use it up
        status, page = await browser.ask("GET", path)
        assert status == 200
        assert code in page
    status, page = await browser.ask("POST", "/telegram/continue", data={"code": code})
    assert status == 200
    assert f'data-conversation="{key}"' in page
    _, history = await browser.ask("GET", f"/api/conversations/{key}/messages")
    assert [message["text"] for message in history["messages"]] == ["in Telegram", "you said in Telegram"]
    assert (await browser.say(key, "on the page"))[0] == 200
    await deliver(shop, mia.says("and in Telegram"))
    assert (await settled(telegram, mia, 4))[2:] == ["you said on the page", "you said and in Telegram"]
    thief = Browser(shop)
    await thief.ask("GET", "/api/session")
    assert (await thief.ask("POST", "/telegram/continue", data={"code": code}))[0] == 404
    assert (await thief.say(key, "mine?"))[0] == 403


async def test_customer_is_signed_in_on_the_page_that_the_link_opens(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa, conversation_id: str
) -> None:
    browser = Browser(shop)
    await browser.sign_in()
    await browser.say(conversation_id, "hello")
    await deliver(shop, mia.says(f"/start {await browser.code(conversation_id)}"), mia.says("/web"))
    await telegram.until(lambda: any(shown.buttons for shown in mia.seen))
    url = next(button["url"] for shown in mia.seen for button in shown.buttons)
    phone = Browser(shop)
    _, page = await phone.ask("GET", url.removeprefix(PUBLIC_URL))
    assert "Mia Chen" in page
    code = url.partition("code=")[2].partition("&")[0]
    await phone.ask("POST", "/telegram/continue", data={"code": code})
    _, session = await phone.ask("GET", "/api/session")
    assert session["customer"] == {"id": "c1", "name": "Mia Chen"}
    assert (await phone.say(conversation_id, "me again"))[0] == 200


async def test_foreign_page_cannot_take_a_link(shop: Client) -> None:
    headers = {"Origin": "https://evil.example"}
    async with shop.post("/telegram/continue", data={"code": "x"}, headers=headers) as response:
        assert response.status == 403
    async with shop.post("/api/telegram/link", json={"conversation_id": "abc"}, headers=headers) as response:
        assert response.status == 403


async def test_without_telegram_there_is_no_way_in(gateway: Client, conversation_id: str) -> None:
    for path in ("/telegram/webhook", "/api/telegram/link", "/telegram/continue"):
        async with gateway.post(path, json={"conversation_id": conversation_id}) as response:
            assert response.status == 404
    async with gateway.get("/") as response:
        assert "telegram" not in (await response.text()).lower()


async def test_new_conversation_forgets_who_was_signed_in(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa, conversation_id: str
) -> None:
    browser = Browser(shop)
    await browser.sign_in()
    await browser.say(conversation_id, "hello")
    await deliver(shop, mia.says(f"/start {await browser.code(conversation_id)}"), mia.says("/new"), mia.says("hi"))
    assert (await settled(telegram, mia, 3))[1:] == [word("new_conversation", "en"), "you said hi"]
    assert rasa.calls[-1]["metadata"]["customer_id"] is None
