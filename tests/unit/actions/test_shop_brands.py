"""Brands as shoppers call them and type them."""

from types import MappingProxyType
from typing import Any

import pytest

from actions.services.brand_names import brand_in
from actions.services.brands_said import brands_in_text, is_brand_alone
from actions.services.shop_facts import ShopFacts

NONE: Any = MappingProxyType({})
FACTS = ShopFacts(
    version=1,
    categories=NONE,
    brands={"de'longhi": "De'Longhi", "tuotuo": "Tuotuo", "li-ning": "Li-Ning", "asics": "Asics"},
    currencies=("USD",),
    labels=NONE,
    sizes=NONE,
    chinese_brands={"Tuotuo": "拓拓"},
)


@pytest.mark.parametrize(
    ("brand", "language", "called"),
    [
        ("Tuotuo", "en", "Tuotuo"),
        ("Tuotuo", "zh", "拓拓"),
        ("Asics", "zh", "亚瑟士"),
        ("De'Longhi", "zh", "德龙"),
        ("De'Longhi", "en", "De'Longhi"),
    ],
)
def test_brand_is_called_as_in_the_language(brand: str, language: str, called: str) -> None:
    assert FACTS.brand(brand, language) == called


def test_brand_typed_in_chinese_is_named_in_english() -> None:
    assert brand_in("格力", "en") == "Gree"


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("from delonghi", "De'Longhi"),
        ("de'longhi", "De'Longhi"),
        ("li ning shoes", "Li-Ning"),
        ("拓拓的有吗", "Tuotuo"),
    ],
)
def test_brand_is_read_as_it_is_typed(text: str, brand: str) -> None:
    assert brands_in_text(text, FACTS) == (brand,)


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("from delonghi", True),
        ("what about delonghi?", True),
        ("李宁的呢", True),
        ("德龙的", True),
        ("delonghi coffee machine", False),
        ("how long does delivery from delonghi take", False),
    ],
)
def test_brand_alone_is_told_from_a_longer_wish(text: str, alone: bool) -> None:
    assert is_brand_alone(text, FACTS) is alone
