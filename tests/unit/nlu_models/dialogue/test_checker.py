import pytest

from nlu_models.dialogue.checker import problems
from nlu_models.dialogue.grammar import Language
from nlu_models.dialogue.wording import mask


def found(reply: str, sentence: str, language: Language = "en") -> list[str]:
    return problems(reply, mask(sentence), language)


@pytest.mark.parametrize(
    ("reply", "sentence", "language"),
    [
        ("You have ★ from delivery to send it back.", "Returns are accepted within 30 days of delivery.", "en"),
        ("Sale items can't be returned.", "Discounted goods are excluded from returns.", "en"),
        ("There's no charge for sending it back.", "Return postage is free.", "en"),
        ("You don't need the receipt.", "A receipt is not required.", "en"),
        ("Don't worry, sale items can be returned too.", "Sale items can be returned.", "en"),
        ("You have ★ to return it.", "Please return it no later than 30 days after delivery.", "en"),
        ("You can exchange it.", "Not happy? You can swap it.", "en"),
        ("Sale items can be returned only if faulty.", "Sale items are not returnable unless faulty.", "en"),
        ("别担心，特价商品也能退。", "特价商品可以退。", "zh"),
        ("没有小票也能退货。", "纵无小票，仍可退货。", "zh"),
        ("纸质发票仅限企业客户。", "除非是企业客户，否则不开纸质发票。", "zh"),
        ("签收后★内都可以退。", "自签收之日起7天内可申请退货。", "zh"),
        ("特价商品不能退哦。", "特价商品恕不退换。", "zh"),
        ("退货不收运费。", "退货免运费。", "zh"),
        ("不用小票就能退。", "退货无需小票。", "zh"),
    ],
)
def test_faithful_reply_passes(reply: str, sentence: str, language: Language) -> None:
    assert found(reply, sentence, language) == []


@pytest.mark.parametrize(
    ("reply", "sentence", "language", "reason"),
    [
        ("You have ● to send it back.", "Returns within 30 days.", "en", "unresolved"),
        ("You have 14 days to send it back.", "Returns within 30 days.", "en", "invented_value"),
        ("You can send it back.", "You can return it within 30 days.", "en", "missing_value"),
        ("Sale items can be returned.", "Sale items cannot be returned.", "en", "polarity"),
        ("Sale items can't be returned.", "Sale items can be returned.", "en", "polarity"),
        ("Sending it back is free.", "You send it back yourself.", "en", "polarity"),
        ("You pay the postage.", "We pay the postage.", "en", "polarity"),
        ("Opened items can be sent back.", "Opened items can be returned only if faulty.", "en", "dropped_exception"),
        ("You can pay with Klarna.", "You can pay by card.", "en", "foreign_name"),
        ("可以用PayPal付款。", "支持银行卡付款。", "zh", "foreign_name"),
        ("退货可以的。", "You can return it.", "en", "wrong_language"),
        ("You can return it", "可以退货。", "zh", "wrong_language"),
        ("you can return you can return it", "You can return it.", "en", "repeats"),
        ("特价商品可以退。", "特价商品不可以退。", "zh", "polarity"),
        ("没有小票也能退货。", "没有小票不能退货。", "zh", "polarity"),
        ("You can return it without the receipt.", "No return is possible without it.", "en", "polarity"),
        ("You can return sale items.", "Sale items are exempt from returns.", "en", "polarity"),
        ("Sale items can be returned.", "Are they returnable? Sale items cannot be returned.", "en", "polarity"),
        ("运费由您承担。", "运费我们承担。", "zh", "polarity"),
        ("商品可以退。", "只有未拆封的商品可以退。", "zh", "dropped_exception"),
        ("Yes", "You can return it whenever you like.", "en", "length"),
    ],
)
def test_reply_that_its_sentence_does_not_carry_is_refused(
    reply: str, sentence: str, language: Language, reason: str
) -> None:
    assert reason in found(reply, sentence, language)
