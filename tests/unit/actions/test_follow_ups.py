"""What asks on about the service question just answered, and what asks something new."""

import pytest

from actions.message_language import choose_language
from actions.services.follow_ups import changes_subject, follows
from actions.turn import Turn
from tests.unit.actions.test_service_sections import hit


def turn(text: str, intent: str = "nlu_fallback", *, asked: bool = True) -> Turn:
    conversation = {"asked": "how do I return this", "about": "returns"} if asked else {}
    language = choose_language(text, None, None)
    return Turn("c", text, intent, 1.0, (), (), language, (), None, "web", None, False, {}, (), conversation)


@pytest.mark.parametrize(
    "text",
    [
        *("how long does that take", "how long does it take?", "is there a fee", "how late can I do that?"),
        *("and who pays for that", "who pays for it", "how long do I have", "how much is that", "what does that cost"),
        *("and for batteries?", "what about normal wear?", "what about sale items", "can i do this"),
        *("要多久", "多久能到账", "那运费谁出", "大概要多久呢", "几天内可以", "要多少钱", "那电池呢"),
        *("超过7天了还能退吗", "最晚什么时候", "运费谁付", "who pays the postage"),
    ],
)
def test_follow_up_is_known(text: str) -> None:
    assert follows(turn(text))
    assert not follows(turn(text, asked=False))


@pytest.mark.parametrize(
    "text",
    [
        *("how do I return it", "where is my refund", "can i return it", "how do i pay", "do you ship to Germany?"),
        *("cancel it", "如何操作退货", "怎么申请退款", "定制的能退吗", "/return_item"),
    ],
)
def test_what_says_all_by_itself_is_no_follow_up(text: str) -> None:
    assert not follows(turn(text))


@pytest.mark.parametrize(
    ("text", "intent", "similarity", "changes"),
    [
        ("and do you ship to canada", "ask_shipping", 0.87, True),
        ("那能开发票吗", "get_invoice", 0.87, True),
        ("and do you ship to canada", "ask_shipping", 0.85, False),
        ("how long does that take", "ask_delivery_time", 0.89, False),
        ("要多久", "ask_delivery_time", 0.89, False),
        ("what about sale items", "ask_return_policy", 0.89, False),
        ("what about batteries", "ask_product_detail", 0.89, False),
    ],
)
def test_subject_changes_where_another_topic_is_more_like_it(
    text: str, intent: str, similarity: float, changes: bool
) -> None:
    own = [hit("Who pays for the return", similarity=0.845)]
    everywhere = [hit("Where we ship", "shipping", similarity), *own]
    assert changes_subject(turn(text, intent), own, everywhere) is changes
