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
        ("The repair won't take longer than ★.", "Repairs take 10 days at the latest.", "en"),
        ("No stress, returns are open for ★.", "After 30 days, returns are no longer possible.", "en"),
        ("You can't make a claim without the receipt.", "Lost the receipt? A claim is not possible then.", "en"),
        ("You need the receipt for a return.", "Without the receipt, no return is possible.", "en"),
        ("A claim works if it is in your account.", "No claim is possible unless it is in your account.", "en"),
        ("We charge ★ when an order is cancelled.", "If you cancel, €5 is deducted.", "en"),
        ("You can return used items.", "Neither use nor wear rules out a return of used items.", "en"),
        ("You pay the postage yourself.", "Who pays the postage? You do, we cannot cover it.", "en"),
        ("We don't pay the return postage.", "Who pays the return? Not us.", "en"),
        ("Accidents are covered, even if it was dropped.", "Accidents are under warranty.", "en"),
        ("Just one item can be cancelled.", "You can cancel a single item.", "en"),
        ("退货运费您自理。", "退货运费由买家承担，我们不包。", "zh"),
        ("不用您出运费。", "退货运费由卖方承担。", "zh"),
        ("拒收不收费哦。", "拒收一概不收费。", "zh"),
        ("拆封的耳机也能退。", "不管拆没拆封，耳机都能退。", "zh"),
        ("没有小票也能退货。", "小票丢了？没关系，照样给退。", "zh"),
        ("没有小票不能保修。", "保修必须提供小票。", "zh"),
        ("包裹★没人取就会退回。", "超过7天未领取的包裹，由驿站退回。", "zh"),
        ("签收后★内可以反馈。", "签收后7天内可反馈，逾期不予受理。", "zh"),
        ("换别的商品★以内都行。", "只能换99元以内的其他商品。", "zh"),
    ],
)
def test_faithful_reply_passes(reply: str, sentence: str, language: Language) -> None:
    assert found(reply, sentence, language) == []


@pytest.mark.parametrize(
    ("reply", "sentence", "language", "reason"),
    [
        ("You have ● to send it back.", "Returns within 30 days.", "en", "unresolved"),
        ("You have 14 days to send it back.", "Returns within 30 days.", "en", "invented_value"),
        ("You can send it back.", "You can return it within 30 days.", "en", "says_nothing"),
        ("Sellers pay ★.", "Buyers pay 12 %, sellers 8 %.", "en", "misplaced_value"),
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
        ("You can return it after ★.", "After 30 days, returns are no longer possible.", "en", "polarity"),
        ("Returns are open after ★.", "Returns are not possible after 30 days.", "en", "polarity"),
        ("Sale items can't come back.", "Are they final? Sale items may be returned.", "en", "polarity"),
        ("You can only order with an account.", "You can order as a guest.", "en", "polarity"),
        ("You need the receipt for a return.", "Lost the receipt? You can still return it.", "en", "polarity"),
        ("You can return it without the receipt.", "Lost the receipt? We can't take it back.", "en", "polarity"),
        ("We don't pay the postage.", "Who pays the postage? We do.", "en", "polarity"),
        ("Delivery is free.", "We do not have free delivery.", "en", "polarity"),
        ("Used items can't be returned.", "Neither use nor wear rules out a return.", "en", "polarity"),
        ("You can cancel it.", "It can be cancelled subject to the courier stopping it.", "en", "dropped_exception"),
        ("You need the receipt.", "You need the receipt unless it is in your account.", "en", "dropped_exception"),
        ("You can cancel one item.", "Only the whole order can be cancelled.", "en", "polarity"),
        ("You can exchange it.", "We exchange while stock lasts.", "en", "dropped_exception"),
        ("You can cancel one item.", "You can cancel one item, but not one out of a set.", "en", "dropped_exception"),
        ("退货免运费。", "退货运费我们不包，由买家承担。", "zh", "polarity"),
        ("满额包邮。", "金额多少都不包邮。", "zh", "polarity"),
        ("用过的也能退。", "用过的退回来会被拒收。", "zh", "polarity"),
        ("意外损坏质保不管。", "意外损坏质保也管。", "zh", "polarity"),
        ("尺码可以换。", "尺码有货才能换。", "zh", "dropped_exception"),
        ("单件可以取消。", "单件能取消，但套装得整套取消。", "zh", "dropped_exception"),
    ],
)
def test_reply_that_its_sentence_does_not_carry_is_refused(
    reply: str, sentence: str, language: Language, reason: str
) -> None:
    assert reason in found(reply, sentence, language)
