"""Many people at once, two gateways on one shop, and Telegram asking for patience."""

import asyncio
import random
from typing import Any

from tests.engines import on_both_engines
from tests.integration.gateway.conftest import Client
from tests.integration.gateway.scripted_rasa import ScriptedRasa
from tests.integration.gateway.telegram.conftest import StartTelegram, deliver
from tests.telegram_server.person import Person
from tests.telegram_server.server import Fault, TelegramServer, flood_limit

CHATS, EACH = 8, 25


@on_both_engines("database")
async def test_each_of_200_updates_is_answered_once_and_in_order(
    start_telegram: StartTelegram, telegram: TelegramServer, rasa: ScriptedRasa
) -> None:
    draw = random.Random(7)
    gateways = [await start_telegram(), await start_telegram()]
    rasa.delay_s = 0.01
    calls = [0]

    def now_and_then(method: str, _values: dict[str, Any]) -> Fault | None:
        calls[0] += method == "sendMessage"
        return flood_limit(1) if method == "sendMessage" and calls[0] in (10, 60, 61, 130) else None

    telegram.fault = now_and_then
    people = [Person(telegram, 1000 + number) for number in range(CHATS)]

    async def write(person: Person) -> None:
        for number in range(EACH):
            update = person.says(f"message {number}")
            posts: list[Client] = [draw.choice(gateways)]
            if draw.random() < 0.3:  # Telegram did not hear the first answer
                posts.append(draw.choice(gateways))
            answers = await asyncio.gather(*(deliver(gateway, update) for gateway in posts))
            assert answers == [[200]] * len(posts)

    await asyncio.gather(*(write(person) for person in people))
    await telegram.until(lambda: sum(len(person.seen) for person in people) >= CHATS * EACH, 90)
    await asyncio.sleep(0.5)
    for person in people:
        assert person.texts == [f"you said message {number}" for number in range(EACH)]
    assert len(rasa.calls) == CHATS * EACH
    assert rasa.most_at_once_of_one == 1
