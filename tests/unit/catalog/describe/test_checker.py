"""The checker finds what a description says beyond its product's data."""

import dataclasses

import pytest

from catalog.describe.checker import unsupported
from catalog.describe.description import NothingToTellError, write_description
from catalog.repositories.products import Labels, ProductView

NO_LABELS = Labels({}, {}, {})


@pytest.fixture
def bottle(demo_products: dict[str, ProductView]) -> ProductView:
    """Return a product with text, number, yes and no among its attributes."""
    return dataclasses.replace(
        demo_products["fjallraven-kanken"],
        titles={"en": "Hydra Bottle", "zh": "海卓水壶"},
        brand="Hydra",
        attributes={
            "material": {"en": "stainless steel", "zh": "不锈钢"},
            "weight_g": 1250,
            "warranty_months": 24,
            "leakproof": True,
            "dishwasher_safe": False,
        },
        variants=(),
    )


def test_a_description_of_the_rules_passes(bottle: ProductView) -> None:
    english = write_description(bottle, NO_LABELS, "en")
    assert english == (
        "Hydra Bottle, made of stainless steel, leakproof and not dishwasher-safe. Weighs 1.25 kg. Warranty: 2 years."
    ) or english == (
        "Hydra Bottle, made from stainless steel, leakproof and not dishwasher-safe. Weighs 1.25 kg. Warranty: 2 years."
    )
    assert unsupported(english, bottle, NO_LABELS, "en") == []
    chinese = write_description(bottle, NO_LABELS, "zh")
    assert "1.25公斤" in chinese
    assert unsupported(chinese, bottle, NO_LABELS, "zh") == []


@pytest.mark.parametrize(
    ("smuggled", "found"),
    [
        ("Hydra Bottle, waterproof.", ["waterproof"]),
        ("Hydra Bottle, made of stainless steel and titanium.", ["titanium"]),
        ("Hydra Bottle weighs 1.3 kg.", ["1.3"]),
        ("Hydra Bottle, made by Sigg.", ["by", "Sigg"]),
        ("Hydra Bottle. Warranty: 24 years.", ["24 year"]),
        ("Hydra Bottle weighs 1250 g.", []),
        ("Hydra Bottle, the best of all.", ["best", "all"]),
        ("Hydra Bottle, dishwasher-safe.", ["dishwasher-safe"]),
        ("Hydra Bottle, 水壶.", ["水壶"]),
    ],
)
def test_a_smuggled_property_is_found(bottle: ProductView, smuggled: str, found: list[str]) -> None:
    assert unsupported(smuggled, bottle, NO_LABELS, "en") == found


@pytest.mark.parametrize(
    ("smuggled", "found"),
    [
        ("海卓水壶，材质为不锈钢，防水。", ["防水"]),
        ("海卓水壶，材质为钛。", ["钛"]),
        ("海卓水壶，重1.25公斤，容量1升。", ["1", "容量", "升"]),
        ("海卓水壶，质保3年。", ["3"]),
        ("海卓水壶，不防漏。", ["不防漏"]),
        ("海卓水壶，可用洗碗机清洗。", ["可用洗碗机清洗"]),
        ("海卓水壶，由Sigg制造。", ["Sigg", "由", "制造"]),
    ],
)
def test_a_smuggled_chinese_property_is_found(bottle: ProductView, smuggled: str, found: list[str]) -> None:
    assert sorted(unsupported(smuggled, bottle, NO_LABELS, "zh")) == sorted(found)


def test_what_changes_and_what_is_praised_is_not_told(bottle: ProductView) -> None:
    product = dataclasses.replace(
        bottle,
        attributes={
            "material": "steel",
            "price": 30,
            "stock": 4,
            "shipping": "free worldwide",
            "effect": "heals the skin",
            "praise": "the best bottle",
            "slogan": "Drink more! Live longer.",
            "page": "https://example.com/a",
            "功效": "治疗失眠",
            "nested": {"width": 3, "height": 4},
        },
    )
    assert write_description(product, NO_LABELS, "en") in (
        "Hydra Bottle, made of steel.",
        "Hydra Bottle, made from steel.",
    )
    with pytest.raises(NothingToTellError, match="no attribute or option"):
        write_description(product, NO_LABELS, "zh")  # "steel" is English only


def test_markup_is_told_as_plain_text(bottle: ProductView) -> None:
    product = dataclasses.replace(
        bottle,
        titles={"en": "Mug <b>XL</b>"},
        attributes={
            "material": "<i>glass</i><script>alert(1)</script>",
            "lid": "[red]cork[/red]",
            "{value}": "{title}",
        },
    )
    text = write_description(product, NO_LABELS, "en")
    assert "<" not in text
    assert "alert" not in text
    assert "glass" in text
    assert "Lid: [red]cork[/red]" in text
    assert unsupported(text, product, NO_LABELS, "en") == []


def test_a_product_without_a_title_in_the_language_is_refused(bottle: ProductView) -> None:
    with pytest.raises(NothingToTellError, match="no title in zh"):
        write_description(dataclasses.replace(bottle, titles={"en": "Mug"}), NO_LABELS, "zh")


def test_units_of_keys_and_names_in_values_are_told_once(bottle: ProductView) -> None:
    attributes = {
        "dimensions_cm": "10 x 20.5 x 7",
        "weight_g": "1,500",
        "warranty": "3 year warranty",
        "return_policy": "no",
    }
    product = dataclasses.replace(bottle, attributes=attributes)
    text = write_description(product, NO_LABELS, "en")
    assert text == "Hydra Bottle: measures 10 x 20.5 x 7 cm and weighs 1.5 kg. 3 year warranty."
    assert unsupported(text, product, NO_LABELS, "en") == []
    assert unsupported(text.replace(" cm", " kg"), product, NO_LABELS, "en") == ["7 kg"]
