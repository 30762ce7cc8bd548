"""Headings and values for the facts of the grammar, and the kinds of answer."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Final

from nlu_models.dialogue.grammar import Fact, Language, expand
from nlu_models.dialogue.slot_values import slot_value

KINDS: Final = ("none", "yes", "no", "value", "steps", "conditional")
"""What a sentence is to a question: no answer to it, or an answer of one of these kinds."""
ANSWERS: Final = KINDS[1:]

_TITLES: Final[Mapping[str, Mapping[Language, tuple[str, ...]]]] = {
    "returns": {"en": ("Returns", "Sending things back", "Our return policy"), "zh": ("退货", "退货须知", "关于退货")},
    "refunds": {"en": ("Refunds", "Your money back"), "zh": ("退款", "退款说明")},
    "exchanges": {"en": ("Exchanges", "Swapping an item"), "zh": ("换货", "换货说明")},
    "shipping": {"en": ("Shipping", "Postage", "Shipping costs"), "zh": ("配送", "运费说明", "物流配送")},
    "delivery-times": {"en": ("Delivery times", "When it arrives"), "zh": ("配送时效", "什么时候到")},
    "delivery-problems": {"en": ("Delivery problems", "If something goes wrong"), "zh": ("收货问题", "物流异常")},
    "payment": {"en": ("Payment", "Ways to pay"), "zh": ("支付方式", "付款")},
    "warranty": {"en": ("Warranty", "Repairs and guarantee"), "zh": ("保修", "售后保修")},
    "cancellation": {"en": ("Cancelling and changing orders", "Changes to your order"), "zh": ("取消订单", "订单修改")},
    "invoices": {"en": ("Invoices", "Receipts and invoices"), "zh": ("发票", "开票说明")},
    "accounts": {"en": ("Your account", "Account and privacy"), "zh": ("账号与隐私", "会员账号")},
    "contact": {"en": ("Contact", "Customer service"), "zh": ("联系我们", "客服")},
}


def heading_for(fact: Fact, random_: random.Random, *, titled: bool, asking: bool) -> str:
    """Return a heading for a fact: a question to it, a title of its topic, or none."""
    if asking and random_.random() < 0.6:
        question = expand(random_.choice(fact.questions), random_, made_up_values(fact, random_))
        return question[:1].upper() + question[1:]
    titles = _TITLES.get(fact.topic, {}).get(fact.language, ("",))
    return random_.choice(titles) if titled else ""


def made_up_values(fact: Fact, random_: random.Random) -> dict[str, str]:
    """Return a value for each slot of a fact."""
    return {name: slot_value(kind, fact.language, random_) for name, kind in fact.slots.items()}
