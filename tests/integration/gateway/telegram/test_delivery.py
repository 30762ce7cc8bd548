"""What goes out: in order, once, whatever Telegram answers."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from bot.gateway.telegram.teller import MAX_FAILURES
from bot.gateway.telegram.words import word
from catalog.models import Agent, Conversation, Direction, TelegramChat, TelegramUpdate
from catalog.repositories.conversations import NewMessage, append_messages
from catalog.repositories.ownership import ask_for_person, take
from catalog.repositories.telegram_updates import NewUpdate, claim_updates, store_updates
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.gateway.conftest import Client
from tests.integration.gateway.scripted_rasa import ScriptedRasa, reply
from tests.integration.gateway.telegram.conftest import StartTelegram, deliver, settled
from tests.telegram_server.person import Person
from tests.telegram_server.server import Fault, TelegramServer, flood_limit

CARDS = [
    {
        "product_id": f"watch-{number}",
        "title": f"Watch <{number}>",
        "price_minor": 19900 + number,
        "currency": "USD",
        "image_url": "/images/watch.svg",
        "url": f"/products/watch-{number}",
        "rating": 4.5,
        "reason": "fits & lasts",
        "sponsored": number == 2,
        "buttons": [{"title": "Add to cart", "payload": f'/add_to_cart{{"product_id": "watch-{number}"}}'}],
    }
    for number in range(1, 6)
]


def failing(times: int, fault: Fault, method: str = "sendMessage") -> Any:
    """Return a fault for the first calls of a method."""
    left = [times]

    def choose(called: str, _values: dict[str, Any]) -> Fault | None:
        if called != method or left[0] == 0:
            return None
        left[0] -= 1
        return fault

    return choose


async def test_flood_limit_is_obeyed(shop: Client, telegram: TelegramServer, mia: Person) -> None:
    refused_at, sent_at = [0.0], [0.0]

    def limit(method: str, _values: dict[str, Any]) -> Fault | None:
        if method != "sendMessage":
            return None
        now = asyncio.get_running_loop().time()
        if refused_at[0] == 0.0:
            refused_at[0] = now
            return flood_limit(1)
        sent_at[0] = sent_at[0] or now
        return None

    telegram.fault = limit
    await deliver(shop, mia.says("one"), mia.says("two"))
    assert await settled(telegram, mia, 2) == ["you said one", "you said two"]
    assert sent_at[0] - refused_at[0] >= 1.0  # not a matter of speed: Telegram asks for that second


async def test_lost_answers_are_tried_again(shop: Client, telegram: TelegramServer, mia: Person) -> None:
    telegram.fault = failing(2, Fault(502, "Bad Gateway"))
    await deliver(shop, mia.says("one"), mia.says("two"))
    assert await settled(telegram, mia, 2) == ["you said one", "you said two"]


async def test_no_answer_at_all_is_tried_again(
    start_telegram: StartTelegram, telegram: TelegramServer, mia: Person
) -> None:
    shop = await start_telegram(telegram_timeout_s=0.5)
    telegram.fault = failing(1, Fault(0))
    await deliver(shop, mia.says("one"))
    assert await settled(telegram, mia, 1) == ["you said one"]


async def test_long_outage_delays_and_keeps_the_order(shop: Client, telegram: TelegramServer, mia: Person) -> None:
    telegram.fault = failing(4, Fault(500, "Internal Server Error"))
    await deliver(shop, mia.says("one"), mia.says("two"), mia.says("three"))
    assert await settled(telegram, mia, 3) == ["you said one", "you said two", "you said three"]


async def test_message_is_given_up_after_many_rounds(
    shop: Client, telegram: TelegramServer, mia: Person, database: Database
) -> None:
    def fault(method: str, values: dict[str, Any]) -> Fault | None:
        return Fault(502, "Bad Gateway") if method == "sendMessage" and "one" in values["text"] else None

    telegram.fault = fault
    await deliver(shop, mia.says("one"), mia.says("two"))
    await telegram.until(lambda: _chat(database, mia.number).failures == 1)
    assert mia.texts == []
    with database.session() as session:
        session.execute(update(TelegramChat).values(failures=MAX_FAILURES, not_before=None))
    assert await settled(telegram, mia, 1) == ["you said two"]
    assert _chat(database, mia.number).failures == 0


async def test_nothing_is_lost_where_another_conversation_begins(
    shop: Client, telegram: TelegramServer, mia: Person
) -> None:
    telegram.fault = failing(1, flood_limit(2))
    await deliver(shop, mia.says("/help"), mia.says("one"), mia.says("/new"), mia.says("two"))
    texts = await settled(telegram, mia, 4)
    assert texts == [word("help", "en"), "you said one", word("new_conversation", "en"), "you said two"]


@on_both_engines("database")
async def test_blocked_bot_stops_sending_until_it_is_unblocked(
    shop: Client, telegram: TelegramServer, mia: Person, database: Database
) -> None:
    telegram.blocked.add(mia.number)
    other = Person(telegram, 202)
    await deliver(shop, mia.says("one"))
    await telegram.until(lambda: _chat(database, mia.number).blocked_at is not None)
    tried: list[int] = []

    def note(method: str, values: dict[str, Any]) -> None:
        if method == "sendMessage" and values["chat_id"] == mia.number:
            tried.append(1)

    telegram.fault = note
    await deliver(shop, mia.membership("kicked"), other.says("hi"))
    assert await settled(telegram, other, 1) == ["you said hi"]
    assert tried == []
    telegram.blocked.clear()
    await deliver(shop, mia.membership("member"), mia.says("two"))
    assert await settled(telegram, mia, 2) == ["you said one", "you said two"]


async def test_refused_message_does_not_stop_what_follows(shop: Client, telegram: TelegramServer, mia: Person) -> None:
    telegram.fault = failing(2, Fault(400, "Bad Request: something is wrong with it"))  # as HTML, and as plain text
    await deliver(shop, mia.says("one"), mia.says("two"))
    assert await settled(telegram, mia, 1) == ["you said two"]


async def test_cards_are_a_photo_to_page_through(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa
) -> None:
    more = [{"title": "Cheaper ones", "payload": "/refine"}]
    rasa.answers = lambda call: [{"custom": reply("Five watches.", cards=CARDS, quick_replies=more)}]
    await deliver(shop, mia.says("watches"))
    texts = await settled(telegram, mia, 2)
    assert texts == ["Five watches.", "Watch <1>\n$199.01 · ★ 4.5 · in stock\nfits & lasts"]
    shown = mia.seen[1]
    assert shown.photo == "file-1"
    assert [button["text"] for button in shown.keyboard[0]] == ["◀", "1/5", "▶"]
    assert {"View in the shop", "Add to cart", "Cheaper ones"} <= {button["text"] for button in shown.buttons}

    await deliver(shop, mia.presses(shown.button("▶"), shown))
    await telegram.until(lambda: shown.edits == 1)
    assert shown.text == "Watch <2>\n$199.02 · ★ 4.5 · in stock\nfits & lasts\nSponsored"
    assert shown.photo == "file-1"  # the same drawing, which Telegram has already
    await deliver(shop, mia.presses(shown.button("◀"), shown))
    await telegram.until(lambda: shown.edits == 2)
    await deliver(shop, mia.presses(shown.button("◀"), shown))
    await telegram.until(lambda: shown.edits == 3)
    assert shown.text.startswith("Watch <5>")

    await deliver(shop, mia.presses(shown.button("Add to cart"), shown))
    await telegram.until(lambda: len(rasa.calls) == 2)
    assert rasa.calls[1]["message"] == '/add_to_cart{"product_id": "watch-5"}'
    await telegram.until(lambda: telegram.open_queries == set())
    await telegram.until(lambda: len(mia.seen) == 4)


async def test_cards_without_pictures_are_a_text_to_page_through(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa
) -> None:
    cards = [card | {"image_url": None} for card in CARDS[:2]]
    rasa.answers = lambda call: [{"custom": reply("Two watches.", cards=cards)}]
    await deliver(shop, mia.says("watches"))
    await settled(telegram, mia, 2)
    shown = mia.seen[1]
    assert shown.photo is None
    await deliver(shop, mia.presses(shown.button("▶"), shown))
    await telegram.until(lambda: shown.edits == 1)
    assert shown.text.startswith("Watch <2>")


async def test_picture_that_telegram_refuses_becomes_a_text(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa
) -> None:
    telegram.fault = failing(1, Fault(400, "Bad Request: wrong file identifier/HTTP URL specified"), "sendPhoto")
    cards = [CARDS[0] | {"image_url": "https://images.example/gone.jpg"}]
    rasa.answers = lambda call: [{"custom": reply("One watch.", cards=cards)}]
    await deliver(shop, mia.says("watches"))
    texts = await settled(telegram, mia, 2)
    assert texts[1].startswith("Watch <1>")
    assert mia.seen[1].photo is None


async def test_sources_are_a_small_line(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa
) -> None:
    sources = [{"document": "Returns", "section": "How to return", "version": "3"}]
    rasa.answers = lambda call: [{"custom": reply("Within 30 days.", sources=sources)}]
    await deliver(shop, mia.says("can I return this?"))
    assert await settled(telegram, mia, 1) == ["Within 30 days.\n\nSource: Returns › How to return"]


async def test_what_an_agent_says_is_delivered_in_order(
    shop: Client, telegram: TelegramServer, mia: Person, database: Database, rasa: ScriptedRasa
) -> None:
    """The agent's console may hang on another process: only the database tells."""
    await deliver(shop, mia.says("hello"))
    await settled(telegram, mia, 1)
    with database.session() as session:
        agent = Agent(login="anna", name="Anna <A>", password_hash="x")
        session.add(agent)
        session.flush()
        key = session.scalars(select(Conversation)).one().id
        now, who = datetime.now(UTC), agent.id
        ask_for_person(session, key, reason="asked", now=now)
        take(session, key, who, now=now, lease=timedelta(minutes=5))
    payload = {"agent": {"id": who, "name": "Anna <A>"}}
    for batch in range(3):
        said = [
            NewMessage(key, Direction.AGENT, f"answer {batch * 10 + n} & more", payload, agent_id=who)
            for n in range(10)
        ]
        await database.run(append_messages, said)
    texts = await settled(telegram, mia, 31)
    assert texts == ["you said hello", *(f"👤 Anna <A>\nanswer {n} & more" for n in range(30))]
    await deliver(shop, mia.says("thank you"))
    await telegram.until(lambda: _all_done(database))
    assert await settled(telegram, mia, 31) == texts
    assert len(rasa.calls) == 1


