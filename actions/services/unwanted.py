"""What a message turns down, kept apart from what it asks for: "headphones, anything but Sony", 「不要黑色的」."""

from collections.abc import Iterable
from dataclasses import replace

from actions.services.message_words import without_spans
from actions.services.tasks.answers import is_unwanted, unwanted_spans
from actions.turn import Entity, Turn

_NAMES = frozenset(("brand", "color", "size", "material", "feature", "product_type"))


def told_apart(turn: Turn, brands: Iterable[str]) -> tuple[Turn, tuple[Entity, ...]]:
    """Return a message without what it turns down, and what that is.

    Args:
        turn: the message.
        brands: the brands in it, as they are written there; not all of them are marked as entities.

    Returns:
        The message with blanks in place of "anything but Sony", and the entities that it turns down. A guess at the
        kind of product is dropped where a kind is among them.
    """
    named = (*(entity for entity in turn.entities if entity.name in _NAMES), *(Entity("brand", b, b) for b in brands))
    unwanted = tuple(entity for entity in named if not turn.is_button and is_unwanted(turn.text, entity.text))
    if not unwanted:
        return turn, ()
    spans = [span for entity in unwanted for span in unwanted_spans(turn.text, entity.text)]
    left = without_spans(turn, spans)
    kinds = any(entity.name == "product_type" for entity in unwanted)
    return (
        replace(
            left,
            entities=tuple(entity for entity in left.entities if entity not in unwanted),
            categories=() if kinds else turn.categories,
        ),
        unwanted,
    )
