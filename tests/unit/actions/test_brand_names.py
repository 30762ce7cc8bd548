"""Chinese names of brands in messages."""

import pytest

from actions.services.brand_names import chinese_brands_in


@pytest.mark.parametrize("text", ["完美的礼物", "甜美的裙子", "优美的连衣裙", "精美的包装", "很美的手表"])
def test_a_brand_is_not_found_inside_another_word(text: str) -> None:
    assert chinese_brands_in(text) == []


@pytest.mark.parametrize("text", ["美的电饭煲", "有没有美的", "只看美的的", "完美的美的电饭煲"])
def test_a_brand_is_found_beside_other_words(text: str) -> None:
    assert chinese_brands_in(text) == ["美的"]
