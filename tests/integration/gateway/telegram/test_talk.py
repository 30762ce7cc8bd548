"""What a person says in Telegram, and what comes back."""

from typing import Any

import pytest

from bot.gateway.telegram.words import word
from bot.gateway.texts import say as own_words
from tests.integration.gateway.conftest import Client, StartGateway
from tests.integration.gateway.scripted_rasa import ScriptedRasa, echo, reply
from tests.integration.gateway.small_shop import EVIL
from tests.integration.gateway.telegram.conftest import KEY, deliver, settled
from tests.telegram_server.person import Person
from tests.telegram_server.server import TelegramServer


async def test_message_is_answered(shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa) -> None:
    assert await deliver(shop, mia.says("hello")) == [200]
    assert await settled(telegram, mia, 1) == ["you said hello"]
    assert rasa.calls[0]["metadata"]["channel"] == "telegram"
    assert rasa.calls[0]["metadata"]["customer_id"] is None


@pytest.mark.parametrize("secret", ["", "wrong", "ß"])
async def test_webhook_refuses_a_wrong_secret(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa, secret: str
) -> None:
    update = mia.says("hello")
    assert await deliver(shop, update, secret=secret.encode("utf-8").decode("latin-1")) == [403]
    assert await deliver(shop, mia.says("again")) == [200]
    assert await settled(telegram, mia, 1) == ["you said again"]


async def test_webhook_refuses_what_is_no_update(shop: Client) -> None:
    assert await deliver(shop, {"message": {"text": "x"}}) == [400]
    assert await deliver(shop, {"update_id": 1, "message": {"text": "x"}}) == [400]


async def test_webhook_takes_large_updates(shop: Client, telegram: TelegramServer, mia: Person) -> None:
    bold = {"type": "bold", "offset": 0, "length": 1}
    earlier = mia.says("长" * 4000)["message"]
    large = mia.sends(text="hello", reply_to_message=earlier | {"caption_entities": [bold] * 5_000})
    assert await deliver(shop, large) == [200]
    unreadable = mia.sends(text="hm", entities=[{}])  # what the library does not know does not hold up what follows
    assert await deliver(shop, unreadable, mia.says("bye")) == [200, 200]
    assert await settled(telegram, mia, 2) == ["you said hello", "you said bye"]


async def test_same_update_twice_is_answered_once(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa
) -> None:
    update = mia.says("hello")
    assert await deliver(shop, update, update, mia.says("bye"), update) == [200] * 4
    assert await settled(telegram, mia, 2) == ["you said hello", "you said bye"]
    assert [call["message"] for call in rasa.calls] == ["hello", "bye"]


async def test_hostile_text_is_shown_as_it_is(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa
) -> None:
    rasa.answers = lambda call: [{"custom": reply(f"{EVIL} & <b>bold")}]
    await deliver(shop, mia.says("hello"))
    assert await settled(telegram, mia, 1) == [f"{EVIL} & <b>bold"]


async def test_long_answer_is_split_at_sentences(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa
) -> None:
    sentences = [f"This is sentence {number} with an emoji 😀 in it." for number in range(250)]
    rasa.answers = lambda call: [
        {"custom": reply(" ".join(sentences), quick_replies=[{"title": "More", "payload": "/more"}])}
    ]
    await deliver(shop, mia.says("hello"))
    texts = await settled(telegram, mia, 3)
    assert " ".join(texts) == " ".join(sentences)
    assert all(text.endswith("in it.") for text in texts)
    assert [bool(shown.buttons) for shown in mia.seen] == [False, False, True]


async def test_quick_replies_are_buttons_that_work(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa
) -> None:
    buttons = [{"title": "Cheaper", "payload": '/refine{"price": "lower"}'}, {"title": "Talk", "payload": "/human"}]
    rasa.answers = lambda call: [{"custom": reply("which?", quick_replies=buttons)}]
    await deliver(shop, mia.says("watches"))
    await settled(telegram, mia, 1)
    await deliver(shop, mia.presses(mia.seen[0].button("Cheaper"), mia.seen[0]))
    await settled(telegram, mia, 2)
    assert rasa.calls[-1]["message"] == '/refine{"price": "lower"}'
    assert telegram.open_queries == set()


