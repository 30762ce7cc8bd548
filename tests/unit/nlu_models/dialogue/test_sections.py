from nlu_models.dialogue.sections import join_sentences, question_text, sentence_text, wording_row
from nlu_models.dialogue.wording import Pieces
from nlu_models.encoder.base import load_base
from nlu_models.encoder.tiny import tiny_base

PIECES = Pieces(tiny_base().tokenizer)


def test_generator_reads_question_and_text_and_of_a_long_question_the_end() -> None:
    assert wording_row(PIECES, [21], [22, 23]) == [PIECES.start, 21, PIECES.end, PIECES.end, 22, 23, PIECES.end]
    row = wording_row(PIECES, list(range(10, 110)), list(range(300)))
    assert row[1:57] == list(range(54, 110))
    assert row[-2:] == [143, PIECES.end]


def test_texts_are_joined_as_their_language_joins_them() -> None:
    assert join_sentences(["One.", "Two."], "en") == "One. Two."
    assert join_sentences(["一。", "二。"], "zh") == "一。二。"
    assert question_text("how do returns work", "and shoes?") == "how do returns work / and shoes?"
    assert sentence_text("", "Free.") == "Free."


def test_pieces_of_a_text_are_all_of_it() -> None:
    pieces = Pieces(load_base("wheel").tokenizer)
    texts = ["You can return it within ★.", "★内都能退。"]
    english, chinese = pieces.ids(texts)
    assert pieces.text(english, "en") == texts[0]
    assert pieces.text(chinese, "zh") == texts[1]
