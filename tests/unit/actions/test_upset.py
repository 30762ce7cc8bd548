"""Who is beside themselves, and who only asks."""

import pytest

from actions.services.upset import sounds_upset
from tests.unit.actions.test_service_sections import turn


@pytest.mark.parametrize(
    ("text", "upset"),
    [
        ("where is my money, you thieves", True),
        ("this is a scam", True),
        ("i will call the police", True),
        ("refund me or i'll sue you", True),
        ("你们是骗子吧", True),
        ("我要报警了，一个月了还没到货", True),
        ("你们这是诈骗", True),
        ("how do you protect against credit card fraud", False),
        ("is this site a scam?", False),
        ("do you have police glasses", False),
        ("police sunglasses", False),
        ("my friend Sue got the wrong box", False),
        ("怎么防止诈骗", False),
        ("烟雾报警器坏了", False),
        ("/make_complaint", False),
    ],
)
def test_anger_is_told_from_a_question(text: str, upset: bool) -> None:
    assert sounds_upset(turn(text, "nlu_fallback")) is upset
