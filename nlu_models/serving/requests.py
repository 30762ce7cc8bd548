"""The bodies of requests, checked."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, StrictStr, field_validator

from nlu_models.encoder.config import Float32
from nlu_models.encoder.tokenizer import Kind

_Id = Annotated[str, Field(min_length=1, max_length=200)]


class ParseRequest(BaseModel):
    """`POST /model/parse`; what else Rasa sends is ignored."""

    text: StrictStr
    message_id: str | None = None
    token: str | None = None


class EncodeRequest(BaseModel):
    """`POST /encode`."""

    texts: list[StrictStr]
    kind: Kind = "query"


class GeneratePassage(BaseModel):
    """A section of a policy."""

    section: str = Field("", max_length=500)
    text: str = Field(max_length=20_000)


class GenerateRequest(BaseModel):
    """`POST /generate`."""

    question: StrictStr = Field(max_length=4_000)
    language: Literal["en", "zh"]
    passages: list[GeneratePassage] = Field(max_length=24)
    previous: str = Field("", max_length=4_000)


class RankItem(BaseModel):
    """One product of the ranker's table; the embedding arrives as base64 of float16."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    product_id: _Id
    category: str | None = None
    brand: str | None = None
    price_minor: int | None = Field(None, ge=0)
    rating: float | None = None
    rating_count: int | None = Field(None, ge=0)
    embedding: Float32 | None = None

    @field_validator("embedding", mode="before")
    @classmethod
    def _decode(cls, value: Any) -> Float32 | None:
        if value is None:
            return None
        try:
            return np.frombuffer(base64.b64decode(value, validate=True), "<f2").astype(np.float32)
        except (binascii.Error, TypeError, ValueError) as error:
            raise ValueError("not base64 of float16") from error


class RankItemsRequest(BaseModel):
    """`PUT /rank/items`."""

    version: _Id
    items: list[RankItem] = Field(max_length=500_000)


class RankEvent(BaseModel):
    """One thing that the shopper did."""

    product_id: _Id
    kind: Literal["impression", "view", "click", "add_to_cart", "purchase"]
    age_days: float = Field(0.0, ge=0)


class RankRequest(BaseModel):
    """`POST /rank`."""

    version: _Id
    history: list[RankEvent] = Field(default_factory=list, max_length=1000)
    candidates: list[_Id] = Field(max_length=2000)
