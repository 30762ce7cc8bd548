"""The texts of shopping: both languages, the same blanks."""

import re
from importlib.resources import files
from string import Formatter

import pytest
import yaml

from actions.services.property_lookup import attribute_text
from actions.texts import load_texts

_SHOPPING = yaml.safe_load((files("actions.texts") / "shopping.yml").read_text("utf-8"))


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(_SHOPPING))
def test_text_has_both_languages_with_the_same_blanks(key: str) -> None:
    variants = load_texts().entries[key]

    assert set(variants) == {"en", "zh"}
    used = {frozenset(blanks(text)) for texts in variants.values() for text in texts}
    assert len(used) == 1


def test_one_of_something_is_said_as_one_and_lists_as_the_language_writes_them() -> None:
    texts = load_texts()

    assert attribute_text("warranty_months", 1, "en", texts) == "1 month"
    assert attribute_text("warranty_months", 24, "en", texts) == "24 months"
    assert attribute_text("ports", ["USB-C", "HDMI"], "en", texts) == "USB-C, HDMI"
    assert attribute_text("ports", ["USB-C", "HDMI"], "zh", texts) == "USB-C、HDMI"


def test_no_text_shows_a_line_break_as_two_characters() -> None:
    texts = [text for variants in load_texts().entries.values() for some in variants.values() for text in some]

    assert len(texts) > 300
    assert [text for text in texts if "\\" in text] == []


def test_every_key_that_the_shopping_services_use_exists() -> None:
    entries = load_texts().entries
    pattern = re.compile(
        r'"((?:search|refine|which|price|stock|detail|compare|recommend|promotion|reason|wish)\.[a-z_]+)"'
    )
    used = {
        key
        for file in files("actions.services").iterdir()
        if file.name.endswith(".py")
        for key in pattern.findall(file.read_text("utf-8"))
    }

    assert len(used) > 60
    assert used <= set(entries)
