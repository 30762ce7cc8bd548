"""The typed reply at the door: what Rasa hands over is checked against its schema here, once.

The shape is the one of `openapi.yml`; unknown keys are dropped
and missing ones filled, so that channels can rely on it.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.gateway.errors import DialogueUnavailableError
from bot.gateway.texts import Language, say


def _harmless_url(url: str | None) -> str | None:
    if url is None or urlsplit(url.strip()).scheme.lower() not in ("", "http", "https"):
        return None
    return url.strip()


Url = Annotated[str | None, AfterValidator(_harmless_url)]
HAND_OVER = "/contact_human_agent"


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Button(_Part):
    """Something to tap; `payload` is `/intent{…}` as it comes from the actions, an opaque id as it leaves."""

    title: str
    payload: str


class Card(_Part):
    """One product as shown."""

    product_id: str
    variant_id: str | None = None
    title: str
    price_minor: int = Field(ge=0)
    currency: str = Field(pattern="^[A-Z]{3}$")
    image_url: Url = None
    url: Url = None
    rating: float | None = None
    in_stock: bool = True
    reason: str | None = None
    sponsored: bool = False
    buttons: tuple[Button, ...] = ()


class Source(_Part):
    """Where a service answer comes from."""

    document: str
    section: str
    version: str


class Handoff(_Part):
    """Why a person shall take over."""

    reason: str


class TypedReply(_Part):
    """What the shopper gets in one turn."""

    text: str
    language: Literal["en", "zh"]
    cards: tuple[Card, ...] = ()
    quick_replies: tuple[Button, ...] = ()
    sources: tuple[Source, ...] = ()
    handoff: Handoff | None = None
    expects: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the reply as JSON."""
        return self.model_dump(mode="json")


def read_rasa_message(message: Mapping[str, Any], language: Language) -> tuple[TypedReply, dict[str, Any] | None]:
    """Return the typed reply of one message of Rasa's REST channel, and its trace.

    A plain `text` (an emergency text of the domain) becomes a reply in the conversation's language.

    Raises:
        DialogueUnavailableError: the message is not a typed reply.
    """
    custom = message.get("custom")
    if isinstance(custom, Mapping):
        understanding = custom.get("understanding")
        try:
            reply = TypedReply.model_validate(custom)
        except ValidationError as error:
            fields = sorted({".".join(map(str, row["loc"])) for row in error.errors()})
            raise DialogueUnavailableError(f"a reply breaks the schema at {', '.join(fields)}") from error
        return reply, dict(understanding) if isinstance(understanding, Mapping) else None
    text = message.get("text")
    if not isinstance(text, str) or not text.strip():
        raise DialogueUnavailableError("a reply has neither `custom` nor `text`")
    try:
        buttons = tuple(Button.model_validate(button) for button in message.get("buttons") or ())
    except ValidationError as error:
        raise DialogueUnavailableError("a button has no title or no payload") from error
    return TypedReply(text=text, language=language, quick_replies=buttons), None


def apology(language: Language) -> TypedReply:
    """Return the reply for a turn that could not be answered, with a way to a person."""
    person = Button(title=say("person", language), payload=HAND_OVER)
    return TypedReply(text=say("apology", language), language=language, quick_replies=(person,))


def outdated_button(language: Language) -> TypedReply:
    """Return the reply to a button that was not issued in this conversation, or long ago."""
    return TypedReply(text=say("outdated_button", language), language=language)
