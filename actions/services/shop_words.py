"""A Chinese question to a shop that speaks English only, put into words that the shop's titles can match.

The category head knows kinds by English slugs, "water-bottles"; where the shop has no such category of its own, the
slug's words stand in for what the shopper called the kind.
"""

from dataclasses import replace

from actions.services.shop_facts import ShopFacts
from actions.turn import Turn
from catalog.search.segmentation import is_chinese

SURE = 0.3


def _singular(slug: str) -> str:
    words = slug.replace("-", " ")
    return words[:-1] if words.endswith("s") and not words.endswith("ss") else words


def in_shop_words(turn: Turn, facts: ShopFacts) -> Turn:
    """Return the turn with the kind in English where only that can match; any other turn as it is."""
    if facts.is_chinese or turn.is_button or not turn.categories or not any(map(is_chinese, turn.text)):
        return turn
    slug, probability = turn.categories[0]
    kind = turn.first("product_type")
    if probability < SURE or facts.size(slug) or kind is None or not any(map(is_chinese, kind.text)):
        return turn
    words = _singular(slug)
    entities = tuple(replace(entity, text=words, value=words) if entity is kind else entity for entity in turn.entities)
    return replace(turn, text=turn.text.replace(kind.text, f" {words} "), entities=entities)
