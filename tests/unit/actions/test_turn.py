"""Which language a message is answered in."""

import pytest

from actions.turn import choose_language


@pytest.mark.parametrize(
    "text", ["xiaoming.wang@mail.example.com", "100080", "iPhone 15", "👍", '/affirm{"value": "a b c"}']
)
def test_choose_language_keeps_chinese_where_a_message_has_none_of_its_own(text: str) -> None:
    assert choose_language(text, "zh", "en") == "zh"


def test_choose_language_follows_the_shopper() -> None:
    assert choose_language("what about my order", "zh", "zh") == "en"
    assert choose_language("send it to me@example.com 谢谢", "en", "en") == "zh"
    assert choose_language("please write to me@example.com instead", "zh", None) == "en"


def test_choose_language_takes_the_page_at_the_beginning() -> None:
    assert choose_language("iPhone", None, "zh") == "zh"
    assert choose_language("iPhone", None, None) == "en"
