"""The calls to Chatwoot's application API that the bridge makes.

Source:
    Chatwoot's API reference (developers.chatwoot.com, "Application"), whose shapes are the repository's `swagger/`.
"""

import logging
from collections.abc import Mapping
from typing import Any, Final, Literal, Self

import aiohttp
import orjson

from bot.desk.chatwoot.errors import ChatwootError, MissingError, RefusedError, TokenError, UnreachableError
from bot.gateway.settings import GatewaySettings

_LOG = logging.getLogger(__name__)
CONNECTIONS: Final = 8
CONNECT_TIMEOUT_S: Final = 5.0
MAX_ANSWER_BYTES: Final = 8 << 20
MARK: Final = "shopkeeper"
CONVERSATION_KEY: Final = "shopkeeper_conversation"
_NOT_NOW: Final = frozenset({403, 408, 429})
JsonObject = dict[str, Any]
Status = Literal["open", "resolved"]


class ChatwootClient:
    """One account's API, as the user or agent bot whose token it is.

    Args:
        url: address of Chatwoot.
        token: `api_access_token`.
        account: number of the account.
        inbox: number of the API inbox.
        timeout_s: longest wait for one answer.
    """

    def __init__(self, url: str, token: str, *, account: int, inbox: int, timeout_s: float) -> None:
        self._url = f"{url}/api/v1/accounts/{account}"
        self.inbox = inbox
        self._http = aiohttp.ClientSession(
            headers={"api_access_token": token, "Accept": "application/json"},
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            timeout=aiohttp.ClientTimeout(total=timeout_s, connect=min(CONNECT_TIMEOUT_S, timeout_s)),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    @classmethod
    def of(cls, settings: GatewaySettings) -> Self:
        """Make the client that the settings describe."""
        return cls(
            settings.chatwoot_url,
            settings.chatwoot_token.get_secret_value(),
            account=settings.chatwoot_account,
            inbox=settings.chatwoot_inbox,
            timeout_s=settings.chatwoot_timeout_s,
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._http.close()

    async def find_contact(self, key: str, value: str) -> int | None:
        """Return the contact whose `identifier` or `email` is exactly this."""
        found = await self._call("GET", "/contacts/search", query={"q": value})
        for contact in _objects(found, "payload"):
            if str(contact.get(key) or "").casefold() == value.casefold():
                return _number(contact)
        return None

    async def create_contact(self, fields: JsonObject) -> int:
        """Make a contact of the inbox."""
        made = await self._call("POST", "/contacts", {"inbox_id": self.inbox, **fields})
        return _number(_object(_object(made, "payload"), "contact"))

    async def find_conversation(self, contact_id: int, conversation_id: str) -> int | None:
        """Return the number of the contact's conversation that was made for one of ours."""
        found = await self._call("GET", f"/contacts/{contact_id}/conversations")
        for conversation in _objects(found, "payload"):
            if (conversation.get("custom_attributes") or {}).get(CONVERSATION_KEY) == conversation_id:
                return _number(conversation)
        return None

    async def create_conversation(self, contact_id: int, source_id: str, attributes: Mapping[str, str]) -> int:
        """Open a conversation; returns the number that people see."""
        body = {
            "source_id": source_id,
            "inbox_id": self.inbox,
            "contact_id": contact_id,
            "status": "open",
            "custom_attributes": dict(attributes),
        }
        return _number(await self._call("POST", "/conversations", body))

    async def status_of(self, chatwoot_id: int) -> str:
        """Return a conversation's status: open, resolved, pending or snoozed."""
        return str((await self._call("GET", f"/conversations/{chatwoot_id}")).get("status"))

    async def set_status(self, chatwoot_id: int, status: Status) -> None:
        """Open or resolve a conversation."""
        await self._call("POST", f"/conversations/{chatwoot_id}/toggle_status", {"status": status})

    async def messages(self, chatwoot_id: int) -> list[JsonObject]:
        """Return the latest messages of a conversation."""
        return _objects(await self._call("GET", f"/conversations/{chatwoot_id}/messages"), "payload")

    async def say(self, chatwoot_id: int, text: str, mark: str) -> None:
        """Add what the shopper said; `mark` is found again by `has_mark`."""
        await self._post_message(chatwoot_id, {"content": text, "message_type": "incoming", "private": False}, mark)

    async def add_note(self, chatwoot_id: int, text: str, mark: str) -> None:
        """Add a private note, which only agents see."""
        await self._post_message(chatwoot_id, {"content": text, "message_type": "outgoing", "private": True}, mark)

    async def has_mark(self, chatwoot_id: int, mark: str) -> bool:
        """Tell whether one of the latest messages has a mark."""
        return any((m.get("content_attributes") or {}).get(MARK) == mark for m in await self.messages(chatwoot_id))

    async def inbox_members(self) -> list[JsonObject]:
        """Return the agents of the inbox."""
        return _objects(await self._call("GET", f"/inbox_members/{self.inbox}"), "payload")

    async def _post_message(self, chatwoot_id: int, body: JsonObject, mark: str) -> None:
        body |= {"content_type": "text", "content_attributes": {MARK: mark}}
        await self._call("POST", f"/conversations/{chatwoot_id}/messages", body)

    async def _call(
        self, method: str, path: str, body: JsonObject | None = None, *, query: Mapping[str, str] | None = None
    ) -> JsonObject:
        """Make a request.

        Raises:
            MissingError, RefusedError, UnreachableError: see there.
        """
        try:
            async with self._http.request(
                method, self._url + path, json=body, params=query, allow_redirects=False
            ) as response:
                if response.status >= 300:
                    raise _error(response.status, response.headers.get("Retry-After"))
                raw = await _read(response)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise UnreachableError(type(error).__name__) from None
        try:
            answer = orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise UnreachableError("the answer is not JSON: is the address Chatwoot's?") from None
        if not isinstance(answer, dict):
            raise UnreachableError("the answer is no object")
        return answer


async def _read(response: aiohttp.ClientResponse) -> bytes:
    chunks = bytearray()
    async for chunk in response.content.iter_any():
        chunks += chunk
        if len(chunks) > MAX_ANSWER_BYTES:
            raise UnreachableError("the answer is too large")
    return bytes(chunks)


def _error(status: int, retry_after: str | None) -> ChatwootError:
    if status == 404:
        return MissingError("404")
    if status == 401:
        _LOG.error("Chatwoot does not know the token: check SHOPKEEPER_CHATWOOT_TOKEN and _ACCOUNT")
        return TokenError("401")
    if status in _NOT_NOW or status >= 500 or status < 400:
        return UnreachableError(str(status), float(retry_after) if retry_after and retry_after.isdigit() else None)
    return RefusedError(str(status))


def _object(parent: JsonObject, key: str) -> JsonObject:
    found = parent.get(key)
    return found if isinstance(found, dict) else {}


def _objects(parent: JsonObject, key: str) -> list[JsonObject]:
    found = parent.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _number(thing: JsonObject) -> int:
    found = thing.get("id")
    if not isinstance(found, int):
        raise UnreachableError("the answer has no id: is this the application API?")
    return found
