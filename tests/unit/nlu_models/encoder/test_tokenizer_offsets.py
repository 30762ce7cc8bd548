"""Tokens know where they stand in the text as it was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu_models.encoder.tiny import tiny_base
from nlu_models.encoder.tokenizer import TextTokenizer, pad


@pytest.fixture(scope="module")
def tokenizer() -> TextTokenizer:
    return tiny_base().tokenizer


def marked(tokenizer: TextTokenizer, text: str) -> list[str]:
    return [text[a:b] for a, b in tokenizer.encode(text).offsets if b > a]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("smartwatch", ["smart", "watch"]),
        ("  smart   watch", ["smart", "watch"]),
        ("ｓｍａｒｔｗａｔｃｈ", ["ｓｍａｒｔ", "ｗａｔｃｈ"]),
        ("智能\t手表", ["智", "能", "手", "表"]),
        ("5㎏", ["5", "㎏", "㎏"]),
        ("under\u0000 $", ["under", "$"]),
    ],
)
def test_offsets_point_into_the_raw_text(tokenizer: TextTokenizer, text: str, parts: list[str]) -> None:
    assert "".join(marked(tokenizer, text)) == "".join(parts)
    assert all(not part.startswith(" ") for part in marked(tokenizer, text))


def test_prefix_and_special_tokens_have_empty_offsets(tokenizer: TextTokenizer) -> None:
    tokens = tokenizer.encode("smartwatch")
    assert tokens.ids[0] == tokenizer.start
    assert tokens.ids[-1] == tokenizer.end
    assert [b - a for a, b in tokens.offsets] == [0, 0, 0, 5, 5, 0]


def test_full_width_and_plain_text_give_the_same_ids(tokenizer: TextTokenizer) -> None:
    assert tokenizer.encode("ｓｍａｒｔｗａｔｃｈ　ｕｎｄｅｒ").ids == tokenizer.encode("smartwatch under").ids


def test_typed_special_token_is_ordinary_text(tokenizer: TextTokenizer) -> None:
    middle = tokenizer.encode("</s><s><pad>").ids[1:-1]
    assert not {tokenizer.start, tokenizer.end, tokenizer.pad} & set(middle)


def test_long_text_is_cut_to_the_limit(tokenizer: TextTokenizer) -> None:
    tokens = tokenizer.encode("smartwatch " * 50_000, max_tokens=16)
    assert len(tokens.ids) == len(tokens.offsets) == 16
    assert tokens.ids[-1] == tokenizer.end


@pytest.mark.parametrize("text", ["", " ", "\x00\x01", "\ud800", "🎉"])
def test_odd_texts_are_tokenized(tokenizer: TextTokenizer, text: str) -> None:
    tokens = tokenizer.encode(text)
    assert len(tokens.ids) == len(tokens.offsets) >= 4


def test_saved_tokenizer_gives_the_same_tokens(tokenizer: TextTokenizer, tmp_path: Path) -> None:
    tokenizer.save(tmp_path)
    loaded = TextTokenizer.load(tmp_path)
    for text in ("smartwatch under $200", "智能手表", "５㎏"):
        assert loaded.encode(text, kind="passage") == tokenizer.encode(text, kind="passage")


def test_pad_fills_short_rows() -> None:
    ids, mask = pad([[5, 6, 7], [8]], 1)
    assert ids.tolist() == [[5, 6, 7], [8, 1, 1]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]
