"""The fixed names of the dialogue: actions, slots and intents that code refers to."""

from enum import StrEnum


class ActionName(StrEnum):
    """Actions, as `bot/rasa/domain` lists them."""

    SEARCH_PRODUCTS = "action_search_products"
    REFINE_SEARCH = "action_refine_search"
    RECOMMEND_PRODUCTS = "action_recommend_products"
    COMPARE_PRODUCTS = "action_compare_products"
    SHOW_PRODUCT_DETAIL = "action_show_product_detail"
    SHOW_PRICE = "action_show_price"
    SHOW_AVAILABILITY = "action_show_availability"
    SHOW_PROMOTIONS = "action_show_promotions"
    REMOVE_FROM_CART = "action_remove_from_cart"
    VIEW_CART = "action_view_cart"
    SERVICE_TASK = "action_service_task"
    HAND_OVER = "action_hand_over"
    CLARIFY = "action_clarify"
    SMALL_TALK = "action_small_talk"
    ANSWER_SERVICE_QUESTION = "action_answer_service_question"


class SlotName(StrEnum):
    """Slots; none of them influences the policies."""

    SHOPPING = "shopping"
    TASKS = "tasks"
    CONVERSATION = "conversation"


FALLBACK_INTENT = "nlu_fallback"
CHOOSE_OPTION = "choose_option"
SHOW_PRODUCT = "show_product"
