"""A shopper over HTTP, in tests of the gateway."""

from typing import Any

from tests.integration.gateway.conftest import Client


async def say(gateway: Client, conversation_id: str, text: str, **fields: Any) -> dict[str, Any]:
    """Send a message and return the body of the answer, which must be a good one."""
    status, body = await post(gateway, conversation_id, text, **fields)
    assert status == 200, body
    return body


async def post(gateway: Client, conversation_id: str, text: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    """Send a message and return status and body."""
    json = {"conversation_id": conversation_id, "text": text, **fields}
    async with gateway.post("/api/messages", json=json) as response:
        return response.status, await response.json()


def origin(gateway: Client) -> dict[str, str]:
    """Return the header that a browser sends from the gateway's own page."""
    return {"Origin": str(gateway.make_url("/")).rstrip("/")}
