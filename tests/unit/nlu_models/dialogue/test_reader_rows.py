"""What the reader trains on: rows of a question and a passage that answers it, or does not."""

import os
import random
from dataclasses import replace

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import numpy as np
import pytest

pytest.importorskip("keras")

from nlu_models.dialogue.ragged import Ragged
from nlu_models.dialogue.reader_fit import AskedShops, Reader, ReadingSettings, Row, reading_batch

START, END = 0, 2
SHOPS = AskedShops(
    sentences=Ragged.of([[10], [11, 11], [12], [13]]),
    headings=Ragged.of([[20], [21]]),
    passages=np.array([[0, 3], [3, 4]], np.int32),
    questions=Ragged.of([[30], [31], [32], [33]]),  # two wordings each
    kinds=np.array([1, -1], np.int8),
    gold=Ragged.of([[1], []]),
    near=np.array([[0, 1, -1], [1, 0, -1]], np.int32),
)
ALWAYS = ReadingSettings(answering=1.0, silenced=0.0)


def drawn(settings: ReadingSettings, count: int = 200) -> list[Row]:
    reader, random_ = Reader(SHOPS, START, END), random.Random(3)
    return [reader.draw(settings, random_) for _ in range(count)]


def of_first_question(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row[0][1] in (30, 31)]


def test_an_answered_question_is_read_with_the_sentence_that_answers() -> None:
    rows = of_first_question(drawn(ALWAYS))
    assert rows
    assert all(11 in ids and kind == 1 for ids, _, _, kind in rows)
    assert all(len(answers) == 1 for _, _, answers, _ in rows)
    assert {tuple(answers) for _, _, answers, _ in rows} == {(0,), (1,)}, "what does not answer is left out at times"


def test_without_that_sentence_nothing_answers() -> None:
    rows = of_first_question(drawn(replace(ALWAYS, answering=0.0, silenced=1.0)))
    assert rows
    assert all(11 not in ids and 10 in ids and not answers and kind == -1 for ids, _, answers, kind in rows)


def test_another_passage_answers_nothing_and_what_no_shop_answers_is_read_with_the_nearest() -> None:
    rows = drawn(replace(ALWAYS, answering=0.0))
    assert all(not answers for _, _, answers, _ in rows)
    assert all(13 in ids for ids, *_ in of_first_question(rows)), "the passage that answers is not among the others"
    others = [ids for ids, *_ in rows if ids[1] in (32, 33)]
    assert sum(13 in ids for ids in others) > 0.3 * len(others)


def test_all_wordings_of_a_question_are_drawn() -> None:
    assert {ids[1] for ids, *_ in drawn(ALWAYS)} == {30, 31, 32, 33}


def test_shops_are_saved_and_loaded() -> None:
    loaded = AskedShops.load("training", SHOPS.save("training"))
    assert [loaded.sentences[at] for at in range(4)] == [[10], [11, 11], [12], [13]]
    assert np.array_equal(loaded.near, SHOPS.near)


def test_a_batch_has_no_truth_where_there_is_no_sentence() -> None:
    reader = Reader(SHOPS, START, END)
    inputs, wanted = reading_batch([reader.row(0, 0), reader.row(0, 1)], 24)
    assert wanted["answers"][0].tolist() == [0, 1, 0, 0, 0, 0, 0, 0]
    assert wanted["real"].sum(1).tolist() == [3, 1]
    assert wanted["kinds"].tolist() == [1, -1]
    assert inputs["mask"].sum(1).tolist() == [len(reader.row(0, 0)[0]), len(reader.row(0, 1)[0])]
