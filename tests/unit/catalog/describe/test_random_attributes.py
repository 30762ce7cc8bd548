"""Whatever a merchant's file holds, a description is sound and says nothing of its own, or there is none."""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.describe.checker import unsupported
from catalog.describe.description import NothingToTellError, write_description
from catalog.describe.wording import Language, load_wording
from catalog.repositories.products import Labels, ProductView, VariantView

_KEYS = [*sorted(load_wording().groups), "weight_g", "size_cm", "warranty_months", "price", "power_w", "room_m2"]
_keys = st.sampled_from(_KEYS) | st.text(max_size=12)
_texts = st.text(max_size=30) | st.sampled_from(
    [
        "steel, glass",
        "1,400 W",
        "2.1升",
        "none",
        "无",
        "yes",
        "IP67，防水",
        "<b>x</b>",
        "a. b",
        "12.5 kg",
        "(",
        "5 %",
        "½ l",
        "٣ kg",
    ]
)
_plain = _texts | st.booleans() | st.none() | st.integers() | st.floats() | st.lists(_texts, max_size=3)
_values = _plain | st.dictionaries(st.sampled_from(["en", "zh", "de", "x1"]), _plain, max_size=3)
_variants = st.lists(
    st.dictionaries(st.sampled_from(["color", "size", "style", "尺码"]) | _keys, _texts, max_size=3), max_size=5
)


@settings(max_examples=400, deadline=None)
@given(
    attributes=st.dictionaries(_keys, _values, max_size=8),
    options=_variants,
    titles=st.fixed_dictionaries({"en": _texts, "zh": _texts}),
    language=st.sampled_from(["en", "zh"]),
)
def test_any_attributes_give_a_sound_description_or_none(
    attributes: dict[str, Any], options: list[dict[str, str]], titles: dict[str, str], language: Language
) -> None:
    product = ProductView(
        key=1,
        product_id="p",
        titles=titles,
        descriptions={},
        category_slug="things",
        brand=None,
        attributes=attributes,
        rating=None,
        rating_count=0,
        url=None,
        sponsored=False,
        active=True,
        images=(),
        variants=tuple(VariantView(0, str(number), None, chosen, 1, {}) for number, chosen in enumerate(options)),
    )
    labels = Labels({}, {}, {})
    try:
        text = write_description(product, labels, language)
    except NothingToTellError:
        return
    assert unsupported(text, product, labels, language) == []
    assert text.endswith("." if language == "en" else "。")
    assert text.isprintable()
    assert "  " not in text
    if language == "en":
        assert not re.search(r"[\u4e00-\u9fff]", text)
