import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from catalog.knowledge.import_folder import import_policies
from catalog.session import Database
from tests.integration.gateway.agents import Person, employ, person
from tests.integration.gateway.conftest import StartGateway
from tests.integration.gateway.scripted_rasa import ScriptedRasa, reply
from tests.integration.gateway.talk import say

POLICY = """---
slug: {slug}
topic: returns
language: {language}
title: {title}
version: "7"
effective: 2026-01-01
---

## {heading}

{text}
"""


class ScriptedModels:
    """The model server's `/encode` and `/generate`; notes what it gets."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.tokens: set[str | None] = set()
        self.answer: Any = {"text": "Within 30 days.", "how": "worded", "sentences": [{"passage": 0, "text": "x"}]}
        self.status = 200

    async def encode(self, request: web.Request) -> web.Response:
        """Give every text the same vector."""
        self.tokens.add(request.headers.get("Authorization"))
        vector = np.full(384, 1 / np.sqrt(384), "<f2")
        embedding = base64.b64encode(vector.tobytes()).decode()
        return web.json_response({"embeddings": [embedding], "dimension": 384, "model": "scripted"})

    async def generate(self, request: web.Request) -> web.Response:
        """Answer by script."""
        self.tokens.add(request.headers.get("Authorization"))
        self.calls.append(json.loads(await request.text()))
        return web.json_response(self.answer, status=self.status)


@pytest_asyncio.fixture
async def models() -> AsyncIterator[tuple[ScriptedModels, str]]:
    scripted = ScriptedModels()
    app = web.Application()
    app.router.add_post("/encode", scripted.encode)
    app.router.add_post("/generate", scripted.generate)
    async with TestServer(app) as server:
        yield scripted, str(server.make_url("/"))


@pytest.fixture
def policies(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder = tmp_path_factory.mktemp("policies")
    texts = {
        ("returns", "en", "Returns"): ("How long you have", "You can return an item within 30 days of delivery."),
        ("returns", "zh", "退货政策"): ("退货期限", "签收后30天内可以退货。"),
        ("parcels", "en", "Parcels"): ("Lost parcels", "A lost parcel is replaced after 10 days."),
    }
    for (slug, language, title), (heading, text) in texts.items():
        page = POLICY.format(slug=slug, language=language, title=title, heading=heading, text=text)
        (folder / f"{slug}-{language}.md").write_text(page, "utf-8")
    with database.session() as session:
        import_policies(session, folder)
    return database


@pytest_asyncio.fixture
async def draft(
    start_gateway: StartGateway, policies: Database, models: tuple[ScriptedModels, str], rasa: ScriptedRasa
) -> AsyncIterator[Any]:
    """Ask for drafts in a conversation whose shopper has said some things."""
    employ(policies, "anna")
    gateway = await start_gateway(models_url=models[1], internal_token="t" * 32)
    wanted = reply("Noted.", handoff={"reason": "requested"})

    async with person(gateway, "anna") as anna:

        async def ask(*said: str, body: dict[str, str] | None = None, who: Person = anna) -> dict[str, Any]:
            for text in said[:-1]:
                await say(gateway, "talk", text)
            rasa.answers = lambda _call: [{"custom": wanted}]
            await say(gateway, "talk", said[-1])
            answer: dict[str, Any] = await who.act("talk", "draft", body or {})
            return answer

        yield ask


async def test_draft_is_worded_by_the_models_from_the_shops_passages(
    draft: Any, models: tuple[ScriptedModels, str]
) -> None:
    answer = await draft("hello", "i bought boots", "how many days do i have to return an item?")
    assert answer == {
        "text": "Within 30 days.",
        "from": "generated",
        "sources": [{"document": "Returns", "section": "How long you have", "version": "7"}],
    }
    (call,) = models[0].calls
    assert (call["question"], call["previous"]) == ("how many days do i have to return an item?", "i bought boots")
    assert call["language"] == "en"
    assert call["passages"][0]["text"].startswith("You can return")
    assert models[0].tokens == {f"Bearer {'t' * 32}"}


async def test_draft_answers_the_question_that_the_agent_writes_in_its_language(
    draft: Any, models: tuple[ScriptedModels, str]
) -> None:
    await draft("a person please", body={"question": "多久之内可以退货？"})
    (call,) = models[0].calls
    assert (call["question"], call["language"], call["previous"]) == ("多久之内可以退货？", "zh", "")
    assert [passage["text"] for passage in call["passages"]] == ["签收后30天内可以退货。"]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (503, {}),
        (200, {"text": "", "how": "not_covered", "sentences": []}),
        (200, {"text": "x", "how": "worded", "sentences": [{"passage": 99}]}),
        (200, ["not", "an", "object"]),
    ],
)
async def test_draft_is_the_passage_itself_where_the_models_give_no_answer(
    status: int, answer: Any, draft: Any, models: tuple[ScriptedModels, str]
) -> None:
    models[0].status, models[0].answer = status, answer
    found = await draft("when is a lost parcel replaced?")
    assert (found["text"], found["from"]) == ("A lost parcel is replaced after 10 days.", "passage")
    assert found["sources"] == [{"document": "Parcels", "section": "Lost parcels", "version": "7"}]


async def test_draft_without_models_or_a_fitting_passage_is_empty(
    start_gateway: StartGateway, policies: Database, rasa: ScriptedRasa
) -> None:
    employ(policies, "anna")
    gateway = await start_gateway(models_url="http://127.0.0.1:9")
    rasa.answers = lambda _call: [{"custom": reply("Noted.", handoff={"reason": "requested"})}]
    await say(gateway, "talk", "zxqv")
    async with person(gateway, "anna") as anna:
        assert await anna.act("talk", "draft", {}) == {"text": "", "from": "none", "sources": []}
        found = await anna.act("talk", "draft", {"question": "when is a lost parcel replaced?"})
        assert found["from"] == "passage"
