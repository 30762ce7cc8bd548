from hypothesis import given
from hypothesis import strategies as st

from bot.gateway.telegram.text_limits import cut, escape, split_text, utf16_units
from tests.telegram_server.html_text import plain_text, utf16_length

TEXT = st.text(max_size=400)


@given(TEXT)
def test_length_is_counted_as_telegram_counts(text: str) -> None:
    assert utf16_units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(TEXT, st.integers(min_value=2, max_value=60))
def test_pieces_fit_and_hold_every_word(text: str, units: int) -> None:
    pieces = split_text(text, units)
    assert all(0 < utf16_units(piece) <= units for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(TEXT, st.integers(min_value=2, max_value=60))
def test_cut_text_fits(text: str, units: int) -> None:
    assert utf16_units(cut(text, units)) <= units


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_is_shown_as_it_was(text: str) -> None:
    assert plain_text(escape(text)) == text
    assert plain_text(f'<a href="{escape(text)}">x</a>') == "x"


def test_text_is_split_after_sentences_in_both_languages() -> None:
    english = "It costs 3.50 dollars. That is all! Is it?"
    assert split_text(english, 30) == ["It costs 3.50 dollars.", "That is all! Is it?"]
    assert split_text("这款手表防水。续航两天！要不要看看？", 10) == ["这款手表防水。", "续航两天！", "要不要看看？"]


def test_text_without_sentences_is_split_between_words_or_hard() -> None:
    assert split_text("one two three four", 10) == ["one two", "three four"]
    assert split_text("😀" * 7, 6) == ["😀😀😀", "😀😀😀", "😀"]
    assert utf16_length("😀") == utf16_units("😀") == 2
