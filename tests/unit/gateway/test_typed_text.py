import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gateway.errors import EmptyMessageError, MessageTooLongError
from bot.gateway.typed_text import MAX_CHARACTERS, clean_typed_text


@given(st.text(max_size=200))
def test_cleaned_text_never_begins_with_a_slash(text: str) -> None:
    try:
        cleaned = clean_typed_text(text)
    except EmptyMessageError:
        return
    assert cleaned
    assert not cleaned.startswith(("/", "／"))
    assert "\x00" not in cleaned


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [("  hi  ", "hi"), ("and/or", "and/or"), ("/restart", "restart"), ("/ / a/b", "a/b"), ("a\x00b\nc", "ab\nc")],
)
def test_text_keeps_everything_but_slashes_in_front(typed: str, cleaned: str) -> None:
    assert clean_typed_text(typed) == cleaned


def test_limit_is_four_thousand_characters() -> None:
    assert len(clean_typed_text("字" * MAX_CHARACTERS)) == 4000
    with pytest.raises(MessageTooLongError):
        clean_typed_text("字" * (MAX_CHARACTERS + 1))
