"""The sizes of the ranker's network, shared by training and serving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from nlu_models.ranking.errors import RankingError
from nlu_models.ranking.features import CROSS, NUMBERS

Form = Literal["linear", "mlp", "cross"]


def parse_form(name: str) -> Form:
    """Return the form of this name.

    Raises:
        RankingError: there is none.
    """
    if name not in get_args(Form):
        raise RankingError(f"the form {name!r} is none of {', '.join(get_args(Form))}")
    return cast(Form, name)


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """Sizes; `form` is f: `linear` σ(W·[H;V]), `mlp`, or `cross` (cross layers before the MLP)."""

    form: Form = "mlp"
    text: int = 16
    category: int = 8
    brand: int = 8
    cross_layers: int = 2
    hidden: tuple[int, ...] = (64, 32)

    @property
    def item(self) -> int:
        """Width of V_i and of H_u."""
        return self.text + self.category + self.brand + len(NUMBERS)

    @property
    def joined(self) -> int:
        """Width of f's input: [H; V], or [H; V; H∘V; |H-V|; cross features]."""
        return 2 * self.item if self.form == "linear" else 4 * self.item + len(CROSS)

    @property
    def direct(self) -> int:
        """Width of the path around the hidden layers: the item's numbers and the cross features."""
        return len(NUMBERS) + len(CROSS)
