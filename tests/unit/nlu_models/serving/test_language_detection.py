"""English or Chinese, by script and function words."""

from __future__ import annotations

import pytest

from nlu_models.serving.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("smartwatch", "en"),
        ("how much is this?", "en"),
        ("ＨＵＡＷＥＩ", "en"),
        ("智能手表", "zh"),
        ("apple watch 多少钱", "zh"),
        ("Samsung Galaxy Watch 6 classic 有货吗", "zh"),
        ("how much is the 华为 watch", "en"),
        ("I want 这个黑色的，多少钱", "zh"),
        ("iPhone 15", "en"),
        ("", None),
        ("12345", None),
        ("👍🎉", None),
        ("привет", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert detect_language(text) == language
