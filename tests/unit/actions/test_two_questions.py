"""Messages that ask two questions, and those that only look so."""

import pytest

from actions.services.two_questions import two_questions


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (
            "do returns need the box and how long does the refund take",
            ("do returns need the box", "how long does the refund take"),
        ),
        ("can i pay by card? do you ship to france?", ("can i pay by card", "do you ship to france?")),
        ("退货要多久到账，运费谁出", ("退货要多久到账", "运费谁出")),
        ("怎么退货 运费谁出", ("怎么退货", "运费谁出")),
    ],
)
def test_two_questions_are_known(text: str, questions: tuple[str, str]) -> None:
    assert two_questions(text) == questions


@pytest.mark.parametrize(
    "text",
    [
        *("do you ship to spain and portugal", "can i return it if i assembled it", "what is the return policy"),
        *("i bought a lamp, can i post it back? where to", "你好，怎么退货", "能退吗 洗过了", "怎么退货"),
    ],
)
def test_one_question_is_left_as_it_is(text: str) -> None:
    assert two_questions(text) is None
