"""Clauses put together to English sentences."""

from collections.abc import Sequence

from catalog.describe.clauses import Clause, joined
from catalog.describe.options import Choices, small
from catalog.describe.values import capital
from catalog.describe.wording import Wording

_MOST_TOGETHER = 3
_MOST_SENTENCES = 4


def english_text(title: str, clauses: Sequence[Clause], choices: Choices, vary: str, wording: Wording) -> str:
    """Return a description in two to four sentences, fewer where there is little to tell, `""` where nothing is."""
    things = _texts(clauses, "with")[: 2 * _MOST_TOGETHER]
    phrases = _texts(clauses, "is")[: 2 * _MOST_TOGETHER]
    verbs = [clause for clause in clauses if clause.slot == "does"]
    notes = [clause for clause in clauses if clause.slot == "note"]
    opening, things, phrases = _opening(title, things, phrases, vary, wording)
    comes = _comes(choices, vary, wording)
    if not opening and not verbs and comes:
        opening, comes = _offered(title, choices, vary, wording), ""
    actions = [text for text in _actions(verbs, comes, wording) if text]
    if choices.others:
        actions.append(wording.frame("en", "choose", vary, choices=_and(choices.others, wording)))
    if not opening and (actions or notes):
        opening = f"{title}: {actions.pop(0)}" if actions else title
    middle = []
    if phrases:
        middle.append(_and(phrases[:_MOST_TOGETHER], wording))
    if things:
        middle.append(wording.frame("en", "has", vary, clauses=_and(things[:_MOST_TOGETHER], wording)))
    sentences = [text for text in (opening, *middle, *actions, _notes(notes, wording)) if text]
    return " ".join(_sentence(text) for text in _shortened(sentences))


def _texts(clauses: Sequence[Clause], slot: str) -> list[str]:
    return [clause.text for clause in clauses if clause.slot == slot]


def _opening(
    title: str, things: list[str], phrases: list[str], vary: str, wording: Wording
) -> tuple[str, list[str], list[str]]:
    """Return the first sentence, and the clauses that it leaves."""
    said, had = phrases[:_MOST_TOGETHER], things[:_MOST_TOGETHER]
    if phrases and things and 1 in (len(phrases), len(things)):  # a sentence of one word or two reads badly
        text = wording.frame("en", "both", vary, title=title, phrases=_and(said, wording), things=_and(had, wording))
        return text, things[_MOST_TOGETHER:], phrases[_MOST_TOGETHER:]
    by_phrase = phrases and (not things or sum(vary.encode()) % 2)
    if by_phrase:
        text = wording.frame("en", "is", vary, title=title, clauses=_and(said, wording))
        return text, things, phrases[_MOST_TOGETHER:]
    if things:
        again = "with_again" if " with " in title.casefold() else "with"
        text = wording.frame("en", again, vary, title=title, clauses=_and(had, wording))
        return text, things[_MOST_TOGETHER:], phrases
    return "", things, phrases


def _and(texts: Sequence[str], wording: Wording) -> str:
    return joined(texts, "en", wording)


def _notes(notes: Sequence[Clause], wording: Wording) -> str:
    return "; ".join(small(note.text, "en", wording) if place else note.text for place, note in enumerate(notes))


def _comes(choices: Choices, vary: str, wording: Wording) -> str:
    """Return "comes in black and blue, in sizes S to XL"."""
    many = "size" if choices.one_size else "sizes"
    if choices.colors:
        said = wording.frame("en", "colors", vary, values=choices.colors)
        return f"{said}, {wording.frame('en', many, vary, values=choices.sizes)}" if choices.sizes else said
    return wording.frame("en", f"comes_{many}", vary, values=choices.sizes) if choices.sizes else ""


def _offered(title: str, choices: Choices, vary: str, wording: Wording) -> str:
    """Return an opening of the choices alone: "Running Shoes in red and black, sizes 8 to 10"."""
    many = "size" if choices.one_size else "sizes"
    if choices.colors:
        said = wording.frame("en", "in_colors", vary, title=title, values=choices.colors)
        return f"{said}, {wording.frame('en', f'and_{many}', vary, values=choices.sizes)}" if choices.sizes else said
    return wording.frame("en", f"in_{many}", vary, title=title, values=choices.sizes) if choices.sizes else ""


def _actions(verbs: Sequence[Clause], comes: str, wording: Wording) -> list[str]:
    texts = [clause.text for clause in verbs[:_MOST_TOGETHER]]
    if len(texts) == 1 and comes and not verbs[0].listed:
        return [_and([*texts, comes], wording)]
    return [_and(texts, wording), comes]


def _shortened(sentences: list[str]) -> list[str]:
    """Put short neighbours together where there are more than four sentences."""
    while len(sentences) > _MOST_SENTENCES:
        place = min(range(1, len(sentences) - 1), key=lambda i: len(sentences[i]) + len(sentences[i + 1]))
        sentences[place : place + 2] = [f"{sentences[place]}; {sentences[place + 1]}"]
    return sentences


def _sentence(text: str) -> str:
    return capital(text) + "."
