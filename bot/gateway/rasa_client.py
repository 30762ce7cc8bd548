"""The one client of the dialogue server: pooled, bounded in time, able to repair a conversation that went silent."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import orjson

from bot.gateway.breaker import Breaker
from bot.gateway.errors import DialogueUnavailableError, SilentDialogueError
from bot.rasa_address import RASA_READY

_LOG = logging.getLogger(__name__)
CONNECT_TIMEOUT_S = 1.0
PROBE_TIMEOUT_S = 1.0
REPAIR_TIMEOUT_S = 1.5
IDLE_CONNECTION_S = 3.0  # below Rasa's own 5 s: a pooled connection is never one that Rasa is about to close
MAX_ANSWER_BYTES = 2 << 20
REPAIR_EVENTS = ({"event": "active_loop", "name": None}, {"event": "action", "name": "action_listen"})
JsonObject = dict[str, Any]


class RasaClient:
    """Talks to Rasa's REST channel.

    Args:
        url: address of the dialogue server.
        token: the internal token, `""` for none.
        connections: pooled connections at most.
    """

    def __init__(self, url: str, *, token: str = "", connections: int = 64) -> None:
        self._url = url
        self._query = {"token": token} if token else {}
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections, keepalive_timeout=IDLE_CONNECTION_S),
            timeout=aiohttp.ClientTimeout(total=10, connect=CONNECT_TIMEOUT_S),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self.breaker = Breaker(self.is_reachable)

    async def close(self) -> None:
        """End the probe and close all connections."""
        await self.breaker.stop()
        await self._http.close()

    async def ask(
        self, conversation_id: str, message: str, metadata: Mapping[str, Any], timeout_s: float
    ) -> list[JsonObject]:
        """Hand a message to the dialogue and return the messages that it answers with, at least one.

        Args:
            conversation_id: the sender.
            message: cleaned text, or the payload of a button that the gateway issued.
            metadata: see docs/architecture.md.
            timeout_s: for the whole call.

        Raises:
            DialogueUnavailableError: no answer, or none that can be read.
            SilentDialogueError: it answered with nothing; `repair` it.
        """
        if self.breaker.is_open:
            raise DialogueUnavailableError("the dialogue server is down")
        body = orjson.dumps({"sender": conversation_id, "message": message, "metadata": metadata})
        try:
            async with asyncio.timeout(timeout_s):
                answer = await self._post_message(body)
        except aiohttp.ClientConnectorError as error:
            self.breaker.failed(refused=True)
            raise DialogueUnavailableError("the dialogue server refuses connections") from error
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self.breaker.failed(refused=False)
            raise DialogueUnavailableError(f"the dialogue server did not answer: {type(error).__name__}") from error
        self.breaker.succeeded()
        if not answer:
            raise SilentDialogueError("the dialogue server answered with nothing")
        return answer

    async def _post_message(self, body: bytes) -> list[JsonObject]:
        for attempt in (1, 2):
            try:
                return await self._post_message_once(body)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                # A pooled connection may have died while idle: once more. A dead server refuses this second attempt.
                if attempt == 2 or isinstance(error, aiohttp.ClientConnectorError):
                    raise
        raise AssertionError("unreachable")

    async def _post_message_once(self, body: bytes) -> list[JsonObject]:
        headers = {"Content-Type": "application/json"}
        address = f"{self._url}/webhooks/rest/webhook"
        async with self._http.post(address, data=body, params=self._query, headers=headers) as response:
            if response.status != 200:  # it lives, and has dropped the turn as a whole (bot/rasa/README.md)
                raise DialogueUnavailableError(f"the dialogue server answered {response.status}")
            content = await response.content.read(MAX_ANSWER_BYTES + 1)
            while len(content) <= MAX_ANSWER_BYTES and (more := await response.content.read(MAX_ANSWER_BYTES)):
                content += more
        if len(content) > MAX_ANSWER_BYTES:
            raise ValueError("the answer is too large")
        answer = orjson.loads(content)
        if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
            raise ValueError("the answer is not a list of messages")
        return answer

    async def repair(self, conversation_id: str) -> bool:
        """Close the loop and listen again, so that a conversation that went silent goes on; slots are kept."""
        return await self._append(conversation_id, REPAIR_EVENTS) is not None

    async def resume(self, conversation_id: str) -> bool:
        """Go on after a person has had the conversation: what was looked at and the language are kept; open tasks,
        their loop, and what the assistant has asked or offered are dropped."""
        slots = await self._append(conversation_id, REPAIR_EVENTS)
        if slots is None:
            return False
        language = (slots.get("conversation") or {}).get("language")
        kept = {"language": language} if language else None
        forgotten = (_slot("tasks", None), _slot("conversation", kept))
        return await self._append(conversation_id, forgotten) is not None

    async def _append(self, conversation_id: str, events: Sequence[JsonObject]) -> JsonObject | None:
        """Add events; return the slots after them, None where the dialogue server did not take them."""
        address = f"{self._url}/conversations/{conversation_id}/tracker/events"
        try:
            async with (
                asyncio.timeout(REPAIR_TIMEOUT_S),
                self._http.post(
                    address, json=list(events), params={**self._query, "include_events": "NONE"}
                ) as response,
            ):
                response.raise_for_status()
                tracker: JsonObject = orjson.loads(await response.content.read())
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            _LOG.warning("events could not be added to a conversation: %s", type(error).__name__)
            return None
        return tracker.get("slots") or {}

    async def is_reachable(self) -> bool:
        """Tell whether the dialogue server answers and has its model."""
        try:
            async with asyncio.timeout(PROBE_TIMEOUT_S), self._http.get(f"{self._url}{RASA_READY}") as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False


def _slot(name: str, value: Any) -> JsonObject:
    return {"event": "slot", "name": name, "value": value}
