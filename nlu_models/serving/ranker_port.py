"""What the server needs of a ranker; `nlu_models.ranking` provides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Ranker(Protocol):
    """Scores products for one shopper."""

    def put_items(self, version: str, items: Sequence[Mapping[str, Any]]) -> None:
        """Replace the product table; `embedding` of an item is `(D,)` float32 or None.

        Raises:
            ValueError: an item cannot be used.
        """

    def probabilities(
        self, version: str, history: Sequence[Mapping[str, Any]], candidates: Sequence[str]
    ) -> Sequence[float]:
        """Return the probability of a purchase for each candidate.

        Raises:
            LookupError: the table has another version, or none is loaded.
        """
