"""Request bodies and frames of the desk, checked by shape (`protocol.md`)."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.gateway.requests import ConversationId
from bot.gateway.typed_text import MAX_CHARACTERS

MAX_PRODUCTS = 10
Seq = Annotated[int, Field(ge=0, lt=2**31)]
DeskMessageId = Annotated[str, Field(pattern=r"^[!-~]{1,40}$")]
ProductId = Annotated[str, Field(min_length=1, max_length=128)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_CHARACTERS)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class SignInBody(_Body):
    """`POST /desk/api/session`."""

    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=256)


class SayBody(_Body):
    """An agent's message: text, products, or both."""

    client_message_id: DeskMessageId
    text: Text = ""
    product_ids: list[ProductId] = Field(default_factory=list, max_length=MAX_PRODUCTS)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text and not self.product_ids:
            raise ValueError("neither text nor products")
        return self


class SayFrame(SayBody):
    """The frame `message`."""

    conversation_id: ConversationId


class ConversationFrame(_Body):
    """The frames `watch` and `unwatch`."""

    conversation_id: ConversationId


class TypingFrame(ConversationFrame):
    """The frame `typing`."""

    on: bool


class ReadBody(_Body):
    """`POST …/read`."""

    seq: Seq


class ReadFrame(ConversationFrame):
    """The frame `read`."""

    seq: Seq


class HelloFrame(_Body):
    """The first frame of a line."""

    token: str = Field(max_length=200)


class AssignBody(_Body):
    """`POST …/assign`."""

    agent_id: Annotated[int, Field(ge=1, lt=2**31)]


class NoteBody(_Body):
    """`POST …/notes`."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_CHARACTERS)]


class DraftBody(_Body):
    """`POST …/draft`."""

    question: Text = ""


class CorrectionBody(_Body):
    """`POST …/corrections`: the right intent, or the right answer."""

    seq: Seq
    intent: str | None = Field(None, max_length=64)
    answer: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_CHARACTERS)] | None = None

    @model_validator(mode="after")
    def _corrects_something(self) -> Self:
        if not self.intent and not self.answer:
            raise ValueError("neither an intent nor an answer")
        return self


class PresenceBody(_Body):
    """`POST /desk/api/presence`."""

    away: bool
