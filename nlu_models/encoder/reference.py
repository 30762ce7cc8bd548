"""The encoder in plain numpy: slow, short, and what the ONNX graph is tested against."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from nlu_models.encoder.base import BaseEncoder
from nlu_models.encoder.config import EncoderConfig, Float32, Int64

_erf = np.vectorize(math.erf, otypes=[np.float32])


def embed_tokens(base: BaseEncoder, ids: Int64) -> Float32:
    """Return the input of the first layer for one text.

    Args:
        ids: `(T,)` token ids.

    Returns:
        `(T, D)` float32: word, position and type embeddings, summed and normalised.
    """
    weights = base.weights
    states = weights["embeddings.word_embeddings.weight"][ids]
    states = states + weights["embeddings.position_embeddings.weight"][: len(ids)]
    states = states + weights["embeddings.token_type_embeddings.weight"][0]
    name = "embeddings.LayerNorm"
    return layer_norm(states, weights[f"{name}.weight"], weights[f"{name}.bias"], base.config.eps)


def run_layer(layer: Mapping[str, Float32], states: Float32, config: EncoderConfig) -> Float32:
    """Run one layer over one text, `(T, D)` to `(T, D)`.

    Args:
        layer: the 16 arrays of `BaseEncoder.layer`.

    Source:
        Devlin et al., "BERT", NAACL 2019: post-norm, multi-head attention, exact GELU.
    """

    def dense(part: str, x: Float32) -> Float32:
        return (x @ layer[f"{part}.weight"].T + layer[f"{part}.bias"]).astype(np.float32)

    def norm(part: str, x: Float32) -> Float32:
        return layer_norm(x, layer[f"{part}.weight"], layer[f"{part}.bias"], config.eps)

    length, width = states.shape
    heads = (length, config.heads, width // config.heads)
    query, key, value = (
        dense(f"attention.self.{part}", states).reshape(heads).transpose(1, 0, 2) for part in ("query", "key", "value")
    )  # each (H, T, D / H)
    scores = query @ key.transpose(0, 2, 1) / math.sqrt(heads[2])  # (H, T, T)
    context = (softmax(scores.astype(np.float32)) @ value).transpose(1, 0, 2).reshape(length, width)
    states = norm("attention.output.LayerNorm", states + dense("attention.output.dense", context))
    inner = dense("intermediate.dense", states)
    inner = inner * 0.5 * (1.0 + _erf(inner / math.sqrt(2.0)))
    return norm("output.LayerNorm", states + dense("output.dense", inner))


def embed(base: BaseEncoder, ids: Int64) -> Float32:
    """Return the L2-normalised mean of the last layer for one text, `(D,)`."""
    states = embed_tokens(base, ids)
    for index in range(base.config.layers):
        states = run_layer(base.layer(index), states, base.config)
    mean: Float32 = states.mean(axis=0)
    return (mean / np.linalg.norm(mean)).astype(np.float32)


def layer_norm(x: Float32, weight: Float32, bias: Float32, eps: float) -> Float32:
    """Normalise the last axis to mean 0 and variance 1, then scale and shift."""
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred**2).mean(axis=-1, keepdims=True)
    scaled: Float32 = centred / np.sqrt(variance + np.float32(eps)) * weight + bias
    return scaled


def softmax(x: Float32) -> Float32:
    """Return the softmax over the last axis."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    shares: Float32 = powers / powers.sum(axis=-1, keepdims=True)
    return shares
