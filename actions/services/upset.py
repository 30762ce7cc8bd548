"""Shoppers who are beside themselves: they need a person at once."""

import re
from typing import Final

from actions.services.tasks.answers import is_question
from actions.turn import Turn

_UPSET: Final = re.compile(
    r"\b(?:lawyers?|rip.?off|furious|disgust(?:ed|ing)|thieves|scammers)\b"
    r"|\b(?:ll|will|gonna|to) (?:sue|(?:call|go to) the police)\b|\bsue (?:you|u)\b|\bcalling the police\b"
    r"|骗子|12315|消协|律师|报警(?!器|灯|系统)|起诉|曝光你|气死|忍无可忍",
    re.IGNORECASE,
)
_ACCUSES: Final = re.compile(r"\b(?:scam(?:mer)?|fraud|the police)\b|诈骗", re.IGNORECASE)
"""Said in anger, but asked calmly as well: "is this site a scam?", "how do you protect against card fraud"."""


def sounds_upset(turn: Turn) -> bool:
    """Tell whether a shopper accuses or threatens the shop, or is beside themselves."""
    if turn.is_button:
        return False
    return bool(_UPSET.search(turn.text) or (_ACCUSES.search(turn.text) and not is_question(turn)))
