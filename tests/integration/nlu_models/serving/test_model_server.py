"""The model server over HTTP, with a tiny encoder in real ONNX graphs."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr
from safetensors.numpy import save_file

from nlu_models.encoder import export
from nlu_models.encoder.tiny import tiny_base, tiny_tuned
from nlu_models.encoder.wheel import sha256_of
from nlu_models.serving.app import create_app
from nlu_models.serving.bootstrap import load_models
from nlu_models.serving.models import Models
from nlu_models.serving.settings import ServingSettings

Client = TestClient[Any, Any]
INTENTS = ["greet", "search_product", "affirm"]
CATEGORIES = ["boots", "cameras", "kettles", "phones", "tents", "watches", "laptops"]


class FixedRanker:
    """A ranker that prefers the candidate named last."""

    def __init__(self) -> None:
        self.version: str | None = None
        self.items: list[Mapping[str, Any]] = []

    def put_items(self, version: str, items: Sequence[Mapping[str, Any]]) -> None:
        self.version, self.items = version, list(items)

    def probabilities(
        self, version: str, history: Sequence[Mapping[str, Any]], candidates: Sequence[str]
    ) -> list[float]:
        if version != self.version:
            raise LookupError(version)
        return [i / 10 for i in range(len(candidates))]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> ServingSettings:
    weights = tmp_path_factory.mktemp("weights")
    tuned = tiny_tuned(tiny_base(), intents=3, categories=len(CATEGORIES), token_labels=3)
    save_file({name: value.astype("float16") for name, value in tuned.items()}, weights / "understanding.safetensors")
    entry = {"intents": INTENTS, "token_labels": ["O", "B-brand", "I-brand"], "categories": CATEGORIES,
             "temperature": 1.0, "threshold": 0.0, "base_sha256": "tiny-0",
             "sha256": sha256_of(weights / "understanding.safetensors")}  # fmt: skip
    (weights / "manifest.json").write_text(json.dumps({"understanding": entry}))
    return ServingSettings(
        data_dir=tmp_path_factory.mktemp("data"),
        models_weights_dir=weights,
        models_max_texts=20,
        internal_token=SecretStr(""),
    )


@pytest.fixture(scope="module")
def models(settings: ServingSettings) -> Models:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "load_base", lambda reference: tiny_base())
        patch.setattr(export, "base_fingerprint", lambda reference: "tiny-0")
        return load_models(settings)


@pytest.fixture
async def client(settings: ServingSettings, models: Models) -> AsyncIterator[Client]:
    async with TestClient(TestServer(create_app(settings, models))) as found:
        yield found


async def parse(client: Client, text: str) -> dict[str, Any]:
    response = await client.post("/model/parse", json={"text": text, "message_id": "m", "token": "ignored"})
    assert response.status == 200, await response.text()
    reading: dict[str, Any] = await response.json()
    return reading


def vector_of(packed: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Unpack an embedding."""
    return np.frombuffer(base64.b64decode(packed), "<f2").astype(np.float32)


async def test_parse_answers_in_the_contracts_shape(client: Client) -> None:
    reading = await parse(client, "smartwatch under $200")
    assert set(reading) == {
        "text",
        "intent",
        "intent_ranking",
        "entities",
        "language",
        "categories",
        "embedding",
        "model",
    }
    assert reading["intent"]["name"] in INTENTS
    assert len(reading["intent_ranking"]) == 3
    prices = [e for e in reading["entities"] if e["entity"] == "price_max"]
    assert prices[0]["value"] == {"amount": 200.0, "currency": "USD"}
    assert (prices[0]["start"], prices[0]["end"], prices[0]["text"]) == (17, 21, "$200")
    assert {c["slug"] for c in reading["categories"]} == set(CATEGORIES)
    assert sum(c["probability"] for c in reading["categories"]) == pytest.approx(1.0, abs=1e-4)
    assert np.frombuffer(base64.b64decode(reading["embedding"]), "<f2").shape == (32,)


async def test_parse_embedding_is_that_of_a_query(client: Client) -> None:
    reading = await parse(client, "smartwatch")
    encoded = await (await client.post("/encode", json={"texts": ["smartwatch"], "kind": "query"})).json()
    assert encoded["dimension"] == 32
    typed, asked = (vector_of(packed) for packed in (reading["embedding"], encoded["embeddings"][0]))
    passage = await (await client.post("/encode", json={"texts": ["smartwatch"], "kind": "passage"})).json()
    assert typed @ asked > 0.995  # activations in 8 bits share a scale with what runs beside them
    assert typed @ vector_of(passage["embeddings"][0]) < typed @ asked


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\x00\x01\x02", "🎉🎉", "?", "a" * 100_000, "智能 " * 30_000, "\ufffd\ufffd", "‮abc", "e\u0301" * 50],
)
async def test_odd_text_gets_an_answer(client: Client, text: str) -> None:
    assert (await parse(client, text))["intent"]["name"] in [*INTENTS, "nlu_fallback"]


async def test_emoji_and_empty_text_fall_back(client: Client) -> None:
    for text in ("", "🎉", "\x00"):
        assert (await parse(client, text))["intent"]["name"] == "nlu_fallback"


