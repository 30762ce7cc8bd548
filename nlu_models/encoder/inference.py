"""Run the exported graphs: one pass of the trunk for all texts, then the tops that each text needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from nlu_models.encoder.config import Float32
from nlu_models.encoder.export import ExportedEncoder
from nlu_models.encoder.tokenizer import Kind, TextTokenizer, Tokens, pad

MAX_PASSAGE_TOKENS = 256
_RUN_IN_TOKENS = 10  # what a run of the graphs costs before its first token, in the time that one token takes


@dataclass(frozen=True)
class Job:
    """One text to run; with `understand` the tuned top runs as well."""

    text: str
    kind: Kind = "query"
    understand: bool = False


@dataclass(frozen=True)
class Outcome:
    """What the graphs say about one text: `embedding` `(D,)`; logits `(labels,)` and `token` `(T, labels)`."""

    tokens: Tokens
    embedding: Float32
    intent: Float32 | None = None
    category: Float32 | None = None
    token: Float32 | None = None


class InferenceModel:
    """The ONNX sessions and the tokenizer. Not thread-safe by contract: one thread runs it."""

    def __init__(self, encoder: ExportedEncoder, understanding: Path | None = None, *, threads: int = 1) -> None:
        """Load the graphs.

        Args:
            encoder: what `prepare_encoder` returned.
            understanding: what `prepare_understanding` returned, or None for embeddings only.
            threads: ONNX Runtime's threads for one operation.
        """
        self.tokenizer = TextTokenizer.load(encoder.folder)
        self.dimension = encoder.config().hidden
        self._lower = new_session(encoder.lower, threads)
        self._trunk = new_session(encoder.trunk, threads)
        self._search = new_session(encoder.search, threads)
        self._understanding = new_session(understanding, threads) if understanding else None

    def run(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Run texts, those of like length and want together; results in the order of `jobs`."""
        tokens = [self._tokens(job) for job in jobs]
        found: dict[int, Outcome] = {}
        for rows in _groups([len(token.ids) for token in tokens], [job.understand for job in jobs]):
            found.update(self._run_group(rows, tokens, understand=jobs[rows[0]].understand))
        return [found[i] for i in range(len(jobs))]

    def states(self, texts: Sequence[str], *, kind: Kind) -> list[Float32]:
        """Return the trunk's states of each text, `(T, D)`: for models that share it."""
        return self.states_of([self._tokens(Job(text, kind)).ids for text in texts])

    def states_of(self, rows: Sequence[Sequence[int]]) -> list[Float32]:
        """Return the trunk's states of each row of token ids, `(T, D)`."""
        return self._by_row(rows, self._states)

    def lower_states_of(self, rows: Sequence[Sequence[int]]) -> list[Float32]:
        """Return the states after the trunk's first layers of each row of token ids, `(T, D)`."""
        return self._by_row(rows, self._lower_states)

    def _by_row(
        self, rows: Sequence[Sequence[int]], run: Callable[[npt.NDArray[Any], npt.NDArray[Any]], Float32]
    ) -> list[Float32]:
        found: dict[int, Float32] = {}
        for group in _groups([len(row) for row in rows], [False] * len(rows)):
            states = run(*pad([rows[i] for i in group], self.tokenizer.pad))
            found.update({i: states[at, : len(rows[i])] for at, i in enumerate(group)})
        return [found[i] for i in range(len(rows))]

    def _lower_states(self, ids: npt.NDArray[Any], mask: npt.NDArray[Any]) -> Float32:
        states: Float32 = self._lower.run(["out"], {"input_ids": ids, "mask": mask})[0]
        return states

    def _states(self, ids: npt.NDArray[Any], mask: npt.NDArray[Any]) -> Float32:
        """Return `(B, T, D)`."""
        states: Float32 = self._trunk.run(["out"], {"states": self._lower_states(ids, mask), "mask": mask})[0]
        return states

    def _tokens(self, job: Job) -> Tokens:
        if job.kind == "query":
            return self.tokenizer.encode(job.text)
        return self.tokenizer.encode(job.text, kind=job.kind, max_tokens=MAX_PASSAGE_TOKENS)

    def _run_group(self, rows: list[int], tokens: list[Tokens], *, understand: bool) -> Iterator[tuple[int, Outcome]]:
        ids, mask = pad([tokens[i].ids for i in rows], self.tokenizer.pad)
        feed = {"states": self._states(ids, mask), "mask": mask}
        (embeddings,) = self._search.run(["embedding"], feed)  # (B, D)
        if not understand or self._understanding is None:
            for row, i in enumerate(rows):
                yield i, Outcome(tokens[i], embeddings[row])
            return
        intents, categories, labels = self._understanding.run(["intent", "category", "token"], feed)
        for row, i in enumerate(rows):
            length = len(tokens[i].ids)
            yield i, Outcome(tokens[i], embeddings[row], intents[row], categories[row], labels[row, :length])


def _groups(lengths: Sequence[int], understand: Sequence[bool]) -> Iterator[list[int]]:
    """Yield groups of indices that run together, as long as the padding costs less than another run."""
    order = sorted(range(len(lengths)), key=lambda i: (understand[i], lengths[i]))
    group: list[int] = []
    for i in order:
        if group:
            padding = (lengths[i] - lengths[group[-1]]) * len(group)
            if understand[i] != understand[group[0]] or padding > _RUN_IN_TOKENS:
                yield group
                group = []
        group.append(i)
    if group:
        yield group


def new_session(graph: Path | bytes, threads: int) -> Any:
    """Return a session of a graph, in a file or serialised, on so many threads."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    model = graph if isinstance(graph, bytes) else str(graph)
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def softmax(logits: Float32, temperature: float = 1.0) -> Float32:
    """Return the softmax of the last axis of logits divided by `temperature`."""
    scaled = logits / np.float32(temperature)
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    shares: Float32 = powers / powers.sum(axis=-1, keepdims=True)
    return shares