async def test_button_of_another_chat_is_outdated(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa
) -> None:
    rasa.answers = lambda call: [{"custom": reply("which?", quick_replies=[{"title": "Buy", "payload": "/buy"}])}]
    await deliver(shop, mia.says("watches"))
    await settled(telegram, mia, 1)
    eve = Person(telegram, 666)
    await deliver(shop, eve.presses(mia.seen[0].button("Buy")))
    assert await settled(telegram, eve, 1) == [own_words("outdated_button", "en")]
    assert len(rasa.calls) == 1
    forged = eve.presses("p:1:0:AAAAAAAAAAAAAAAA")
    await deliver(shop, forged)
    await telegram.until(lambda: telegram.open_queries == set())
    assert telegram.query_answers[forged["callback_query"]["id"]]["text"] == word("outdated", "en")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"voice": {"file_id": "a", "file_unique_id": "a", "duration": 3}}, "voice"),
        ({"photo": [{"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9}]}, "picture"),
        ({"document": {"file_id": "a", "file_unique_id": "a"}}, "document"),
        (
            {
                "sticker": {
                    "file_id": "a",
                    "file_unique_id": "a",
                    "type": "regular",
                    "width": 9,
                    "height": 9,
                    "is_animated": False,
                    "is_video": False,
                }
            },
            "sticker",
        ),
        ({"location": {"latitude": 1.0, "longitude": 2.0}}, "not_needed"),
        ({"contact": {"phone_number": "1", "first_name": "M"}}, "not_needed"),
    ],
)
async def test_what_cannot_be_read_is_answered_honestly(
    shop: Client, telegram: TelegramServer, rasa: ScriptedRasa, content: dict[str, Any], kind: str
) -> None:
    lei = Person(telegram, 102, "zh-hans")
    await deliver(shop, lei.sends(**content))
    assert await settled(telegram, lei, 1) == [word(kind, "zh")]
    assert rasa.calls == []


async def test_caption_of_a_picture_is_read(shop: Client, telegram: TelegramServer, mia: Person) -> None:
    photo = [{"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9}]
    await deliver(shop, mia.sends(photo=photo, caption="is this in stock?"))
    assert await settled(telegram, mia, 2) == [word("picture", "en"), "you said is this in stock?"]


async def test_edited_message_is_answered_honestly(shop: Client, telegram: TelegramServer, mia: Person) -> None:
    await deliver(shop, mia.edits("hello!"))
    assert await settled(telegram, mia, 1) == [word("edited", "en")]


async def test_group_is_left_politely(shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa) -> None:
    await deliver(shop, mia.says_in_group("hello bot", -500))
    await telegram.until(lambda: telegram.left == [-500])
    assert telegram.texts(-500) == [word("group", "en")]
    group = {"id": -501, "type": "group", "title": "Friends"}
    await deliver(shop, mia.membership("member", group))
    await telegram.until(lambda: telegram.left == [-500, -501])
    assert rasa.calls == []


async def test_inline_query_finds_products(shop: Client, telegram: TelegramServer, mia: Person) -> None:
    query = mia.searches("watch")
    await deliver(shop, query)
    key = query["inline_query"]["id"]
    await telegram.until(lambda: key in telegram.query_answers)
    results = telegram.query_answers[key]["results"]
    assert 1 <= len(results) <= 50
    assert results[0]["title"].startswith("Watch ")
    assert "$199.00" in results[0]["description"]
    assert results[0]["reply_markup"]["inline_keyboard"][0][0]["url"].startswith("https://shop.example/products/watch-")
    nothing = mia.searches("zzzzqqqq")
    await deliver(shop, nothing)
    await telegram.until(lambda: nothing["inline_query"]["id"] in telegram.query_answers)


async def test_commands_are_answered(shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa) -> None:
    names = ["/start", "/help@lantern_bot", "/privacy", "/orders", "/restart"]
    await deliver(shop, *(mia.says(name) for name in names))
    texts = await settled(telegram, mia, 5)
    assert texts == [
        word("welcome", "en", shop="Lantern"),
        word("help", "en"),
        word("privacy", "en"),
        word("orders_sign_in", "en"),
        word("unknown_command", "en"),
    ]
    assert rasa.calls == []
    await deliver(shop, mia.says("/human"))
    await telegram.until(lambda: len(rasa.calls) == 1)
    assert rasa.calls[0]["message"] == "/contact_human_agent"


async def test_queue_is_left_by_button(shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa) -> None:
    rasa.answers = lambda call: [{"custom": reply("A colleague will help.", handoff={"reason": "requested"})}]
    await deliver(shop, mia.says("/human"))
    await telegram.until(lambda: any(shown.buttons for shown in mia.seen))
    waiting = next(shown for shown in mia.seen if shown.buttons)
    said = len(mia.seen)
    await deliver(shop, mia.says("are you there?"))
    await settled(telegram, mia, said + 1)
    assert len(rasa.calls) == 1
    await deliver(shop, mia.presses(waiting.button(own_words("desk_back_button", "en")), waiting))
    assert (await settled(telegram, mia, said + 2))[-1] == own_words("desk_resumed", "en")
    rasa.answers = echo
    await deliver(shop, mia.says("hello again"))
    assert (await settled(telegram, mia, said + 3))[-1] == "you said hello again"


async def test_language_is_chosen_by_button(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa
) -> None:
    await deliver(shop, mia.says("/language"))
    await settled(telegram, mia, 1)
    await deliver(shop, mia.presses(mia.seen[0].button("中文"), mia.seen[0]))
    assert (await settled(telegram, mia, 2))[1] == word("language_chosen", "zh")
    await deliver(shop, mia.says("/help"), mia.says("hello"))
    assert (await settled(telegram, mia, 4))[2] == word("help", "zh")
    assert rasa.calls[-1]["metadata"]["language"] == "zh"


async def test_gateways_words_follow_the_language_of_the_last_reply(
    shop: Client, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa
) -> None:
    rasa.answers = lambda call: [{"custom": reply("好的。", language="zh")}]
    await deliver(shop, mia.says("/help"), mia.says("你好"), mia.says("/help"))
    assert await settled(telegram, mia, 3) == [word("help", "en"), "好的。", word("help", "zh")]


async def test_commands_are_set_in_both_languages(shop: Client, telegram: TelegramServer) -> None:
    set_for = {
        values.get("language_code", ""): values["commands"][-1]["description"]
        for method, values in telegram.calls
        if method == "setMyCommands"
    }
    assert set_for == {"": "What is stored", "en": "What is stored", "zh": "隐私说明"}


async def test_wrong_token_leaves_the_shop_open_and_out_of_the_log(
    start_gateway: StartGateway, telegram: TelegramServer, caplog: pytest.LogCaptureFixture, mia: Person
) -> None:
    caplog.set_level("DEBUG")
    token = "4200:" + "w" * 35
    gateway = await start_gateway(
        telegram_mode="polling", telegram_token=token, telegram_api_url=telegram.url, secret_key=KEY
    )
    await telegram.until(lambda: "InvalidToken" in caplog.text)
    async with gateway.get("/") as response:
        assert response.status == 200
    async with gateway.post("/api/telegram/link", json={"conversation_id": "abc"}) as response:
        assert response.status == 404
    assert token not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("bot."))
    assert not any(record.name.startswith("http") and token in record.getMessage() for record in caplog.records)


async def test_polling_answers_too(
    start_telegram: Any, telegram: TelegramServer, mia: Person, rasa: ScriptedRasa
) -> None:
    telegram.updates.append(mia.says("one"))
    gateway = await start_telegram(telegram_mode="polling")
    telegram.updates.append(mia.says("two"))
    assert await settled(telegram, mia, 2) == ["you said one", "you said two"]
    await telegram.until(lambda: not telegram.updates)
    assert await deliver(gateway, mia.says("three")) == [404]
