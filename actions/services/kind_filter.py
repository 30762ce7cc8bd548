"""A kind that is no category of the shop is found by title only: a text that mentions it is not enough."""

from dataclasses import replace

from actions.services.category_resolution import kind_key
from actions.services.search_request import SearchRequest
from catalog.search.query import ProductHit, SearchResult
from catalog.search.segmentation import is_chinese


def of_the_kind(request: SearchRequest, result: SearchResult) -> SearchResult:
    """Keep the hits whose title has the words of the kind, where the kind is none of the shop's categories."""
    if request.kinds or not request.kind_words:
        return result
    wanted = kind_key(result.corrected or request.kind_words).split()

    def is_named(hit: ProductHit) -> bool:
        titles = [kind_key(title) for title in hit.titles.values()]
        return any(all(word in (title if is_chinese(word) else title.split()) for word in wanted) for title in titles)

    hits = tuple(hit for hit in result.hits if is_named(hit))
    return result if len(hits) == len(result.hits) else replace(result, hits=hits, total=len(hits))
