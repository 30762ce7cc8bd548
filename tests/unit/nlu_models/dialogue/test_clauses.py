import pytest

from nlu_models.dialogue.clauses import carried, clauses, misplaced, told_part, words_of


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        ("Sellers pay ●.", False),
        ("Sellers pay ★.", True),
        ("Buyers pay a premium of ★ and sellers ●.", False),
        ("Buyers pay a premium of ● and sellers ★.", True),
    ],
)
def test_value_may_not_stand_with_the_words_of_another(reply: str, wrong: bool) -> None:
    assert misplaced(reply, "Buyers pay a premium of ★, sellers ●.") is wrong


@pytest.mark.parametrize(("reply", "wrong"), [("门锁保修●。", False), ("门锁保修★。", True)])
def test_chinese_values_go_with_their_words_too(reply: str, wrong: bool) -> None:
    assert misplaced(reply, "单买设备保修★，门锁●，电池不保。") is wrong


def test_words_after_a_value_belong_to_it_up_to_the_next() -> None:
    source = "It is ★ to Germany and Luxembourg and ● to Austria."
    assert misplaced("It is ● to Luxembourg.", source)
    assert not misplaced("It is ★ to Luxembourg.", source)


def test_values_of_one_clause_keep_their_order() -> None:
    assert misplaced("It takes ● to ★.", "Delivery takes ★ to ●.")
    assert not misplaced("It takes ★ to ●.", "Delivery takes ★ to ●.")


def test_part_that_a_reply_tells_leaves_out_the_other_clauses() -> None:
    source = "We ship in the Baltics, Germany and Poland, and to no other country."
    assert told_part("We do ship in the Baltics.", source) == "We ship in the Baltics"


def test_clauses_end_at_marks_and_conjunctions() -> None:
    assert clauses("Open it, but keep the box or throw it away.") == ["Open it", "keep the box", "throw it away"]
    assert clauses("满★包邮，不满收●。") == ["满★包邮", "不满收●"]


def test_words_are_beginnings_in_english_and_pairs_in_chinese() -> None:
    assert words_of("You returned the returns") == {"retur"}
    assert words_of("退货运费") == {"退货", "货运", "运费"}


def test_share_of_words_that_the_source_has() -> None:
    assert carried("Refunds take ages", "A refund is ★") == pytest.approx(1 / 3)
    assert carried("★", "anything") == 1
