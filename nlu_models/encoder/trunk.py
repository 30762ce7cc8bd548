"""The outputs of the frozen trunk for many texts: what training is built on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from tqdm import tqdm

from nlu_models.encoder.base import WHEEL, BaseEncoder, load_base
from nlu_models.encoder.config import E5_SMALL, EncoderConfig, Float32
from nlu_models.encoder.errors import EncoderError
from nlu_models.encoder.graph import LOWER_LAYERS, TRUNK_LAYERS, search_graph, trunk_graph
from nlu_models.encoder.tokenizer import MAX_TOKENS, Kind, TextTokenizer, pad


class TextEncoder:
    """The base encoder for training: its tokenizer, its arrays, and its first eight layers in float32."""

    def __init__(self, base: BaseEncoder, *, threads: int = 0) -> None:
        """Build the session; `threads` 0 leaves the choice to ONNX Runtime."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        graph = trunk_graph(base, precision="float32")
        self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._options, self._base = options, base
        self._search: Any = None
        self._lower: Any = None

    @property
    def tokenizer(self) -> TextTokenizer:
        """The base's tokenizer."""
        return self._base.tokenizer

    @property
    def config(self) -> EncoderConfig:
        """The base's sizes."""
        return self._base.config

    @property
    def base_hash(self) -> str:
        """The fingerprint of the base: trained weights fit no other."""
        return self._base.fingerprint

    def state_dict(self) -> Mapping[str, Float32]:
        """The base's arrays, named as in a BertModel state dict."""
        return self._base.weights

    def trunk_states(
        self, texts: Sequence[str], *, kind: Kind = "query", batch: int = 64, progress: bool = True
    ) -> list[Float32]:
        """Run the trunk over texts, those of like length together.

        Args:
            texts: N texts, without prefix; longer ones are cut to `MAX_TOKENS` tokens.
            kind: the prefix.
            batch: texts run together.
            progress: show a bar.

        Returns:
            N arrays `(T_i, D)` float32: the output of layer 8 for each token of `tokenizer.encode`, start and end
            token and prefix included, without padding.
        """
        states: dict[int, Float32] = {}
        for rows, found, mask in self._batches(texts, kind, batch, progress):
            states.update({i: found[row, : mask[row].sum()].copy() for row, i in enumerate(rows)})
        return [states[i] for i in range(len(texts))]

    def lower_states_of(self, rows: Sequence[Sequence[int]]) -> list[Float32]:
        """Return the states after the first four layers of rows of token ids, each `(T_i, D)`."""
        if self._lower is None:
            graph = trunk_graph(self._base, precision="float32", layers=range(LOWER_LAYERS))
            self._lower = ort.InferenceSession(graph, self._options, providers=["CPUExecutionProvider"])
        padded, mask = pad(rows, self.tokenizer.pad)
        (states,) = self._lower.run(["out"], {"input_ids": padded, "mask": mask})
        return [found[: real.sum()] for found, real in zip(states, mask, strict=True)]

    def states_and_embeddings(
        self, texts: Sequence[str], *, kind: Kind, batch: int = 64
    ) -> tuple[list[Float32], Float32]:
        """Return what `trunk_states` and `embed` return, in one pass."""
        states: dict[int, Float32] = {}
        embeddings = np.zeros((len(texts), self._base.config.hidden), np.float32)
        for rows, found, mask in self._batches(texts, kind, batch, progress=False):
            embeddings[rows] = self._embedding(found, mask)
            states.update({i: found[row, : mask[row].sum()].copy() for row, i in enumerate(rows)})
        return [states[i] for i in range(len(texts))], embeddings

    def embed(self, texts: Sequence[str], *, kind: Kind = "passage", batch: int = 64, progress: bool = True) -> Float32:
        """Return the L2-normalised embeddings of N texts, `(N, D)`; arguments as for `trunk_states`."""
        embeddings = np.zeros((len(texts), self._base.config.hidden), np.float32)
        for rows, states, mask in self._batches(texts, kind, batch, progress):
            embeddings[rows] = self._embedding(states, mask)
        return embeddings

    def _embedding(self, states: Float32, mask: npt.NDArray[np.int32]) -> Float32:
        if self._search is None:
            graph = search_graph(self._base, precision="float32")
            self._search = ort.InferenceSession(graph, self._options, providers=["CPUExecutionProvider"])
        (found,) = self._search.run(["embedding"], {"states": states, "mask": mask})
        return np.asarray(found, np.float32)

    def _batches(
        self, texts: Sequence[str], kind: Kind, batch: int, progress: bool
    ) -> Iterator[tuple[list[int], Float32, npt.NDArray[np.int32]]]:
        """Yield which texts, their states `(B, T, D)` and their mask `(B, T)`, the shortest texts first."""
        ids = [found.ids for found in self.tokenizer.encode_batch(texts, kind=kind, max_tokens=MAX_TOKENS)]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        for start in tqdm(range(0, len(order), batch), desc="encode", disable=not progress, mininterval=5):
            rows = order[start : start + batch]
            padded, mask = pad([ids[i] for i in rows], self.tokenizer.pad)
            (states,) = self._session.run(["out"], {"input_ids": padded, "mask": mask})
            yield rows, states, mask


def load_encoder(reference: str = WHEEL, *, as_e5_small: bool = False) -> TextEncoder:
    """Load a base for training.

    Args:
        reference: see `load_base`.
        as_e5_small: refuse a base of other sizes than multilingual-e5-small's.

    Raises:
        EncoderError: the base cannot be had, has no layers above the trunk, or has other sizes than asked for.
    """
    base = load_base(reference)
    if base.config.layers <= TRUNK_LAYERS:
        raise EncoderError(
            f"{reference} has {base.config.layers} layers; a base needs more than {TRUNK_LAYERS}: so many stay frozen"
        )
    if as_e5_small and _sizes(base.config) != _sizes(E5_SMALL):
        raise EncoderError(
            f"{reference} has {_sizes(base.config)}; this model is built for {_sizes(E5_SMALL)}, "
            "as multilingual-e5-small has them: choose such a base"
        )
    return TextEncoder(base)


def _sizes(config: EncoderConfig) -> str:
    return f"{config.layers} layers of width {config.hidden} with {config.heads} heads and {config.intermediate} inside"
