"""Training data as arrays in a folder: what is trained on elsewhere needs no tokenizer and no texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

if TYPE_CHECKING:
    from nlu_models.dialogue.wording import Pieces
    from nlu_models.encoder.trunk import TextEncoder

_KEPT: Final = ("embeddings.LayerNorm.", "encoder.layer.")


def save_base(folder: Path, encoder: TextEncoder) -> None:
    """Write the base's layers and positions to `base.npz`, in half precision."""
    weights = encoder.state_dict()
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    base = {name: value.astype(np.float16) for name, value in weights.items() if name.startswith(_KEPT)}
    save_arrays(folder / "base.npz", {**base, "positions": places.astype(np.float16)})


def save_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays, compressed."""
    np.savez_compressed(path, **arrays)


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read every array of a file."""
    with np.load(path) as arrays:
        return dict(arrays)


def pieces_of(texts: Iterable[str], pieces: Pieces, part: int = 4096) -> dict[str, list[int]]:
    """Return the pieces of each text."""
    ordered = sorted(set(texts))
    found: dict[str, list[int]] = {}
    for at in tqdm(range(0, len(ordered), part), "pieces", mininterval=10):
        some = ordered[at : at + part]
        found.update(zip(some, pieces.ids(some), strict=True))
    return found


def places_of(used: Iterable[Sequence[int]], words: Any) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
    """Return for each piece of the base its place among those used, and their word table `(P, D)`."""
    kept = np.unique(np.concatenate([np.asarray(row, np.int64) for row in used]))
    places = np.full(len(words), -1, np.int64)
    places[kept] = np.arange(len(kept))
    return places, words[kept].astype(np.float16)
