"""Which places of a list a message names."""

import pytest

from actions.services.list_places import at_place, bare_number, positions_in, without_places
from actions.turn import Entity, Turn


def turn(text: str, **marked: int) -> Turn:
    """Return a message in which words are marked as positions: `first=1`."""
    at = text.find
    found = tuple(Entity("position", n, said, at(said), at(said) + len(said)) for said, n in marked.items())
    return Turn("c", text, "x", 1.0, (), found, "en", (), None, "web", None, False, {}, (), {})


@pytest.mark.parametrize(
    ("text", "marked", "places"),
    [
        ("the second one", {"second": 2}, [2]),
        ("the secnd one", {}, [2]),
        ("the third and the first", {"first": 1, "third": 3}, [3, 1]),
        ("第一个和第三个", {"第一个": 1, "第三个": 3}, [1, 3]),
        ("compare first and third", {"third": 3}, [1, 3]),
        ("is it my first order", {}, []),
        ("the second to last one", {"second": 2, "last": -1}, [-2]),
        ("the third from the end", {"third": 3}, [-3]),
        ("the last but one", {"last": -1}, [-2]),
        ("the penultimate one", {}, [-2]),
        ("倒数第二个", {"第二个": 2}, [-2]),
        ("倒数第3款", {}, [-3]),
        ("add the first two", {"first": 1}, [1, 2]),
        ("the last three of them", {"last": -1}, [-3, -2, -1]),
        ("前两个", {}, [1, 2]),
        ("前面三款", {}, [1, 2, 3]),
        ("最后两个", {"最后": -1}, [-2, -1]),
        ("后两款和第一个", {"第一个": 1}, [-2, -1, 1]),
        ("within the last two days", {}, []),
        ("前两个月买的", {}, []),
        ("以前两个都有", {}, []),
        ("the sixty dollar one", {}, []),
        ("2", {}, [2]),
        ("第2个", {}, [2]),
        ("0", {}, []),
    ],
)
def test_positions_are_counted_from_both_ends(text: str, marked: dict[str, int], places: list[int]) -> None:
    assert positions_in(turn(text, **marked)) == places


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("2", 2), (" 12. ", 12), ("#3", 3), ("(1)", 1), ("2️⃣", 2), ("２", 2), ("2号", 2), ("第二", 2), ("2?", 2)),
        *(("123", None), ("-2", None), ("$2", None), ("2%", None), ("2 3", None), ("2个", None), ("two", None)),
    ],
)
def test_number_alone_is_one_or_two_digits(text: str, number: int | None) -> None:
    assert bare_number(text) == number


def test_places_from_the_end_are_those_of_the_list() -> None:
    assert [at_place(place, "abc") for place in (1, 3, 4, 0, -1, -3, -4)] == ["a", "c", None, None, "c", "a", None]


@pytest.mark.parametrize("text", ["add the first two", "前两个加入购物车", "倒数第二个"])
def test_numbers_of_places_are_blanked(text: str) -> None:
    left = without_places(text)

    assert len(left) == len(text)
    assert not any(word in left for word in ("two", "两", "二"))
