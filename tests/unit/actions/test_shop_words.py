"""Chinese questions to shops with English titles only, and to those with titles of their own."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from actions.services.shop_facts import ShopFacts
from actions.services.shop_words import in_shop_words
from actions.turn import Entity, Turn

NONE: Any = MappingProxyType({})
FACTS = ShopFacts(version=1, categories=NONE, brands=NONE, currencies=("CNY",), labels=NONE, sizes=NONE)
ASKED = Turn(
    "c", "有没有纯棉T恤", "search_product", 1.0, (), (Entity("product_type", "纯棉T恤", "纯棉T恤"),), "zh",
    (("t-shirts", 0.99),), None, "web", None, False, {}, (), {},
)  # fmt: skip


def test_kind_is_put_into_english_for_a_shop_with_english_titles_only() -> None:
    turn = in_shop_words(ASKED, FACTS)
    assert [entity.value for entity in turn.entities] == ["t shirt"]


def test_shop_with_chinese_titles_is_asked_in_the_shoppers_own_words() -> None:
    assert in_shop_words(ASKED, replace(FACTS, is_chinese=True)) is ASKED
