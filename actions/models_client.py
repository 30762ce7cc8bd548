"""The one client of the model server: pooled, bounded in time, tried again once, with typed errors."""

import base64
from collections.abc import Sequence
from typing import Any, Self

import aiohttp
import numpy as np
import orjson
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random

from actions.services.models_port import (
    Float32,
    Kind,
    ModelsError,
    ModelsUnavailableError,
    PolicyAnswer,
    UnknownItemsError,
)

_ATTEMPTS = 2
_CONNECTIONS = 32


class _TransientError(ModelsUnavailableError):
    """Worth a second try: the connection broke, or the server is starting."""


class ModelsClient:
    """Talks to `nlu_models.serving` (docs/architecture.md, the model server).

    Args:
        url: its address.
        token: the shared bearer token; empty where everything is on loopback.
        timeout_s: for one request that a shopper waits for.
        bulk_timeout_s: for `/encode` of many texts and for the product table.
    """

    def __init__(self, url: str, *, token: str = "", timeout_s: float = 2.0, bulk_timeout_s: float = 60.0) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._timeout_s = timeout_s
        self._bulk_timeout_s = bulk_timeout_s
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the pool of connections."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=60),
            headers=self._headers,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def encode(self, texts: Sequence[str], kind: Kind, *, bulk: bool = False) -> tuple[Float32, str]:
        """Embed texts.

        Returns:
            `(N, D)` float32, L2-normalised, one row a text; and the name of the encoder that made them.

        Raises:
            ModelsUnavailableError: no answer in time.
            ModelsError: an answer that is not one.
        """
        timeout_s = self._bulk_timeout_s if bulk else self._timeout_s
        answer = await self._call("POST", "/encode", {"texts": list(texts), "kind": kind}, timeout_s)
        rows = [np.frombuffer(base64.b64decode(row), "<f2") for row in answer["embeddings"]]
        if len(rows) != len(texts):
            raise ModelsError(f"/encode gave {len(rows)} embeddings for {len(texts)} texts")
        return np.asarray(rows, np.float32).reshape(len(rows), answer["dimension"]), str(answer["model"])

    async def put_items(self, version: str, items: Sequence[dict[str, Any]]) -> None:
        """Load the product table of the ranker.

        Raises:
            ModelsError: it was refused; ModelsUnavailableError: no answer in time.
        """
        await self._call("PUT", "/rank/items", {"version": version, "items": list(items)}, self._bulk_timeout_s)

    async def rank(self, version: str, history: Sequence[dict[str, Any]], candidates: Sequence[str]) -> list[float]:
        """Return the probability of purchase of each candidate, in their order.

        Args:
            version: of the product table.
            history: `{"product_id", "kind", "age_days"}`, any order.
            candidates: product ids.

        Raises:
            UnknownItemsError: this version is not loaded.
            ModelsUnavailableError: no answer in time, or no ranker installed.
        """
        body = {"version": version, "history": list(history), "candidates": list(candidates)}
        answer = await self._call("POST", "/rank", body, self._timeout_s)
        probabilities = [float(p) for p in answer["probabilities"]]
        if len(probabilities) != len(candidates):
            raise ModelsError(f"/rank gave {len(probabilities)} figures for {len(candidates)} candidates")
        return probabilities

    async def generate(
        self, question: str, language: str, passages: Sequence[tuple[str, str]], previous: str = ""
    ) -> PolicyAnswer:
        """Answer a service question from policy passages.

        Args:
            question: the shopper's words.
            language: `en` or `zh`.
            passages: section and text of each, 24 at the most.
            previous: the shopper's message before, where the question may lean on it.

        Raises:
            ModelsUnavailableError: no answer in time, or no reader installed.
        """
        body = {
            "question": question,
            "language": language,
            "passages": [{"section": section, "text": text} for section, text in passages],
            "previous": previous,
        }
        answer = await self._call("POST", "/generate", body, self._timeout_s)
        places = dict.fromkeys(int(sentence["passage"]) for sentence in answer["sentences"])
        return PolicyAnswer(str(answer["text"]), answer["how"] != "not_covered", tuple(places), bool(answer["sure"]))

    async def _call(self, method: str, path: str, body: Any, timeout_s: float) -> dict[str, Any]:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(_TransientError),
            stop=stop_after_attempt(_ATTEMPTS),
            wait=wait_random(0.02, 0.08),
            reraise=True,
        ):
            with attempt:
                return await self._once(method, path, body, timeout_s)
        raise ModelsUnavailableError(f"{path}: not tried")

    async def _once(self, method: str, path: str, body: Any, timeout_s: float) -> dict[str, Any]:
        if self._session is None:
            raise ModelsUnavailableError("the client is not open")
        data = None if body is None else orjson.dumps(body)
        timeout = aiohttp.ClientTimeout(total=timeout_s, connect=min(1.0, timeout_s))
        try:
            async with self._session.request(method, self._url + path, data=data, timeout=timeout) as response:
                raw = await response.read()
                _check(path, response.status, raw)
        except TimeoutError as error:
            raise ModelsUnavailableError(f"{path}: no answer within {timeout_s} s") from error
        except aiohttp.ClientConnectionError as error:
            raise _TransientError(f"{path}: {error}") from error
        except aiohttp.ClientError as error:
            raise ModelsUnavailableError(f"{path}: {error}") from error
        try:
            answer = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise ModelsError(f"{path}: the answer is not JSON") from error
        if not isinstance(answer, dict):
            raise ModelsError(f"{path}: the answer is not an object")
        return answer


def _check(path: str, status: int, raw: bytes) -> None:
    if status < 400:
        return
    said = raw[:200].decode("utf-8", "replace")
    if status == 409:
        raise UnknownItemsError(said)
    if status in (502, 504):
        raise _TransientError(f"{path}: {status} {said}")
    if status >= 500 or status == 429:
        raise ModelsUnavailableError(f"{path}: {status} {said}")
    raise ModelsError(f"{path}: {status} {said}")
