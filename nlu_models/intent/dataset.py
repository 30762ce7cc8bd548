"""From messages to arrays: token ids, label ids and the trunk's states, computed once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu_models.encoder.trunk import TextEncoder
from nlu_models.intent.labels import INTENTS, OUTSIDE, TOKEN_LABELS
from nlu_models.intent.messages import Message, Span

IGNORED = -1


@dataclass(frozen=True, slots=True)
class Example:
    """One encoded message; `states` is `(T, D)` float16, `tokens` `(T,)` label ids, -1 where unlabelled."""

    states: NDArray[np.float16]
    tokens: NDArray[np.int32]
    intent: int
    category: int


@dataclass(frozen=True, slots=True)
class Batch:
    """`states` `(B, T, D)` and `mask` `(B, T)` float32; `tokens` `(B, T)`, `intents` and `categories` `(B,)` int32."""

    states: NDArray[np.float32]
    mask: NDArray[np.float32]
    tokens: NDArray[np.int32]
    intents: NDArray[np.int32]
    categories: NDArray[np.int32]


def token_labels(offsets: Sequence[tuple[int, int]], spans: tuple[Span, ...] | None) -> NDArray[np.int32]:
    """Give each token the label of the span that it lies in; tokens without text (prefix, specials) are ignored.

    Args:
        offsets: half-open character ranges in the message, `(0, 0)` for a token that is not part of it.
        spans: the message's entities, or None where they are not annotated.
    """
    labels = np.full(len(offsets), IGNORED, np.int32)
    if spans is None:
        return labels
    begun: set[Span] = set()
    for index, (start, end) in enumerate(offsets):
        if end <= start:
            continue
        labels[index] = TOKEN_LABELS.index(OUTSIDE)
        for span in spans:
            if start < span.end and end > span.start:
                labels[index] = TOKEN_LABELS.index(f"{'I' if span in begun else 'B'}-{span.entity}")
                begun.add(span)
                break
    return labels


def encode_examples(encoder: TextEncoder, messages: Sequence[Message], categories: tuple[str, ...]) -> list[Example]:
    """Run the frozen trunk over the messages, once."""
    states = encoder.trunk_states([message.text for message in messages], kind="query")
    examples = []
    for message, state in zip(messages, states, strict=True):
        offsets = encoder.tokenizer.encode(message.text, kind="query").offsets
        examples.append(
            Example(
                states=state.astype(np.float16),
                tokens=token_labels(offsets[: len(state)], message.spans),
                intent=IGNORED if message.intent is None else INTENTS.index(message.intent),
                category=IGNORED if message.category is None else categories.index(message.category),
            )
        )
    return examples


def make_batch(examples: Sequence[Example]) -> Batch:
    """Pad examples to the longest among them (to a multiple of 8, so that few shapes occur)."""
    length = -(-max(len(example.states) for example in examples) // 8) * 8
    size, width = len(examples), examples[0].states.shape[1]
    states = np.zeros((size, length, width), np.float32)
    mask = np.zeros((size, length), np.float32)
    tokens = np.full((size, length), IGNORED, np.int32)
    for row, example in enumerate(examples):
        count = len(example.states)
        states[row, :count], mask[row, :count], tokens[row, :count] = example.states, 1.0, example.tokens
    intents = np.array([example.intent for example in examples], np.int32)
    categories = np.array([example.category for example in examples], np.int32)
    return Batch(states, mask, tokens, intents, categories)


def batches(examples: Sequence[Example], size: int, random_: np.random.Generator | None = None) -> Iterator[Batch]:
    """Yield batches of similar length; with a generator their order, and who meets whom, is shuffled."""
    lengths = np.array([len(example.states) for example in examples], np.float64)
    if random_ is not None:
        lengths = lengths + random_.uniform(0, 6, len(lengths))
    order = np.argsort(lengths, kind="stable")
    starts = np.arange(0, len(order), size)
    if random_ is not None:
        random_.shuffle(starts)
    for start in starts:
        yield make_batch([examples[index] for index in order[start : start + size]])