async def test_button_is_read_without_the_model(client: Client) -> None:
    reading = await parse(client, '/choose_option{"value": "2"}')
    assert reading["intent"] == {"name": "choose_option", "confidence": 1.0}
    assert reading["entities"][0]["value"] == "2"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/model/parse", b"{bad", 400),
        ("POST", "/model/parse", b"", 400),
        ("POST", "/model/parse", b"\xff\xfe\x00", 400),
        ("POST", "/model/parse", b"[]", 400),
        ("POST", "/model/parse", b'{"text": 5}', 400),
        ("POST", "/model/parse", b"{}", 400),
        ("POST", "/model/parse", b'{"text": "\\ud800"}', 400),
        ("POST", "/model/parse", b'{"text": "' + b"a" * (3 << 20) + b'"}', 413),
        ("POST", "/encode", b'{"texts": "one"}', 400),
        ("POST", "/encode", b'{"texts": [1]}', 400),
        ("POST", "/encode", b'{"texts": ["a"], "kind": "other"}', 400),
        ("POST", "/encode", json.dumps({"texts": ["a"] * 21}).encode(), 413),
        ("GET", "/encode", b"", 405),
        ("GET", "/nothing", b"", 404),
        ("POST", "/rank", b"{}", 503),
    ],
)
async def test_wrong_request_gets_a_clear_answer(
    client: Client, method: str, path: str, body: bytes, status: int
) -> None:
    response = await client.request(method, path, data=io.BytesIO(body))
    assert response.status == status
    assert (await response.json())["error"]


async def test_encode_keeps_the_order_and_handles_none(client: Client) -> None:
    texts = ["watch", "a", "watch", "智能手表 " * 40, "b"]
    both = [await (await client.post("/encode", json={"texts": texts, "kind": "passage"})).json() for _ in range(2)]
    assert both[0]["embeddings"] == both[1]["embeddings"]
    assert both[0]["embeddings"][0] == both[0]["embeddings"][2] != both[0]["embeddings"][1]
    empty = await (await client.post("/encode", json={"texts": []})).json()
    assert empty["embeddings"] == []


async def test_many_messages_at_once_are_all_answered(client: Client) -> None:
    texts = [f"smartwatch {i} under ${i}00" for i in range(1, 60)]
    readings = await asyncio.gather(*(parse(client, text) for text in texts))
    assert [r["text"] for r in readings] == texts


async def test_full_queue_answers_503_with_retry_after(settings: ServingSettings, models: Models) -> None:
    app = create_app(settings.model_copy(update={"models_max_queue": 1}), models)
    async with TestClient(TestServer(app)) as client:
        responses = await asyncio.gather(*(client.post("/model/parse", json={"text": f"hi {i}"}) for i in range(40)))
        refused = [r for r in responses if r.status == 503]
        assert refused
        assert all(r.headers["Retry-After"] for r in refused)
        assert {r.status for r in responses} <= {200, 503}


async def test_server_becomes_ready_and_counts(client: Client) -> None:
    for _ in range(100):
        ready = await client.get("/readyz")
        if ready.status == 200:
            break
        await asyncio.sleep(0.02)
    assert (await ready.json())["ready"] is True
    await parse(client, "hi")
    assert (await client.get("/healthz")).status == 200
    text = await (await client.get("/metrics")).text()
    assert 'shopkeeper_models_requests_total{endpoint="/model/parse",status="200"} 1.0' in text
    assert "shopkeeper_models_resident_bytes" in text


async def test_token_is_asked_for(settings: ServingSettings, models: Models) -> None:
    app = create_app(settings.model_copy(update={"internal_token": SecretStr("s3cret")}), models)
    async with TestClient(TestServer(app)) as client:
        bearer = {"Authorization": "Bearer s3cret"}
        assert (await client.post("/encode", json={"texts": []})).status == 401
        assert (await client.post("/encode", json={"texts": []}, headers=bearer)).status == 200
        assert (await client.post("/model/parse", json={"text": "hi"})).status == 401
        assert (await client.post("/model/parse", json={"text": "hi", "token": "wrong"})).status == 401
        assert (await client.post("/model/parse", json={"text": "hi", "token": "s3cret"})).status == 200
        assert (await client.get("/healthz")).status == 200


async def test_rank_asks_for_items_and_scores(settings: ServingSettings, models: Models) -> None:
    ranker = FixedRanker()
    app = create_app(settings, Models(models.inference, models.trained, models.encoder_version, ranker))
    async with TestClient(TestServer(app)) as client:
        wanted = {"version": "v1", "history": [], "candidates": ["p1", "p2"]}
        assert (await client.post("/rank", json=wanted)).status == 409
        vector = base64.b64encode(np.ones(32, "<f2").tobytes()).decode()
        item = {"product_id": "p1", "category": "watches", "brand": None, "price_minor": 100, "rating": 4.5,
                "rating_count": 3, "embedding": vector}  # fmt: skip
        put = await client.put("/rank/items", json={"version": "v1", "items": [item]})
        assert await put.json() == {"version": "v1", "items": 1}
        assert ranker.items[0]["embedding"].tolist() == [1.0] * 32
        answer = await client.post("/rank", json=wanted)
        assert await answer.json() == {"probabilities": [0.0, 0.1]}
        bad = await client.put("/rank/items", json={"version": "v1", "items": [{**item, "embedding": "%%"}]})
        assert bad.status == 400
