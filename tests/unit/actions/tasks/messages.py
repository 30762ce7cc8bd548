"""Messages as the tasks see them."""

from typing import Any

from actions.message_language import choose_language
from actions.reply import Language, payload
from actions.turn import Entity, Turn


def typed(
    text: str,
    intent: str = "chitchat",
    *,
    tasks: Any = (),
    confidence: float = 0.95,
    answered: bool = False,
    **entities: Any,
) -> Turn:
    """Return a typed message, understood as `intent` with `entities`."""
    found = tuple(Entity(name, value, str(value)) for name, value in entities.items())
    return _turn(text, intent, confidence, found, choose_language(text, None, None), tasks, answered)


def tapped(value: Any, *, tasks: Any = (), intent: str = "choose_option", name: str = "value") -> Turn:
    """Return a tap on a button that carries one value."""
    found = (Entity(name, value, str(value)),)
    return _turn(payload(intent, **{name: value}), intent, 1.0, found, "en", tasks, False)


def _turn(
    text: str,
    intent: str,
    confidence: float,
    entities: tuple[Entity, ...],
    language: Language,
    tasks: Any,
    answered: bool,
) -> Turn:
    return Turn(
        "c1", text, intent, confidence, (), entities, language, (), None, "web", None, False, {}, tuple(tasks), {},
        loop_active=bool(tasks), answered=answered,
    )  # fmt: skip
