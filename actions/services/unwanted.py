"""What a message turns down, kept apart from what it asks for: "headphones, anything but Sony", 「不要黑色的」."""

import re
from collections.abc import Iterable
from dataclasses import replace

from actions.services.message_words import has_content, without_spans
from actions.services.tasks.answers import is_unwanted, unwanted_spans
from actions.turn import Entity, Turn
from catalog.search.material_names import material_names

_NAMES = frozenset(("brand", "color", "size", "material", "feature", "product_type"))
_IN_WORDS = frozenset(("feature", "product_type"))
_ALONE = re.compile(
    r"""^\W*(?:(?:ok(?:ay)?|but|and|so|pls|please)\W+)*
        (?:not?|without|except(?:\ for)?|(?:any|every)thing\ but|(?:i\ )?don['’]?t\ (?:want|like|show(?:\ me)?))
        \ (?:(?:any|an?|the)\ )?(?P<en>[a-z][a-z' -]{1,20}?)(?:\ ones?)?(?:\ (?:pls|please|thanks))?\W*$
    | ^(?:[那我也就但是]|可以)*(?:不想?要|别要|除了|不喜欢|不考虑)
        (?P<zh>[^，,。！？\s\d的了]{1,6})(?:的|了|的了|以外|都行|都可以)?(?:吧|哦|啊|谢谢)?\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_TURNED_DOWN_ZH = re.compile(r"(?:不想?要|别要)([^，,。！？\s\d的了也和]{1,6})的?(?=$|[，,。！？\s])")
_NO_PROPERTY = re.compile(
    r"""\b(?:too|so|very|this|that|these|those|it|them|one|ones|now|yet|sure|really|thanks?|thank\ you|problem|worries
        |need|idea|matter|any\ ?more|more|longer|bad|interested|what|my|you|me|want|expensive|cheap\w*|pricey|wait
        |actually|sorry|best|most|less|under|over|that's|size)\b
    | 太 | 那么 | 这 | 那 | 它 | 别的 | 其他 | 其它 | 贵 | 便宜 | 买 | 换 | 推荐 | 看 | 紧 | 客气""",
    re.IGNORECASE | re.VERBOSE,
)
"""What turns down no kind and no property: "not sure", "no, the cheapest", 「不要这个」."""


def told_apart(turn: Turn, brands: Iterable[str]) -> tuple[Turn, tuple[Entity, ...]]:
    """Return a message without what it turns down, and what that is.

    Args:
        turn: the message.
        brands: the brands in it, as they are written there; not all of them are marked as entities.

    Returns:
        The message with blanks in place of "anything but Sony", and the entities that it turns down. A guess at the
        kind of product is dropped where a kind is among them.
    """
    if turn.is_button:
        return turn, ()
    named = (*(entity for entity in turn.entities if entity.name in _NAMES), *(Entity("brand", b, b) for b in brands))
    unwanted = tuple(entity for entity in named if is_unwanted(turn.text, entity.text))
    said = _nothing_but(turn)
    if said and all(entity.name in _IN_WORDS or _is_piece(entity, said) for entity in unwanted):
        return replace(turn, text="", entities=(), categories=()), (_named_rightly(Entity("feature", said, said)),)
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
        tuple(_named_rightly(_whole(entity, turn.text)) for entity in unwanted),
    )


def _is_piece(entity: Entity, said: str) -> bool:
    """Tell whether only a character of the word is marked: the 胶 of 胶囊."""
    return entity.name == "material" and len(entity.text) == 1 and entity.text != said


def _nothing_but(turn: Turn) -> str:
    """Return the property or kind that a message turns down and says nothing else: "not capsule", 「不要入耳的」."""
    match = _ALONE.match(turn.text.strip())
    said = (match["en"] or match["zh"]).strip() if match else ""
    return said if (has_content(said) or material_names(said)) and not _NO_PROPERTY.search(said) else ""


def _whole(entity: Entity, text: str) -> Entity:
    """Return a property with the whole of its word: 胶囊 in 「咖啡机 不要胶囊的」, of which 胶 alone was marked."""
    if entity.name not in _IN_WORDS:
        return entity
    said = next((match[1] for match in _TURNED_DOWN_ZH.finditer(text) if match[1].startswith(entity.text)), entity.text)
    return replace(entity, text=said, value=said)


def _named_rightly(entity: Entity) -> Entity:
    """Return a material that was read as a property as what it is."""
    return replace(entity, name="material") if entity.name in _IN_WORDS and material_names(entity.text) else entity
