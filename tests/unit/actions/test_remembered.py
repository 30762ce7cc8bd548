"""What a conversation keeps after a turn."""

from dataclasses import replace
from typing import Any

import pytest

from actions.rasa_action import remembered
from actions.reply import OFFERED, Outcome, Reply
from tests.unit.actions.tasks.messages import typed

STATE = {"language": "en", "asked": "do you ship to canada", "about": "shipping", OFFERED: "/contact_human_agent"}


@pytest.mark.parametrize(
    ("answered", "reply", "asked", "offered"),
    [
        (False, Reply("Hello.", "en"), None, None),
        (True, Reply("And your name?", "en"), STATE["asked"], None),
        (True, None, STATE["asked"], STATE[OFFERED]),
    ],
)
def test_a_task_that_asks_again_keeps_the_service_question_of_the_same_turn(
    answered: bool, reply: Reply | None, asked: Any, offered: Any
) -> None:
    state = remembered(replace(typed("hm", answered=answered), conversation=STATE), Outcome(reply))

    assert (state["asked"], state[OFFERED]) == (asked, offered)
