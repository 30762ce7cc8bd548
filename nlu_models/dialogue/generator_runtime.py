"""Run the generator's graphs: greedy, several replies at once, keys and values cached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import onnxruntime as ort

from nlu_models.dialogue.generator_graph import LAYERS, source_graph, step_graph
from nlu_models.encoder.config import EncoderConfig, Float32

LONGEST: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """What a reply is made from: pieces of question and text with the trunk's states `(S, D)`, and conditions."""

    ids: Sequence[int]
    states: Float32
    conditions: Sequence[int]


class GeneratorRuntime:
    """The generator on ONNX Runtime.

    Args:
        config: of the base.
        weights: what `export_weights` returned, in float32.
        words: the base's word table `(all pieces, D)`; may be memory-mapped.
        positions: the base's positions with the token type added.
        start: the id that a reply begins with.
        end: the id that ends it.
        threads: of ONNX Runtime.
    """

    def __init__(
        self,
        config: EncoderConfig,
        weights: Mapping[str, Float32],
        words: Any,
        positions: Float32,
        *,
        start: int,
        end: int,
        threads: int = 1,
    ) -> None:
        self.vocabulary = weights["vocabulary"].astype(np.int64)
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        providers = ["CPUExecutionProvider"]
        self._source = ort.InferenceSession(source_graph(config, weights), options, providers=providers)
        output_words = np.asarray(words[self.vocabulary], np.float32)
        self._step = ort.InferenceSession(step_graph(config, weights, output_words), options, providers=providers)
        self._words, self._positions, self._conditions = words, positions, weights["conditions"]
        self._start, self._end, self._width = start, end, config.hidden

    def write(self, sources: Sequence[Source], *, longest: int = LONGEST) -> list[list[int]]:
        """Return the pieces of a reply for each source."""
        replies: list[list[int]] = [[] for _ in sources]
        for pieces in self.stream(sources, longest=longest):
            for reply, piece in zip(replies, pieces, strict=True):
                if piece is not None:
                    reply.append(piece)
        return replies

    def stream(self, sources: Sequence[Source], *, longest: int = LONGEST) -> Iterator[list[int | None]]:
        """Yield the next piece of each reply, None for those that have ended, until all have."""
        states, mask = _padded([source.states for source in sources])
        names = ["pointer_k", *(f"{part}.{i}" for i in range(LAYERS) for part in ("cross_k", "cross_v"))]
        fixed = dict(zip(names, self._source.run(names, {"states": states, "mask": mask}), strict=True)) | {
            "mask": mask
        }
        offset = np.stack([self._conditions[list(source.conditions)].sum(0) for source in sources])  # (B, D)
        count = len(sources)
        past = {
            f"past_{part}.{i}": np.zeros((count, 0, self._width), np.float32) for i in range(LAYERS) for part in "kv"
        }
        outputs = ["logits", "pointed", "gate", *(f"{part}.{i}" for i in range(LAYERS) for part in ("key", "value"))]
        before = np.full(count, self._start)
        done = np.zeros(count, bool)
        for step in range(longest):
            entry = np.asarray(self._words[before], np.float32) + self._positions[step] + offset
            logits, pointed, gate, *grown = self._step.run(outputs, {"entry": entry[:, None], **fixed, **past})
            for i in range(LAYERS):
                past[f"past_k.{i}"], past[f"past_v.{i}"] = grown[2 * i], grown[2 * i + 1]
            before = self._choose(logits, pointed, gate, sources)
            done |= before == self._end
            if done.all():
                return
            yield [None if ended else int(piece) for ended, piece in zip(done, before, strict=True)]

    def _choose(self, logits: Float32, pointed: Float32, gate: Float32, sources: Sequence[Source]) -> Any:
        """Return the likeliest piece of each reply, vocabulary and pointer mixed."""
        spoken = np.exp(logits - logits.max(1, keepdims=True))
        spoken *= gate / spoken.sum(1, keepdims=True)
        chosen = np.zeros(len(sources), np.int64)
        for row, source in enumerate(sources):
            ids = np.asarray(source.ids)
            unique, inverse = np.unique(ids, return_inverse=True)
            copied = np.bincount(inverse, pointed[row, : len(ids)]) * (1 - gate[row, 0])
            places = np.searchsorted(self.vocabulary, unique)
            known = places < len(self.vocabulary)
            known[known] = self.vocabulary[places[known]] == unique[known]
            total = spoken[row]
            total[places[known]] += copied[known]
            best = int(np.argmax(total))
            chosen[row] = self.vocabulary[best]
            if (~known).any():
                outside = np.where(known, 0.0, copied)
                if outside.max() > total[best]:
                    chosen[row] = unique[int(np.argmax(outside))]
        return chosen


def _padded(states: Sequence[Float32]) -> tuple[Float32, Any]:
    longest = max(map(len, states))
    found = np.zeros((len(states), longest, states[0].shape[1]), np.float32)
    mask = np.zeros((len(states), longest), np.int32)
    for row, state in enumerate(states):
        found[row, : len(state)] = state
        mask[row, : len(state)] = 1
    return found, mask
