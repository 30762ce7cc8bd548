"""The reader's upper layers: which rows they learn from, and in which batches."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import numpy as np
import pytest

pytest.importorskip("keras")

from keras import ops

from nlu_models.dialogue.reader_fit import KINDS, Row, reading_batch, reading_loss
from nlu_models.dialogue.train_upper import row_loss, telling_rows
from nlu_models.dialogue.upper_fit import ReadRow, upper_batch

ROW: Row = ([0, 30, 2, 2, 2, 10, 11, 11, 12, 2], [0, 1, 0, 0, 0, 3, 4, 4, 5, 0], [1], 2)
SILENT: Row = ([0, 30, 2, 2, 2, 10, 2], [0, 1, 0, 0, 0, 3, 0], [], -1)


@pytest.mark.parametrize("row", [ROW, SILENT])
def test_loss_of_a_row_is_the_loss_of_training(row: Row) -> None:
    drawn = np.random.default_rng(3)
    answers, kinds = drawn.normal(size=8).astype(np.float32), drawn.normal(size=(8, KINDS)).astype(np.float32)
    _, wanted = reading_batch([row], 16)
    there = float(ops.convert_to_numpy(reading_loss(wanted, {"answers": answers[None], "kinds": kinds[None]})))
    count = max(row[1]) - 2
    assert row_loss(row, answers[:count], kinds[:count]) == pytest.approx(there, abs=1e-5)


def test_rows_told_worst_are_all_learnt_from_and_a_quarter_of_the_others() -> None:
    loss = np.random.default_rng(3).permutation(np.arange(1000, dtype=np.float32))
    found = loss[telling_rows(loss, seed=7)]
    assert (found >= 700).sum() == 300
    assert 125 < (found < 700).sum() < 225


def test_a_batch_holds_states_of_each_piece_and_nothing_behind_them() -> None:
    rows = [
        ReadRow(0, ROW, np.ones((len(ROW[0]), 384), np.float16)),
        ReadRow(1, SILENT, np.ones((len(SILENT[0]), 384), np.float16)),
    ]
    inputs, wanted = upper_batch(rows)
    assert inputs["states"].shape == (2, 16, 384)
    assert np.array_equal(inputs["states"].max(2), inputs["mask"])
    assert wanted["kinds"].tolist() == [2, -1]
