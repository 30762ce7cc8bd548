"""What the services want of the model server; `actions.models_client` speaks HTTP for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Kind = Literal["query", "passage"]


class ModelsError(Exception):
    """The model server did not give what was asked for."""


class ModelsUnavailableError(ModelsError):
    """The model server cannot be reached, is overloaded or took too long."""


class UnknownItemsError(ModelsError):
    """The ranker does not hold this version of the product table: put the items again."""


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """What the dialogue models answer from policy passages.

    Attributes:
        text: the reply; empty where nothing answers.
        covered: whether a sentence of the passages answers.
        passages: places of the passages that the answer stands in, the first sentence's first.
        sure: whether it calls itself the answer, not but the closest that there is.
    """

    text: str
    covered: bool
    passages: tuple[int, ...]
    sure: bool = True


class Models(Protocol):
    """The model server as the services see it; every call may raise `ModelsError`."""

    async def encode(self, texts: Sequence[str], kind: Kind, *, bulk: bool = False) -> tuple[Float32, str]:
        """Return `(N, D)` float32 embeddings, L2-normalised, and the encoder's name."""
        ...

    async def put_items(self, version: str, items: Sequence[dict[str, Any]]) -> None:
        """Load the ranker's product table."""
        ...

    async def rank(self, version: str, history: Sequence[dict[str, Any]], candidates: Sequence[str]) -> list[float]:
        """Return the probability of purchase of each candidate."""
        ...

    async def generate(
        self, question: str, language: str, passages: Sequence[tuple[str, str]], previous: str = ""
    ) -> PolicyAnswer:
        """Answer a service question from passages, `(section, text)`, and from nothing else."""
        ...
