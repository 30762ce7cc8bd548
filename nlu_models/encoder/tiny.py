"""A very small random encoder with everything that a real one has: for tests that need no weights."""

from __future__ import annotations

import numpy as np

from nlu_models.encoder.base import LAYER_PARTS, BaseEncoder
from nlu_models.encoder.config import EncoderConfig, Float32
from nlu_models.encoder.graph import HEADS, TRUNK_LAYERS
from nlu_models.encoder.tokenizer import unigram_tokenizer

_PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁", "query", "passage", "▁query", ":", "▁smart", "watch", "▁under", "$")
_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789智能手表退货.?#-"


def tiny_base(seed: int = 0) -> BaseEncoder:
    """Return a base with 10 layers of width 32; its vocabulary spells ASCII words and a few Han characters."""
    config = EncoderConfig(hidden=32, layers=TRUNK_LAYERS + 2, heads=4, intermediate=64, positions=512,
                           vocabulary=len(_PIECES) + len(_CHARACTERS), eps=1e-12)  # fmt: skip
    random = np.random.default_rng(seed)
    weights = {
        "embeddings.word_embeddings.weight": _normal(random, config.vocabulary, config.hidden),
        "embeddings.position_embeddings.weight": _normal(random, config.positions, config.hidden),
        "embeddings.token_type_embeddings.weight": _normal(random, 2, config.hidden),
        "embeddings.LayerNorm.weight": np.ones(config.hidden, np.float32),
        "embeddings.LayerNorm.bias": np.zeros(config.hidden, np.float32),
    }
    for index in range(config.layers):
        layer = _layer(random, config)
        weights |= {f"encoder.layer.{index}.{name}": value for name, value in layer.items()}
    pieces = [(piece, -float(i)) for i, piece in enumerate([*_PIECES, *_CHARACTERS])]
    table = {9: " ", 10: " ", 0x3000: " ", 0x338F: "kg"} | dict.fromkeys(range(9), "")
    table |= {0xFF01 + i: chr(0x21 + i) for i in range(94)}  # full-width ASCII
    return BaseEncoder(config, weights, unigram_tokenizer(pieces, table), f"tiny-{seed}")


def tiny_tuned(base: BaseEncoder, *, intents: int, categories: int, token_labels: int) -> dict[str, Float32]:
    """Return random weights of a tuned top for `base`, with heads of the given sizes."""
    random = np.random.default_rng(1)
    tuned: dict[str, Float32] = {}
    for index in range(base.config.layers - TRUNK_LAYERS):
        tuned |= {f"top.{index}.{name}": value for name, value in _layer(random, base.config).items()}
    for head, size in zip(HEADS, (intents, categories, token_labels), strict=True):
        tuned[f"{head}.kernel"] = _normal(random, base.config.hidden, size)
        tuned[f"{head}.bias"] = _normal(random, size)
    return tuned


def _layer(random: np.random.Generator, config: EncoderConfig) -> dict[str, Float32]:
    shapes = dict.fromkeys(LAYER_PARTS, (config.hidden, config.hidden))
    shapes["intermediate.dense"] = (config.intermediate, config.hidden)
    shapes["output.dense"] = (config.hidden, config.intermediate)
    layer: dict[str, Float32] = {}
    for part, shape in shapes.items():
        norm = part.endswith("LayerNorm")
        layer[f"{part}.weight"] = 1 + _normal(random, shape[0]) if norm else _normal(random, *shape)
        layer[f"{part}.bias"] = _normal(random, shape[0])
    return layer


def _normal(random: np.random.Generator, *shape: int) -> Float32:
    return (0.2 * random.standard_normal(shape)).astype(np.float32)
