"""Drafts of answers from the shop's policies: worded by the model server, else the passage itself. Nothing is sent."""

import asyncio
import base64
import binascii
import logging
from collections.abc import Sequence
from typing import Any

import aiohttp
import numpy as np
import orjson
from numpy.typing import NDArray

from bot.gateway.errors import BusyError
from bot.gateway.presentation import JsonObject
from bot.gateway.texts import Language
from catalog.search.passage_search import PassageHit, PassageQuery, PassageSearch
from catalog.session import Database

_LOG = logging.getLogger(__name__)
MOST_PASSAGES = 8
MOST_AT_ONCE = 4
MOST_WAITING = 16
MAX_QUESTION = 1000
TIMEOUT_S = 4.0
_NOTHING: JsonObject = {"text": "", "from": "none", "sources": []}


class DraftModelError(RuntimeError):
    """The model server gave no usable answer."""


class Drafts:
    """Asks the model server for drafts.

    Args:
        database: the shop.
        url: address of the model server.
        token: the bearer token that the internal servers share; empty: none.
    """

    def __init__(self, database: Database, url: str, *, token: str = "") -> None:
        self._database = database
        self._passages = PassageSearch()
        self._url = url
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=TIMEOUT_S))
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._under_way = 0

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def draft(self, question: str, language: Language, previous: str = "") -> JsonObject:
        """Return a `Draft` of `protocol.md`.

        Args:
            question: what is to be answered.
            language: of the answer, and of the policies looked at where there are some in it.
            previous: the shopper's message before, where the question leans on it.

        Raises:
            BusyError: too many drafts are being made.
        """
        question = question[:MAX_QUESTION]
        if not question.strip():
            return _NOTHING
        if self._under_way >= MOST_WAITING:
            raise BusyError("too many drafts", retry_after_s=2)
        self._under_way += 1
        try:
            async with self._slots:
                return await self._draft(question, language, previous[:MAX_QUESTION])
        finally:
            self._under_way -= 1

    async def _draft(self, question: str, language: Language, previous: str) -> JsonObject:
        vector = await self._vector(question)
        query = PassageQuery(question, language, vector, limit=MOST_PASSAGES)
        hits = await self._database.read(self._passages.search, query)
        if not hits:
            return _NOTHING
        try:
            generated = await self._generate(question, language, hits, previous)
        except DraftModelError as error:
            _LOG.info("a draft is the passage itself: %s", error)
            generated = None
        if generated is not None:
            return generated
        best = hits[0]
        if best.score <= 0:  # found by nothing: only the first in order
            return _NOTHING
        return {"text": best.text, "from": "passage", "sources": [_source(best)]}

    async def _vector(self, question: str) -> NDArray[np.float32] | None:
        """Return the question's embedding, None where the model server has none to give."""
        try:
            answer = await self._ask("/encode", {"texts": [question], "kind": "query"})
            raw = base64.b64decode(answer["embeddings"][0], validate=True)
            vector = np.frombuffer(raw, "<f2").astype(np.float32)
        except (DraftModelError, LookupError, TypeError, ValueError, binascii.Error) as error:
            _LOG.info("a draft without an embedding: %s", type(error).__name__)
            return None
        return vector if len(vector) == answer.get("dimension") else None

    async def _generate(
        self, question: str, language: Language, hits: Sequence[PassageHit], previous: str
    ) -> JsonObject | None:
        """Return what the model server wrote with its sources, None where the passages do not answer.

        Raises:
            DraftModelError: no usable answer.
        """
        passages = [{"section": hit.section, "text": hit.text} for hit in hits]
        body = {"question": question, "language": language, "passages": passages, "previous": previous}
        answer = await self._ask("/generate", body)
        try:
            text, covered = str(answer["text"]).strip(), answer["how"] != "not_covered"
            places = dict.fromkeys(int(sentence["passage"]) for sentence in answer["sentences"])
            sources = [_source(hits[place]) for place in places]
        except (LookupError, TypeError, ValueError) as error:
            raise DraftModelError("/generate: not the documented shape") from error
        return {"text": text, "from": "generated", "sources": sources} if covered and text else None

    async def _ask(self, path: str, body: JsonObject) -> JsonObject:
        headers = {"Content-Type": "application/json"}
        try:
            async with self._http.post(self._url + path, data=orjson.dumps(body), headers=headers) as response:
                raw = await response.read()
                if response.status != 200:
                    raise DraftModelError(f"{path}: status {response.status}")
            answer: Any = orjson.loads(raw)
        except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError) as error:
            raise DraftModelError(f"{path}: {type(error).__name__}") from error
        if not isinstance(answer, dict):
            raise DraftModelError(f"{path}: not an object")
        return answer


def _source(hit: PassageHit) -> JsonObject:
    return {"document": hit.title, "section": hit.section, "version": hit.version}
