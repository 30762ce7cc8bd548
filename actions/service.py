"""The service half: which handler answers which action."""

from collections.abc import Mapping

from actions.names import ActionName
from actions.rasa_action import Handler
from actions.reply import Outcome
from actions.services.add_to_cart_service import AddToCartService
from actions.services.cart import CartService
from actions.services.checkout_service import CheckoutService
from actions.services.clarification import Clarification
from actions.services.models_port import Models
from actions.services.order_status_service import OrderStatusService
from actions.services.second_look import SecondLook
from actions.services.service_answers import ServiceAnswers
from actions.services.service_tasks import ServiceTasks, TaskService
from actions.services.small_talk import SmallTalk
from actions.services.storefront import Storefront
from actions.texts import Texts
from actions.turn import Turn
from catalog.search.passage_search import PassageSearch
from catalog.session import Database


def service_handlers(
    database: Database,
    store: Storefront,
    models: Models,
    texts: Texts,
    shopping: Mapping[ActionName, Handler],
) -> Mapping[ActionName, Handler]:
    """Build the handlers for tasks, cart, service questions and talk; `shopping` are the other half's."""
    services: tuple[TaskService, ...] = (
        AddToCartService(database, store.references, texts),
        CheckoutService(database, texts),
        OrderStatusService(database, texts),
    )
    tasks = ServiceTasks(services, texts)
    cart = CartService(database, texts)
    answers = ServiceAnswers(database, PassageSearch(), models, texts)
    small_talk = SmallTalk(texts)
    second_look = SecondLook(store, shopping, small_talk, answers)

    async def price(turn: Turn) -> Outcome:
        shown = turn.shopping.get("focus") or turn.shopping.get("shown")
        answered = None if shown else await answers.follow_up(turn)
        return answered or await shopping[ActionName.SHOW_PRICE](turn)

    async def promotions(turn: Turn) -> Outcome:
        return await answers.about_offers(turn) or await shopping[ActionName.SHOW_PROMOTIONS](turn)

    clarification = Clarification(texts, shopping[ActionName.SHOW_PRODUCT_DETAIL], second_look.handle)
    return {
        ActionName.SERVICE_TASK: tasks.handle,
        ActionName.VIEW_CART: cart.view,
        ActionName.REMOVE_FROM_CART: cart.remove,
        ActionName.ANSWER_SERVICE_QUESTION: answers.handle,
        ActionName.SMALL_TALK: small_talk.handle,
        ActionName.HAND_OVER: answers.hand_over,
        ActionName.SHOW_PRICE: price,
        ActionName.SHOW_PROMOTIONS: promotions,
        ActionName.CLARIFY: clarification.handle,
    }
