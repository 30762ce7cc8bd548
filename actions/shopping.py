"""The shopping half: which handler answers which action."""

from collections.abc import Mapping

from actions.names import ActionName
from actions.rasa_action import Handler
from actions.services.availability import Availability
from actions.services.comparison import Comparison
from actions.services.price import Price
from actions.services.product_detail import ProductDetail
from actions.services.promotion_answers import PromotionAnswers
from actions.services.recommendation import Recommendation
from actions.services.refine_search import RefineSearch
from actions.services.search import Search
from actions.services.search_dispatch import SearchDispatch
from actions.services.storefront import Storefront


def shopping_handlers(store: Storefront) -> Mapping[ActionName, Handler]:
    """Build the handlers for finding and asking about products."""
    search = Search(store)
    availability = Availability(store, search)
    detail = ProductDetail(store, availability)
    refine = RefineSearch(store, search, availability, detail)
    recommendation = Recommendation(store, search)
    dispatch = SearchDispatch(store, search, refine, detail.handle)

    return {
        ActionName.SEARCH_PRODUCTS: dispatch.handle,
        ActionName.REFINE_SEARCH: refine.handle,
        ActionName.RECOMMEND_PRODUCTS: recommendation.handle,
        ActionName.COMPARE_PRODUCTS: Comparison(store, detail.handle, refine.handle, recommendation.handle).handle,
        ActionName.SHOW_PRODUCT_DETAIL: detail.handle,
        ActionName.SHOW_PRICE: Price(store, refine.handle).handle,
        ActionName.SHOW_AVAILABILITY: availability.handle,
        ActionName.SHOW_PROMOTIONS: PromotionAnswers(store).handle,
    }
