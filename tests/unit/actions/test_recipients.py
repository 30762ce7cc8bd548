"""For whom a present is, as the shop says it."""

import pytest

from actions.services.recommendation import as_addressed


@pytest.mark.parametrize(
    ("recipient", "said"),
    [
        ("her", "her"),
        ("Him", "him"),
        ("them", "them"),
        ("me", "you"),
        ("myself", "yourself"),
        ("someone", "someone"),
        ("women", "women"),
        ("my dad", "your dad"),
        ("our kids", "your kids"),
        ("dad", "your dad"),
        ("his mom", "his mom"),
        ("a friend", "a friend"),
        ("Anna", "Anna"),
    ],
)
def test_recipient_in_english(recipient: str, said: str) -> None:
    assert as_addressed(recipient, "en") == said


@pytest.mark.parametrize(
    ("recipient", "said"),
    [
        ("她的", "她"),
        ("给他", "他"),
        ("送给他们的", "他们"),
        ("给我女朋友", "女朋友"),
        ("我的妈妈", "妈妈"),
        ("老婆的", "老婆"),
        ("女的", "女的"),
        ("我", "您"),
        ("我自己", "自己"),
    ],
)
def test_recipient_in_chinese(recipient: str, said: str) -> None:
    assert as_addressed(recipient, "zh") == said
