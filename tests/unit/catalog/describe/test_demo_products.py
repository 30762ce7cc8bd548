"""Every product of the demo shop and of a tau2 shop is described in sound sentences."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from catalog.describe.checker import unsupported
from catalog.describe.description import write_description
from catalog.describe.wording import LANGUAGES, Language
from catalog.repositories.products import Labels, ProductView, VariantView

TAU2 = Path(__file__).parents[3] / "data" / "tau2-small.json"
NO_LABELS = Labels({}, {}, {})
_SLIPS = re.compile(
    r"  |\.\.|,,|;;|，，|。。|：：|；；|、、|（）|\(\)|[，、；：,;:][。.]|\s[,.;:，。；：]|[{}\x00]|：，|"
    r"\ba [aeio](?!ne)|\b(?:None|True|False|none of)\b|和。|\band\."
)


def _views(path: Path) -> list[ProductView]:
    return [
        ProductView(
            key=number,
            product_id=row["product_id"],
            titles={"en": row["name"]},
            descriptions={},
            category_slug=row["name"].lower().replace(" ", "-"),
            brand=None,
            attributes={},
            rating=None,
            rating_count=0,
            url=None,
            sponsored=False,
            active=True,
            images=(),
            variants=tuple(
                VariantView(0, item["item_id"], None, item["options"], 1, {}) for item in row["variants"].values()
            ),
        )
        for number, row in enumerate(json.loads(path.read_text("utf-8"))["products"].values())
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_demo_products_are_described_in_sound_sentences(
    demo_products: dict[str, ProductView], demo_labels: Labels, language: Language
) -> None:
    for product in demo_products.values():
        text = write_description(product, demo_labels, language)
        assert unsupported(text, product, demo_labels, language) == [], product.product_id
        slip = _SLIPS.search(text)
        assert slip is None, (product.product_id, slip, text)
        assert len(text) < 600
        if language == "en":
            assert not re.search(r"[\u3400-\u9fff。，]", text), text
            assert text.endswith("."), text
        else:
            assert text.endswith("。"), text
        assert text == write_description(product, demo_labels, language)


def test_tau2_products_are_described_by_their_options() -> None:
    for product in _views(TAU2):
        text = write_description(product, NO_LABELS, "en")
        assert unsupported(text, product, NO_LABELS, "en") == []
        assert _SLIPS.search(text) is None, text
        values = {str(value) for variant in product.variants for value in variant.options.values()}
        words = [value for value in values if value not in ("yes", "no", "M", "L", "S") and not value.isdigit()]
        assert any(word in text for word in words), text


def test_descriptions_of_a_category_do_not_all_read_the_same(
    demo_products: dict[str, ProductView], demo_labels: Labels
) -> None:
    shoes = [product for product in demo_products.values() if product.category_slug == "running-shoes"]
    openings = Counter(
        write_description(product, demo_labels, "zh").replace(product.titles["zh"], "T")[:4] for product in shoes
    )
    assert len(shoes) > 8
    assert openings.most_common(1)[0][1] < len(shoes)
    weights = Counter("重量" in write_description(product, demo_labels, "zh") for product in shoes)
    assert len(weights) == 2


def test_descriptions_read_as_they_stand_in_the_docs(
    demo_products: dict[str, ProductView], demo_labels: Labels
) -> None:
    page = (Path(__file__).parents[4] / "docs" / "describe.md").read_text("utf-8")
    for product_id, language in (("fjallraven-kanken", "en"), ("vitamix-a3500", "zh"), ("jbl-flip-6", "en")):
        text = write_description(demo_products[product_id], demo_labels, "en" if language == "en" else "zh")
        assert f"{product_id} ({language}): {text}" in page
