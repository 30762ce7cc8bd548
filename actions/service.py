"""The service half: which handler answers which action."""

import re
from collections.abc import Mapping

from actions.names import ActionName
from actions.rasa_action import Handler
from actions.reply import Outcome
from actions.services.add_to_cart_service import AddToCartService
from actions.services.brands_said import brands_in_text
from actions.services.cart import CartService
from actions.services.cart_quantity import CartQuantity
from actions.services.checkout_service import CheckoutService
from actions.services.clarification import Clarification
from actions.services.first_look import FirstLook
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
"""Entities that a service question has as well: "what about headphones", but not "what about black ones". What is read
as a brand and is none of the shop's may be anything: "and jersey" after the places of delivery."""
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
    quantities = CartQuantity(database, texts)
    services: tuple[TaskService, ...] = (
        AddToCartService(database, store.references, texts, quantities),
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
        return await second_look.of_the_list(turn) or await answers.handle(turn)

    async def asked_on(turn: Turn) -> Outcome | None:
        shown = turn.shopping.get("focus") or turn.shopping.get("shown")
        of_a_product = shown and (not is_bare(turn) or _OF_A_PRODUCT.search(turn.text))
        if of_a_product:
            return None
        names = [entity.name for entity in turn.entities if entity.name not in _NO_WISHES]
        if set(names) - {"brand"} or (names and brands_in_text(turn.text, (await store.visit(turn)).facts)):
            return None
        return await answers.follow_up(turn, surely=bool(names))

    def asked_on_or(handler: Handler) -> Handler:
        """Let what asks on about a service question be answered from the policies: while products are shown, only what
        cannot mean them ("and who pays for that")."""

        async def handle(turn: Turn) -> Outcome:
            return await asked_on(turn) or await handler(turn)

        return handle

    first_look = FirstLook(quantities, cart, texts)

    async def talk(turn: Turn) -> Outcome:
        if turn.intent == "deny" and (refined := await second_look.of_the_list(turn)) is not None:
            return refined
        asks = is_bare(turn) or turn.intent == "out_of_scope"
        return (await asked_on(turn) if asks else None) or await small_talk.handle(turn)

    promotion_answers = PromotionAnswers(store, answers.offers)

    async def promotions(turn: Turn) -> Outcome:
        return await answers.about_offers(turn) or await promotion_answers.handle(turn)

    clarification = Clarification(texts, shopping[ActionName.SHOW_PRODUCT_DETAIL], second_look.handle)
    return {
        ActionName.SERVICE_TASK: tasks.handle,
        ActionName.SEARCH_PRODUCTS: first_look.before_search(shopping[ActionName.SEARCH_PRODUCTS]),
        ActionName.VIEW_CART: cart.view,
        ActionName.REMOVE_FROM_CART: first_look.before(cart.remove),
        ActionName.ANSWER_SERVICE_QUESTION: first_look.before(service_question),
        ActionName.SMALL_TALK: first_look.before(talk),
        ActionName.HAND_OVER: answers.hand_over,
        ActionName.SHOW_PRICE: asked_on_or(shopping[ActionName.SHOW_PRICE]),
        ActionName.REFINE_SEARCH: first_look.before(asked_on_or(shopping[ActionName.REFINE_SEARCH])),
        ActionName.SHOW_PRODUCT_DETAIL: asked_on_or(shopping[ActionName.SHOW_PRODUCT_DETAIL]),
        ActionName.SHOW_PROMOTIONS: asked_on_or(promotions),
        ActionName.CLARIFY: first_look.before(clarification.handle),
    }
