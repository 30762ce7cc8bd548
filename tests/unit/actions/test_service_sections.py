"""Which section of a policy a message names, and when it is to be read instead."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from actions.message_language import choose_language
from actions.services.service_sections import PLACES, section_named
from actions.turn import Turn
from catalog.search.passage_search import PassageHit

DOCS = Path(__file__).parents[3] / "docs" / "policies.md"


def turn(text: str, intent: str) -> Turn:
    language = choose_language(text, None, None)
    return Turn("c", text, intent, 1.0, (), (), language, (), None, "web", None, False, {}, (), {})


def hit(section: str, topic: str = "returns", similarity: float | None = None, key: int = 0) -> PassageHit:
    on = date(2026, 9, 1)
    return PassageHit(key, topic, topic, "en", topic, "1", on, section, key, section, similarity=similarity)


ENGLISH = (
    *("How to return something", "How long you have", "Who pays for the return", "What is refunded"),
    *("How to change the delivery address", "Company invoices", "If the invoice is wrong"),
)
CHINESE = ("如何操作退货", "多少天内可以退", "退货运费谁出", "退哪些钱", "怎么改收货地址", "怎么开公司发票")


def named(text: str, intent: str) -> PassageHit | None:
    message = turn(text, intent)
    sections = CHINESE if message.language == "zh" else ENGLISH
    return section_named([hit(section, key=key) for key, section in enumerate(sections)], message)


@pytest.mark.parametrize(
    ("text", "intent", "section"),
    [
        ("how many days to return", "ask_return_policy", "How long you have"),
        ("退货要几天", "ask_return_policy", "多少天内可以退"),
        ("who pays return shipping", "ask_return_policy", "Who pays for the return"),
        ("退货运费谁出", "ask_return_policy", "退货运费谁出"),
        ("do i get the shipping fee back when i return", "ask_return_policy", "What is refunded"),
        ("运费能退吗", "ask_return_policy", "退哪些钱"),
        ("can i get a company invoice", "get_invoice", "Company invoices"),
        ("可以开公司抬头的发票吗", "get_invoice", "怎么开公司发票"),
        ("change the adress please", "change_shipping_address", "How to change the delivery address"),
        ("改一下收货地址", "change_shipping_address", "怎么改收货地址"),
    ],
)
def test_section_is_known_by_its_heading(text: str, intent: str, section: str) -> None:
    found = named(text, intent)
    assert found is not None
    assert found.section == section


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("return after 30 days possible?", "ask_return_policy"),
        ("it broke after 40 days, can i return it", "ask_return_policy"),
        ("超过30天了还能退吗", "ask_return_policy"),
        ("买了40天坏了能退吗", "ask_return_policy"),
        ("the parcel is already on its way, can i change the address", "change_shipping_address"),
        ("包裹已经发出了，还能改地址吗", "change_shipping_address"),
        ("can you bring it to my office instead", "change_shipping_address"),
    ],
)
def test_special_case_is_left_to_the_reader(text: str, intent: str) -> None:
    assert named(text, intent) is None


def test_heading_that_stands_in_the_message_is_the_section() -> None:
    hits = [hit("How long you have"), hit("After 30 days", key=1)]
    assert section_named(hits, turn("return after 30 days possible?", "ask_return_policy")) == hits[1]


@pytest.mark.parametrize(("similarity", "holds"), [(0.90, True), (0.95, False)])
def test_section_yields_to_one_that_is_clearly_more_like_the_question(similarity: float, holds: bool) -> None:
    hits = (hit("What cannot be returned", similarity=similarity), hit("How long you have", similarity=0.89, key=1))
    assert (section_named(hits, turn("how long for swimwear", "ask_return_policy")) is not None) is holds


def test_topics_that_are_looked_for_are_documented() -> None:
    topics = {topic for place in PLACES.values() for topic in place.topics}
    row = next(line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| `topic` |"))
    assert topics == set(re.findall(r"`([a-z-]+)`", row)) - {"topic"}


@pytest.mark.parametrize(
    ("text", "in_time"),
    [
        ("超过7天了还能退吗", True),
        ("超过30天了还能退吗", False),
        ("超过40天了还能退吗", False),
        ("超过2个月了还能退吗", False),
        ("can i return it after 2 weeks", True),
        ("return after 2 months possible?", False),
        ("it broke after 5 days, can i return it", False),
    ],
)
def test_days_that_the_policy_still_gives_are_answered_by_its_limit(text: str, in_time: bool) -> None:
    message = turn(text, "ask_return_policy")
    heading = "多少天内可以退" if message.language == "zh" else "How long you have"
    within = replace(
        hit(heading),
        text="签收后30天内可以退货，12月的订单延到1月31日。" if message.language == "zh" else "Within 30 days.",
    )
    late = replace(hit("超过期限怎么办", key=1), similarity=0.99)

    assert section_named([within, late], message) == (within if in_time else None)
