"""Clauses put together to Chinese sentences."""

from collections.abc import Sequence

from catalog.describe.clauses import Clause
from catalog.describe.options import Choices
from catalog.describe.wording import Wording

_MOST_TOGETHER = 4


def chinese_text(title: str, clauses: Sequence[Clause], choices: Choices, vary: str, wording: Wording) -> str:
    """Return a description in one to four sentences, `""` where there is nothing to tell."""
    plain = [clause for clause in clauses if "：" not in clause.text]
    named = [clause for clause in clauses if "：" in clause.text]
    options = _options(choices, vary, wording)
    together = _MOST_TOGETHER + (len(plain) == _MOST_TOGETHER + 1)
    if len(plain) >= _MOST_TOGETHER and not named and not options:
        together = (len(plain) + 1) // 2
    first = [clause.text for clause in (plain[:together] or named[:1])]
    rest = [clause.text for clause in plain[together:]]
    notes = [clause.text for clause in named if clause.text not in first]
    sentences = [rest and "，".join(rest), "；".join(notes), options]
    if not first:
        if not any(sentences):
            return ""
        first = [next(text for text in sentences if text)]
        sentences = [text for text in sentences if text != first[0]]
    opening = wording.frame("zh", "opening", vary, title=title, clauses="，".join(first))
    return "".join(f"{text}。" for text in [opening, *sentences] if text)


def _options(choices: Choices, vary: str, wording: Wording) -> str:
    parts = []
    if choices.colors:
        parts.append(wording.frame("zh", "colors", vary, values=choices.colors))
    if choices.sizes:
        parts.append(wording.frame("zh", "sizes", vary, values=choices.sizes))
    return "，".join([*parts, *choices.others])
