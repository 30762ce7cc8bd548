"""From database keys to hits: the card of each product and its cheapest variant that obeys the limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.search.cards import Card
from catalog.search.eligibility import Eligible
from catalog.search.query import ProductHit
from catalog.search.text_search import TextRanking


@dataclass(frozen=True, slots=True)
class Ranked:
    """What text and vectors say: fused scores, the text's ranking, and cosines."""

    scores: Mapping[int, float]
    text: TextRanking
    similarities: Mapping[int, float]


def make_hits(
    keys: Sequence[int],
    variants: Mapping[int, Eligible],
    ranked: Ranked,
    cards: Mapping[int, Card],
    *,
    currency: str,
) -> list[ProductHit]:
    """Return the hits of these products, in their order.

    Args:
        keys: the products.
        variants: the variant to show of each, which obeys the limits.
        ranked: where scores and text matches are taken from.
        cards: of these products at least.
        currency: of the prices.
    """
    full = frozenset(ranked.text.keys[: ranked.text.full])
    partial = frozenset(ranked.text.keys)
    return [
        ProductHit(
            key=key,
            product_id=cards[key].product_id,
            titles=cards[key].titles,
            brand=cards[key].brand,
            category_slug=cards[key].category_slug,
            variant_id=variants[key].variant_id,
            variant_count=cards[key].variant_count,
            options=variants[key].options,
            price_minor=variants[key].price_minor,
            compare_at_minor=variants[key].compare_at_minor,
            currency=currency,
            rating=cards[key].rating,
            rating_count=cards[key].rating_count,
            in_stock=variants[key].in_stock,
            image=cards[key].image,
            url=cards[key].url,
            sponsored=cards[key].sponsored,
            score=ranked.scores.get(key, 0.0),
            text_match="full" if key in full else "partial" if key in partial else None,
            similarity=ranked.similarities.get(key),
        )
        for key in keys
        if key in variants and key in cards
    ]
