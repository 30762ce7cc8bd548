"""Replies as edits of sentences: taken apart, put together, and what they may add."""

import pytest

from nlu_models.dialogue.edits import Edit, apply_edit, edit_of, frequent_phrases, units_of
from nlu_models.dialogue.grammar import Language
from nlu_models.dialogue.wording import mask, mask_like, unmask

ORDINARY = frozenset({"opened", "ink", "it", "within", "postage", "deposit"})


def edited(sentence: str, reply: str, language: Language = "en") -> tuple[Edit, str]:
    """Return the edit that makes a reply of a sentence, and what it makes."""
    text = mask(sentence)
    said = mask_like(reply, text.values)
    assert said is not None
    _, units = units_of(text)
    edit = edit_of(units, said)
    return edit, unmask(apply_edit(units, edit, language, ORDINARY), text.values)


@pytest.mark.parametrize(
    ("language", "sentence", "reply", "phrases"),
    [
        ("en", "Ink and opened packs of paper are not returnable.", "Ink is not returnable.", ["is"]),
        ("en", "Deposit: £40, in cash or by card.", "The deposit is £40, in cash or by card.", ["the", "is"]),
        ("en", "Opened sets (or used ones) stay; others go back.", "Others go back.", []),
        ("en", "We'll wrap it (£3, for charity).", "We'll wrap it for £3.", ["for"]),
        ("en", "It takes 3 days. Postage is €5.", "Postage is €5.", []),
        ("en", "It takes 3 days. If it costs more, you pay; if less, we do.", "It takes 3 days. If less, we do.", []),
        ("zh", "银行转账只给公司客户用。", "银行转账只给公司客户用哦。", ["哦"]),
        ("zh", "20元以内免运费，超出的收5元。", "超出的收5元。", []),
        ("zh", "支持 Apple Pay 和 Visa，不收支票。", "支持 Apple Pay。", []),
    ],
)
def test_edit_makes_the_reply_it_was_taken_from(
    language: Language, sentence: str, reply: str, phrases: list[str]
) -> None:
    edit, made = edited(sentence, reply, language)
    assert made == reply
    assert [phrase for phrase in edit.phrases if phrase] == phrases


def test_unit_tells_where_it_stands_in_the_text_with_values() -> None:
    text = mask("Within 30 days: “My orders”, then go.")
    raw, units = units_of(text)
    assert raw == "Within 30 days: “My orders”, then go."
    assert [raw[unit.start] for unit in units] == ["W", "3", ":", "“", ",", "t", "g", "."]


def test_what_is_left_of_a_sentence_begins_and_ends_like_one() -> None:
    _, units = units_of(mask("Cards, cash, and cheques: all fine; nothing else."))
    keep = [unit.text in {",", "cash", "cheques", ":", ";"} for unit in units]
    said = apply_edit(units, Edit(tuple(keep), ("",) * (len(units) + 1)), "en")
    assert said == "Cash, cheques"


def test_name_keeps_its_capital_inside_a_sentence() -> None:
    _, units = units_of(mask("Cian answers mail."))
    edit = Edit((True,) * len(units), ("here", *("",) * len(units)))
    assert apply_edit(units, edit, "en", ORDINARY) == "Here Cian answers mail."


def test_phrases_are_those_that_several_replies_add() -> None:
    edits = [Edit((), (phrase,)) for phrase in ("is", "is", "rare")]
    assert frequent_phrases(edits, least=2) == ["is"]
