from types import SimpleNamespace
from typing import Any

import pytest

from actions.reply import Language
from actions.services.search_request import SearchRequest
from actions.services.wording import wish_phrase
from actions.texts import load_texts

FACTS: Any = SimpleNamespace(labels=SimpleNamespace(value=lambda value, language: value))


@pytest.mark.parametrize(
    ("kind", "size", "language", "said"),
    [
        ("水杯", "500ml", "zh", "500ml的水杯"),
        ("显示器", "27寸", "zh", "27寸的显示器"),
        ("跑鞋", "42码", "zh", "42码的跑鞋"),
        ("T恤", "L", "zh", "L码的T恤"),
        ("bottles", "500ml", "en", "bottles of 500ml"),
        ("shoes", "42", "en", "shoes in size 42"),
    ],
)
def test_a_measure_is_no_size_to_wear(kind: str, size: str, language: Language, said: str) -> None:
    request = SearchRequest(kind_words=kind, sizes=(size,))
    assert wish_phrase(request, FACTS, load_texts(), language) == said
