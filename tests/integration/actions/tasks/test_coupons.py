"""Coupons: what the policies say of using them, and the least order value of an offer."""

from datetime import UTC, datetime

import pytest

from catalog.models import Promotion, PromotionKind
from catalog.session import Database
from tests.integration.actions.tasks.service_shopper import ServiceShopper


def stored(code: str, english: str, chinese: str) -> Promotion:
    """Return an offer of an amount from 1,000 up."""
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    values = {"USD": 14_000, "CNY": 14_000}
    minimums = {"USD": 100_000, "CNY": 100_000}
    return Promotion(
        code=code, title_en=english, title_zh=chinese, kind=PromotionKind.AMOUNT, amounts_minor=values,
        minimums_minor=minimums, starts_at=begun,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("how do i use a coupon", "How to use a coupon"),
        ("where do i enter the code", "How to use a coupon"),
        ("how many coupons can i use", "How to use a coupon"),
        ("优惠券怎么用", "优惠券怎么用"),
        ("券码在哪输", "优惠券怎么用"),
        ("一单能用几张券", "优惠券怎么用"),
        ("my coupon code doesn't work", "Why a coupon does not work"),
        ("the code is not accepted", "Why a coupon does not work"),
        ("why can't i use my voucher", "Why a coupon does not work"),
        ("优惠码用不了", "优惠券用不了"),
        ("优惠券怎么用不了", "优惠券用不了"),
        ("这个券失效了吗", "优惠券用不了"),
    ],
)
async def test_how_coupons_work_is_told_by_the_policies(
    shop: Database, shopper: ServiceShopper, text: str, section: str
) -> None:
    with shop.session() as session:
        session.add(stored("HOME20", "$140 off over $1000", "家居满1000减140"))
    assert [source.section for source in (await shopper.say(text, "ask_promotion")).sources] == [section]


@pytest.mark.parametrize(
    "text", ["any coupons i can use", "what coupons do you have", "有什么优惠券可以用", "哪些券能用"]
)
async def test_question_for_coupons_is_answered_with_the_offers(
    shop: Database, shopper: ServiceShopper, text: str
) -> None:
    with shop.session() as session:
        session.add(stored("HOME20", "$140 off over $1000", "家居满1000减140"))
    assert "HOME20" in (await shopper.say(text, "ask_promotion")).text


@pytest.mark.parametrize(
    ("text", "english", "chinese", "times"),
    [
        ("有优惠吗", "$140 off over $1000", "家居满1000减140", 0),
        ("有优惠吗", "$140 off over $1000", "家居满1,000元减140", 0),
        ("有优惠吗", "$140 off", "家居减140", 1),
        ("有优惠吗", "$140 off", "10000人用过，家居减140", 1),
        ("any offers?", "$140 off over $1000", "家居满1000减140", 0),
        ("any offers?", "$140 off", "家居减140", 1),
    ],
)
async def test_least_order_value_is_said_once(
    shop: Database, shopper: ServiceShopper, text: str, english: str, chinese: str, times: int
) -> None:
    with shop.session() as session:
        session.add(stored("HOME20", english, chinese))
    reply = await shopper.say(text, "ask_promotion")
    assert "HOME20" in reply.text
    assert reply.text.count("1,000.00") == times
