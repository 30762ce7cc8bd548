"""The service half: which handler answers which action."""

import re
from collections.abc import Mapping

from actions.names import ActionName
from actions.rasa_action import Handler
from actions.reply import Outcome
from actions.services.add_to_cart_service import AddToCartService
from actions.services.cart import CartService
from actions.services.checkout_service import CheckoutService
from actions.services.clarification import Clarification
from actions.services.follow_ups import is_bare
from actions.services.models_port import Models
from actions.services.order_status_service import OrderStatusService
from actions.services.promotion_answers import PromotionAnswers
from actions.services.second_look import SecondLook
from actions.services.service_answers import ServiceAnswers
from actions.services.service_tasks import ServiceTasks, TaskService
from actions.services.small_talk import SmallTalk
from actions.services.storefront import Storefront
from actions.texts import Texts
from actions.turn import Turn
from catalog.search.passage_search import PassageSearch
from catalog.session import Database

_NO_WISHES = frozenset({"product_type", "feature", "reason"})
"""Entities that a service question has as well: "what about headphones", but not "what about black ones"."""
_OF_A_PRODUCT = re.compile(r"\bhow much\b|\bcosts?\b|多少钱", re.IGNORECASE)


def service_handlers(
    database: Database,
    store: Storefront,
    models: Models,
    texts: Texts,
    shopping: Mapping[ActionName, Handler],
    *,
    demo: bool = False,
) -> Mapping[ActionName, Handler]:
    """Build the handlers for tasks, cart, service questions and talk.

    `shopping` are the other half's; `demo` says that orders may be for show (`CheckoutService`).
    """
    services: tuple[TaskService, ...] = (
        AddToCartService(database, store.references, texts),
        CheckoutService(database, texts, demo=demo),
        OrderStatusService(database, texts),
    )
    tasks = ServiceTasks(services, texts)
    cart = CartService(database, texts)
    answers = ServiceAnswers(database, PassageSearch(), models, texts)
    offers = {
        "contact_human_agent": answers.hand_over,
        "remove_from_cart": cart.remove,
        "search_product": shopping[ActionName.SEARCH_PRODUCTS],
    }
    small_talk = SmallTalk(texts, offers)
    second_look = SecondLook(store, shopping, small_talk, answers)

    async def service_question(turn: Turn) -> Outcome:
        return await second_look.of_a_brand(turn) or await answers.handle(turn)

    async def asked_on(turn: Turn) -> Outcome | None:
        shown = turn.shopping.get("focus") or turn.shopping.get("shown")
        wishes = any(entity.name not in _NO_WISHES for entity in turn.entities)
        of_a_product = shown and (not is_bare(turn) or _OF_A_PRODUCT.search(turn.text))
        return None if of_a_product or wishes else await answers.follow_up(turn)

    def asked_on_or(handler: Handler) -> Handler:
        """Let what asks on about a service question be answered from the policies: while products are shown, only what
        cannot mean them ("and who pays for that")."""

        async def handle(turn: Turn) -> Outcome:
            return await asked_on(turn) or await handler(turn)

        return handle

    async def talk(turn: Turn) -> Outcome:
        return (await asked_on(turn) if is_bare(turn) else None) or await small_talk.handle(turn)

    promotion_answers = PromotionAnswers(store, answers.offers)

    async def promotions(turn: Turn) -> Outcome:
        return await answers.about_offers(turn) or await promotion_answers.handle(turn)

    clarification = Clarification(texts, shopping[ActionName.SHOW_PRODUCT_DETAIL], second_look.handle)
    return {
        ActionName.SERVICE_TASK: tasks.handle,
        ActionName.VIEW_CART: cart.view,
        ActionName.REMOVE_FROM_CART: cart.remove,
        ActionName.ANSWER_SERVICE_QUESTION: service_question,
        ActionName.SMALL_TALK: talk,
        ActionName.HAND_OVER: answers.hand_over,
        ActionName.SHOW_PRICE: asked_on_or(shopping[ActionName.SHOW_PRICE]),
        ActionName.REFINE_SEARCH: asked_on_or(shopping[ActionName.REFINE_SEARCH]),
        ActionName.SHOW_PRODUCT_DETAIL: asked_on_or(shopping[ActionName.SHOW_PRODUCT_DETAIL]),
        ActionName.SHOW_PROMOTIONS: asked_on_or(promotions),
        ActionName.CLARIFY: clarification.handle,
    }
