"""Request bodies, checked by shape."""

import re
from typing import Annotated, Any, Literal, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.gateway.errors import InvalidRequestError, MessageTooLongError
from bot.gateway.typed_text import MAX_CHARACTERS

_LONE_SURROGATE = re.compile(
    rb"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
ConversationId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
ClientMessageId = Annotated[str, Field(pattern=r"^[!-~]{1,64}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class MessageBody(_Body):
    """`POST /api/messages`, and the frame `message`, which leaves the conversation out."""

    conversation_id: ConversationId = ""
    text: str = ""
    payload: str | None = Field(None, max_length=64)
    client_message_id: ClientMessageId | None = None
    language: Literal["en", "zh"] | None = None


class HelloFrame(_Body):
    """The first frame of a WebSocket."""

    conversation_id: ConversationId
    last_seq: int = Field(0, ge=0, le=2**31)
    language: Literal["en", "zh"] | None = None


class EventBody(_Body):
    """One behaviour event."""

    kind: Literal["impression", "view", "click", "add_to_cart"]
    product_id: str = Field(min_length=1, max_length=128)
    rank: int | None = Field(None, ge=1, le=1000)
    place: Literal["chat", "grid", "product_page"] | None = None


class EventsBody(_Body):
    """`POST /api/events`."""

    conversation_id: ConversationId | None = None
    events: list[EventBody] = Field(min_length=1, max_length=100)


class TokenBody(_Body):
    """`POST /api/session/customer`."""

    token: str = Field(max_length=4096)


class DemoCustomerBody(_Body):
    """`POST /api/session/demo`."""

    customer_id: str = Field(min_length=1, max_length=64)


BodyType = TypeVar("BodyType", bound=BaseModel)


def parse_body(kind: type[BodyType], value: Any) -> BodyType:
    """Return a checked body.

    Raises:
        MessageTooLongError: `text` is over the limit.
        InvalidRequestError: anything else does not have the documented shape; it says where.
    """
    if isinstance(value, dict) and isinstance(value.get("text"), str) and len(value["text"]) > MAX_CHARACTERS:
        raise MessageTooLongError(f"{len(value['text'])} characters")
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        fields = sorted({".".join(map(str, row["loc"])) for row in error.errors()})
        raise InvalidRequestError(f"wrong: {', '.join(fields)[:200]}") from error


async def read_body(request: web.Request, kind: type[BodyType]) -> BodyType:
    """Return the checked JSON body of a request.

    Raises:
        orjson.JSONDecodeError: it is not JSON.
        InvalidRequestError, MessageTooLongError: as `parse_body`.
    """
    return parse_body(kind, parse_json(await request.read()))


def parse_json(data: bytes) -> Any:
    """Return what JSON says; half a surrogate pair, which broken clients send, becomes a replacement character.

    Raises:
        orjson.JSONDecodeError: it is not JSON.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return orjson.loads(_LONE_SURROGATE.sub(lambda match: match[1] or rb"\ufffd", data))
