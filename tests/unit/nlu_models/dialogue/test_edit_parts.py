"""Edits by parts: what a generator wishes, and what of it may be said."""

import numpy as np
import pytest

from nlu_models.dialogue.edit_parts import Written, may_be_added, safe_edit
from nlu_models.dialogue.edits import apply_edit, edit_of, units_of
from nlu_models.dialogue.grammar import Language
from nlu_models.dialogue.wording import mask, mask_like, unmask


def said(sentence: str, wished: str, language: Language) -> str:
    """Return what is said of a sentence where the generator wishes to say another thing of its words."""
    text = mask(sentence)
    reply = mask_like(wished, text.values)
    assert reply is not None
    _, units = units_of(text)
    wish = edit_of(units, reply)
    edit = safe_edit(units, Written(np.array(wish.keep, float), wish.phrases, np.ones(len(wish.phrases))))
    return unmask(apply_edit(units, edit, language), text.values)


@pytest.mark.parametrize(
    ("sentence", "left_out"),
    [
        ("Earrings are not returnable and gift cards are not refunded.", "not "),
        ("The fee is not more than £5.", "not "),
        ("Unworn shoes can be returned within 30 days.", "Unworn "),
        ("Delivery is free for members.", " for members"),
        ("Everything can be returned within 30 days, earrings cannot.", ", earrings cannot"),
        (
            "Everything can be returned within 30 days. This does not apply to earrings.",
            " This does not apply to earrings.",
        ),
        ("Custom rings are final; others go back within 14 days.", "are final; others "),
        ("If the publisher does not answer, we give you a voucher of 20%.", "If the publisher does not answer, "),
        ("It does not cover drops, water damage beyond the rating, and normal wear.", "It does not cover drops, "),
        ("You can fetch it at the counter, Monday to Saturday, from 10 am on.", "You can fetch it at the counter, "),
        ("Pieces made to order, such as sofas, cannot be returned.", "Pieces made to order, "),
        ("On Saturdays we deliver in Leeds and York, at an extra £15.", "On Saturdays we deliver in Leeds and "),
        ("Our cards run for 24 months, work online and cannot be paid out.", "Our cards run for 24 months, "),
        (
            "The team brings the sofa upstairs, unpacks it and takes the box away.",
            "The team brings the sofa upstairs, ",
        ),
        ("We take phones, tablets and laptops, at most 5 years old.", "We take phones, "),
        ("吊牌没剪、没洗没穿过、不影响二次销售就可以退。", "、没洗没穿过、不影响二次销售就可以退"),
        ("贴身内衣、袜子、泳衣拆封后不能退。", "、袜子、泳衣拆封后不能退"),
        ("You pay the way back, we pay for the new parcel.", "You pay the way back, "),
        ("可以免费换一次，寄回的运费您出，换货寄出的运费我们出。", "寄回的运费您出，"),
        ("质量问题我们承担，不喜欢的您自己出。", "，不喜欢的您自己出"),
        ("耳环不能退，礼品卡不能退款。", "不"),
        ("耳环不退不换。", "不"),
        ("运费不超过5元。", "不"),
        ("没有起飞过的飞机，签收后7天内可以退；飞过的就不退了。", "没有起飞过的飞机，"),
        ("签收后7天内可以退；飞过的就不退了。", "；飞过的就不退了"),
        ("上午11点前下单，市区当天下午就送到。", "上午11点前下单，"),
        ("没拆外膜，签收7天内可退。", "没拆外膜，"),
    ],
)
def test_words_that_a_part_needs_and_parts_that_belong_to_it_are_put_back(sentence: str, left_out: str) -> None:
    language: Language = "zh" if "。" in sentence else "en"
    assert said(sentence, sentence.replace(left_out, "", 1), language) == sentence


@pytest.mark.parametrize(
    ("sentence", "wished"),
    [
        ("Refunds take 5 days.", "Refunds take over 5 days."),
        ("You can't return earrings and we can't resize rings.", "You can return earrings and we can't resize rings."),
        ("Opened packs can come back.", "Unopened packs can come back."),
    ],
)
def test_words_that_say_another_thing_are_not_put_in_the_place_of_a_part_s_own(sentence: str, wished: str) -> None:
    assert said(sentence, wished, "en") == sentence


@pytest.mark.parametrize(
    ("language", "sentence", "wished", "reply"),
    [
        ("en", "Leaks are covered for two years; falls are excluded.", "Falls are excluded.", "Falls are excluded."),
        ("en", "We wrap it (£3, for charity), write a card, and seal it.", "We wrap it.", "We wrap it."),
        ("en", "It takes 3 days. Postage is €5.", "Postage is €5.", "Postage is €5."),
        ("en", "Open the app, send it back.", "Send it back.", "Send it back."),
        ("en", "Post it to Leeds LS10 1AB.", "Post it to Leeds LS10 1AB.", "Post it to Leeds LS10 1AB."),
        ("en", "It fits (a), (b), (c) and (d).", "It fits (a), (b), (c) and (d).", "It fits (a), (b), (c) and (d)."),
        ("zh", "未沾水的，十日内可退，运费由买家承担。", "十日内可退。", "未沾水的，十日内可退。"),
        ("zh", "六寸158元,八寸218元,十寸298元,双层另议。", "八寸218元。", "八寸218元。"),
        ("zh", "银行转账只给公司客户用。", "银行转账只给公司客户用哦。", "银行转账只给公司客户用哦。"),
    ],
)  # fmt: skip
def test_whole_parts_go_and_fillers_come(language: Language, sentence: str, wished: str, reply: str) -> None:
    assert said(sentence, wished, language) == reply


def test_likeliest_part_stays_where_none_is_likely() -> None:
    _, units = units_of(mask("Cards work; cash stays home."))
    keep = np.array([0.1, 0.1, 0.0, 0.02, 0.02, 0.02, 0.0])
    edit = safe_edit(units, Written(keep, ("",) * (len(units) + 1), np.ones(len(units) + 1)))
    assert apply_edit(units, edit, "en") == "Cards work."


@pytest.mark.parametrize("phrase", ["you can", ", it's", "; ", "就行", "，要", "is"])
def test_function_words_may_be_added(phrase: str) -> None:
    assert may_be_added(phrase)


@pytest.mark.parametrize(
    "phrase", ["not", "only", "four", "after", "vegan", "isn't", "免费", "不", "三个", "★", "is free"]
)
def test_what_denies_limits_counts_or_names_may_not(phrase: str) -> None:
    assert not may_be_added(phrase)
