import numpy as np
import pytest

from nlu_models.intent.dataset import Example
from nlu_models.intent.labels import INTENTS, TOKEN_LABELS
from nlu_models.intent.scores import score

CATEGORIES = 3


def example(intent: int, category: int, tokens: list[int]) -> Example:
    return Example(np.zeros((len(tokens), 4), np.float16), np.array(tokens, np.int32), intent, category)


def logits(choices: list[int], size: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.eye(size, dtype=np.float32)[choices]


def test_task_without_labels_has_no_figure_and_does_not_count_as_wrong() -> None:
    begin = TOKEN_LABELS.index("B-brand")
    examples = [example(0, -1, [begin, 0]), example(1, -1, [0, 0])]
    tokens = [logits([begin, 0], len(TOKEN_LABELS)), logits([0, 0], len(TOKEN_LABELS))]
    found = score(examples, logits([0, 1], len(INTENTS)), logits([2, 2], CATEGORIES), tokens)
    assert found.category_accuracy is None
    assert (found.intent_accuracy, found.intent_macro_f1, found.entity_f1, found.combined) == (1.0, 1.0, 1.0, 1.0)


def test_every_task_counts_where_it_has_labels() -> None:
    begin = TOKEN_LABELS.index("B-brand")
    examples = [example(0, 1, [begin, 0]), example(1, 2, [0, 0])]
    tokens = [logits([begin, 0], len(TOKEN_LABELS)), logits([begin, 0], len(TOKEN_LABELS))]
    found = score(examples, logits([0, 1], len(INTENTS)), logits([1, 1], CATEGORIES), tokens)
    assert found.category_accuracy == 0.5
    assert found.entity_f1 == pytest.approx(2 / 3)
    assert found.combined == pytest.approx((1 + 0.5 + 2 / 3) / 3)


def test_split_with_nothing_to_score() -> None:
    found = score([example(-1, -1, [-1])], logits([0], 45), logits([0], CATEGORIES), [logits([0], len(TOKEN_LABELS))])
    assert (found.intent_accuracy, found.category_accuracy, found.entity_f1, found.combined) == (None, None, None, 0.0)