@on_both_engines("database")
async def test_restart_in_the_middle_of_a_long_message_loses_and_doubles_nothing(
    start_telegram: StartTelegram, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa
) -> None:
    sentences = [f"This is sentence {number} of a very long story." for number in range(600)]
    rasa.answers = lambda call: [{"custom": reply(" ".join(sentences))}]
    first = await start_telegram()
    reached, stopped = asyncio.Event(), asyncio.Event()
    sent: list[int] = []

    def fault(method: str, _values: dict[str, Any]) -> Fault | None:
        if method != "sendMessage":
            return None
        sent.append(1)
        if len(sent) == 3 and not stopped.is_set():
            reached.set()
            return flood_limit(2)
        return None

    telegram.fault = fault
    await deliver(first, mia.says("tell me a story"))
    await reached.wait()
    await first.close()
    stopped.set()
    assert len(mia.seen) == 2
    await start_telegram()
    texts = await settled(telegram, mia, 7)
    assert " ".join(texts) == " ".join(sentences)


@on_both_engines("database")
async def test_update_of_a_process_that_died_is_taken_up_again(
    start_telegram: StartTelegram, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa, database: Database
) -> None:
    waiting, behind = mia.says("left over"), mia.says("behind it")
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    lane = f"chat:{mia.number}"
    rows = [NewUpdate(one["update_id"], lane, one) for one in (waiting, behind)]
    await database.run(store_updates, rows, now=long_ago)
    lease = datetime(2026, 1, 2, tzinfo=UTC) - long_ago
    taken = await database.run(claim_updates, "dead", now=long_ago, lease=lease, limit=10)
    assert [claimed.update_id for claimed in taken] == [waiting["update_id"]]
    await start_telegram()
    assert await settled(telegram, mia, 2) == ["you said left over", "you said behind it"]
    with database.reading() as session:
        done = session.scalars(select(TelegramUpdate)).all()
    assert all(row.done_at is not None and row.payload == {} for row in done)


async def test_update_that_was_cut_off_after_its_answer_is_not_asked_again(
    start_telegram: StartTelegram, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa, database: Database
) -> None:
    shop = await start_telegram()
    asked = mia.says("hello")
    await deliver(shop, asked)
    await settled(telegram, mia, 1)
    await shop.close()
    with database.session() as session:
        row = session.get(TelegramUpdate, asked["update_id"])
        assert row is not None
        row.done_at, row.payload = None, asked
    await start_telegram()
    await telegram.until(lambda: _all_done(database))
    assert await settled(telegram, mia, 1) == ["you said hello"]
    assert len(rasa.calls) == 1


def _chat(database: Database, chat_id: int) -> TelegramChat:
    with database.reading() as session:
        return session.get(TelegramChat, chat_id) or TelegramChat(chat_id=chat_id, failures=0)


def _all_done(database: Database) -> bool:
    with database.reading() as session:
        return not session.scalars(select(TelegramUpdate).where(TelegramUpdate.done_at.is_(None))).all()
