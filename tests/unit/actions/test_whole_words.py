"""A word of which the reading marks pieces alone is one word."""

import pytest

from actions.services.whole_words import with_whole_words
from actions.turn import Entity, Turn


def marked(text: str, *pieces: tuple[str, str]) -> list[tuple[str, str]]:
    """Return `(name, text)` of the entities of a message in which `(name, piece)` were marked."""
    at = text.find
    found = tuple(Entity(name, said, said, at(said), at(said) + len(said)) for name, said in pieces)
    turn = Turn("c", text, "x", 1.0, (), found, "zh", (), None, "web", None, False, {}, (), {})
    return [(entity.name, entity.text) for entity in with_whole_words(turn).entities]


@pytest.mark.parametrize(
    ("text", "pieces", "whole"),
    [
        ("真丝的", (("material", "真"), ("color", "丝")), [("material", "真丝")]),
        ("欧式台灯", (("brand", "欧"), ("product_type", "台灯")), [("feature", "欧式"), ("product_type", "台灯")]),
        ("简约风", (("product_type", "简约"),), [("feature", "简约风")]),
        ("德龙的", (("person_name", "德龙"),), [("brand", "德龙")]),
        ("苹果的", (("feature", "苹果"),), [("brand", "苹果")]),
        ("charger 65w", (("size", "65"), ("feature", "w")), [("feature", "65w")]),
        ("16gb ram", (("size", "16gb"), ("product_type", "ram")), [("feature", "16gb ram")]),
        ("20000毫安的", (("size", "毫"),), [("feature", "20000毫安")]),
        ("a 20000mAh one", (), [("feature", "20000mAh")]),
        ("for dry skin", (("material", "dry"), ("feature", "skin")), [("feature", "dry skin")]),
        ("E27", (("feature", "E"),), [("feature", "E27")]),
        ("korean brand", (("brand", "korean"), ("product_type", "brand")), [("brand", "korean")]),
    ],
)
def test_pieces_become_the_whole_word(
    text: str, pieces: tuple[tuple[str, str], ...], whole: list[tuple[str, str]]
) -> None:
    assert marked(text, *pieces) == whole


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("256gb", ("size", "256gb")),
        ("500毫升", ("size", "500毫升")),
        ("不锈钢的", ("material", "不锈钢")),
        ("iphone 15", ("product_type", "iphone")),
    ],
)
def test_what_is_marked_whole_stays(text: str, entity: tuple[str, str]) -> None:
    assert marked(text, entity) == [entity]
