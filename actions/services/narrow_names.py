"""A name that means less than the category it leads to: an "iphone" is Apple's, and 「羽绒服」 is no other coat."""

from collections.abc import Sequence
from dataclasses import replace

from actions.services.category_resolution import kind_key
from actions.services.search_request import SearchRequest
from actions.services.shop_facts import ShopFacts
from actions.services.storefront import Storefront, Visit
from catalog.search.query import ProductHit
from catalog.search.segmentation import is_chinese

_LEAST_ZH = 3


async def of_its_brand(store: Storefront, visit: Visit, request: SearchRequest) -> SearchRequest:
    """Return a wish whose kind was called by a name that stands in titles of one brand alone as a wish for that brand:
    "iphone", "kindle"."""
    words = kind_key(request.kind_words)
    if len(request.kinds) != 1 or request.brands or words not in visit.facts.product_names.words:
        return request
    if visit.context.query is not None and visit.context.query.get("kind_words") == request.kind_words:
        return request  # a change of the list, "any brand is fine"
    if words in _own_names(visit.facts, request.kinds[0]):
        return request
    found = await store.find_for(visit, SearchRequest(kinds=request.kinds, text=words))
    bearing = [hit for hit in found.hits if _bears(hit, words)]
    brands = tuple({hit.brand for hit in bearing if hit.brand})
    if len(brands) != 1 or len(bearing) == found.total or brands[0] in request.not_brands:
        return request
    return replace(request, brands=brands, kind_words=visit.facts.name(request.kinds[0], visit.language))


def bearing_first(hits: Sequence[ProductHit], request: SearchRequest, facts: ShopFacts) -> list[ProductHit]:
    """Return hits with those first whose title has the name that the kind was called by, "down jacket", 「羽绒服」.

    What is sold out stays last. A single English word says too little: every phone is a "phone".
    """
    words = kind_key(request.kind_words)
    too_wide = len(words) < _LEAST_ZH if is_chinese(words) else " " not in words
    if not request.kinds or too_wide or words in _own_names(facts, request.kinds[0]):
        return list(hits)
    return sorted(hits, key=lambda hit: (not hit.in_stock, not _bears(hit, words)))


def _own_names(facts: ShopFacts, slug: str) -> set[str]:
    return {kind_key(name) for name in facts.categories[slug].names.values()}


def _bears(hit: ProductHit, words: str) -> bool:
    titles = [kind_key(title) for title in hit.titles.values()]
    return any(words in title if is_chinese(words) else f" {words} " in f" {title} " for title in titles)
