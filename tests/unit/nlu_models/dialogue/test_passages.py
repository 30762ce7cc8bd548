from nlu_models.dialogue.passages import FIRST_SENTENCE, HEADING, LONGEST_ROW, QUESTION, passages_of, reading_row
from nlu_models.dialogue.sentences import Sentence


def cut(headings: str, lengths: list[int]) -> list[list[int]]:
    return [list(some) for some in passages_of([Sentence(heading, "x") for heading in headings], lengths)]


def test_a_passage_is_one_heading() -> None:
    assert cut("aabba", [5] * 5) == [[0, 1], [2, 3], [4]]


def test_a_long_section_is_several_passages() -> None:
    assert cut("a" * 10, [5] * 10) == [list(range(8)), [8, 9]]
    assert cut("aaa", [60, 60, 60]) == [[0, 1], [2]]


def test_the_longest_passage_fits_a_row() -> None:
    lengths = [500, 500, 32, 500, 1]
    sentences = [Sentence("a", "x")] * len(lengths)
    for passage in passages_of(sentences, lengths):
        told = [[7] * lengths[at] for at in passage]
        ids, parts = reading_row([5] * 90, [6] * 90, told, start=0, end=2)
        assert len(ids) == len(parts) <= LONGEST_ROW


def test_row_tells_what_each_piece_belongs_to_and_keeps_the_end_of_a_question() -> None:
    ids, parts = reading_row([9, 5, 4], [6], [[7, 7], [8]], start=0, end=2)
    assert ids == [0, 9, 5, 4, 2, 2, 6, 2, 7, 7, 8, 2]
    told, first = FIRST_SENTENCE, FIRST_SENTENCE + 1
    assert parts == [0, QUESTION, QUESTION, QUESTION, 0, 0, HEADING, 0, told, told, first, 0]
    long, _ = reading_row(list(range(100, 200)), [], [[7]], start=0, end=2)
    assert (long[1], long[48]) == (152, 199)
