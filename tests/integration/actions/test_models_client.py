"""The model server's client against a small server in this process."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable

import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from actions.models_client import ModelsClient
from actions.services.models_port import ModelsError, ModelsUnavailableError, PolicyAnswer, UnknownItemsError

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Answers:
    """What the server says next, and how often it was asked."""

    def __init__(self) -> None:
        self.answer: Answer | None = None
        self.calls = 0
        self.authorization: str | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer as told."""
        self.calls += 1
        self.authorization = request.headers.get("Authorization")
        assert self.answer is not None
        return await self.answer(request)


@pytest.fixture
async def server() -> AsyncIterator[tuple[Answers, ModelsClient]]:
    """Give a server that answers as told, and a client of it."""
    answers = Answers()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answers.handle)
    async with TestServer(app) as running, ModelsClient(str(running.make_url("")), token="t", timeout_s=0.5) as client:
        yield answers, client


def says(body: object, status: int = 200) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status)

    return answer


async def test_encode_returns_float32_rows(server: tuple[Answers, ModelsClient]) -> None:
    answers, client = server
    row = np.array([0.5, -0.25], "<f2")
    packed = base64.b64encode(row.tobytes()).decode()
    answers.answer = says({"embeddings": [packed, packed], "dimension": 2, "model": "m1"})

    vectors, model = await client.encode(["a", "b"], "query")

    assert vectors.dtype == np.float32
    assert (vectors.shape, model) == ((2, 2), "m1")
    np.testing.assert_allclose(vectors[1], [0.5, -0.25])
    assert answers.authorization == "Bearer t"


async def test_unknown_items_are_a_typed_error(server: tuple[Answers, ModelsClient]) -> None:
    answers, client = server
    answers.answer = says({"error": "put the items"}, 409)

    with pytest.raises(UnknownItemsError):
        await client.rank("v", [], ["a"])


async def test_overload_is_unavailable_and_not_tried_again(server: tuple[Answers, ModelsClient]) -> None:
    answers, client = server
    answers.answer = says({"error": "full"}, 503)

    with pytest.raises(ModelsUnavailableError):
        await client.rank("v", [], ["a"])
    assert answers.calls == 1


async def test_slow_answer_ends_in_time(server: tuple[Answers, ModelsClient]) -> None:
    answers, client = server

    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.json_response({})

    answers.answer = slow
    with pytest.raises(ModelsUnavailableError, match="no answer within"):
        await client.rank("v", [], ["a"])


async def test_broken_connection_is_tried_once_more(server: tuple[Answers, ModelsClient]) -> None:
    answers, client = server

    async def once_broken(request: web.Request) -> web.StreamResponse:
        if answers.calls == 1:
            assert request.transport is not None
            request.transport.close()
        return web.json_response({"probabilities": [0.5]})

    answers.answer = once_broken
    assert await client.rank("v", [], ["a"]) == [0.5]
    assert answers.calls == 2


async def test_wrong_number_of_figures_is_refused(server: tuple[Answers, ModelsClient]) -> None:
    answers, client = server
    answers.answer = says({"probabilities": [0.5]})

    with pytest.raises(ModelsError, match="1 figures for 2"):
        await client.rank("v", [], ["a", "b"])


async def test_nobody_there_is_unavailable() -> None:
    async with ModelsClient("http://127.0.0.1:9", timeout_s=0.5) as client:
        with pytest.raises(ModelsUnavailableError):
            await client.encode(["a"], "query")


async def test_generate_names_the_passages_of_the_answer(server: tuple[Answers, ModelsClient]) -> None:
    answers, client = server
    told = [{"passage": 1, "text": "a"}, {"passage": 1, "text": "b"}, {"passage": 0, "text": "c"}]
    answers.answer = says({"text": "Yes.", "how": "quoted", "kind": "yes", "sure": False, "sentences": told})
    assert await client.generate("q", "en", [("A", "c"), ("B", "a. b")]) == PolicyAnswer("Yes.", True, (1, 0), False)

    answers.answer = says({"text": "", "how": "not_covered", "kind": "not_covered", "sure": True, "sentences": []})
    assert await client.generate("q", "en", [("A", "c")]) == PolicyAnswer("", False, ())
