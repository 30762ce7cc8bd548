"""What a message turns down in words: kinds, properties and materials."""

import pytest

from actions.services.unwanted import told_apart
from actions.turn import Entity, Turn


def unwanted(text: str, *marked: tuple[str, str]) -> list[tuple[str, str]]:
    at = text.find
    found = tuple(Entity(name, said, said, at(said), at(said) + len(said)) for name, said in marked)
    turn = Turn("c", text, "x", 1.0, (), found, "en", (), None, "web", None, False, {}, (), {})
    return [(entity.name, entity.text) for entity in told_apart(turn, ())[1]]


@pytest.mark.parametrize(
    ("text", "marked", "said"),
    [
        ("not capsule", (("product_type", "capsule"),), ("feature", "capsule")),
        ("without rgb", (("feature", "rgb"),), ("feature", "rgb")),
        ("不要胶囊的", (("material", "胶"), ("product_type", "囊")), ("feature", "胶囊")),
        ("不要入耳的", (), ("feature", "入耳")),
        ("不要皮的", (), ("material", "皮")),
        ("a shirt but not leather", (("product_type", "shirt"), ("feature", "leather")), ("material", "leather")),
        ("咖啡机 不要胶囊的", (("product_type", "咖啡机"), ("feature", "胶")), ("feature", "胶囊")),
        ("t-shirt not in size M", (("size", "M"),), ("size", "M")),
        ("not black", (("color", "black"),), ("color", "black")),
    ],
)
def test_it_is_told_apart(text: str, marked: tuple[tuple[str, str], ...], said: tuple[str, str]) -> None:
    assert unwanted(text, *marked) == [said]


@pytest.mark.parametrize(
    "text",
    [
        "not sure",
        "no thanks",
        "no wait the cheapest",
        "not too expensive",
        "不要这个",
        "不要太贵的",
        "不要了",
        "not now",
    ],
)
def test_what_names_no_property_turns_none_down(text: str) -> None:
    assert unwanted(text) == []
