"""Looked for in a message before what it was understood as is answered: a language, another quantity, a removal."""

import re
from collections.abc import Awaitable, Callable
from typing import Final

from actions.message_language import language_asked_for
from actions.reply import Outcome, Reply
from actions.services.cart import CartService
from actions.services.cart_quantity import CartQuantity
from actions.texts import Texts
from actions.turn import Turn

Handler = Callable[[Turn], Awaitable[Outcome]]
_REMOVES: Final = re.compile(
    r"^\W*(?:(?:please|pls|can you)\W+)?(?:remove|delete|take out|drop)\b|^\W*(?:请|帮我)?把?.{0,12}(?:删|去掉|拿掉)",
    re.IGNORECASE,
)


class FirstLook:
    """Wraps handlers: "english please", "only one please" and "remove one speaker" are told by their words alone."""

    def __init__(self, quantities: CartQuantity, cart: CartService, texts: Texts) -> None:
        self._quantities = quantities
        self._cart = cart
        self._texts = texts

    def before(self, handler: Handler) -> Handler:
        """Return the handler with a first look in front of it."""

        async def handle(turn: Turn) -> Outcome:
            if language_asked_for(turn.text) is not None:
                return Outcome(Reply(self._texts.say("social.language", turn.language), turn.language))
            return await self._quantities.change(turn) or await handler(turn)

        return handle

    def before_search(self, handler: Handler) -> Handler:
        """Return a search's handler; what shall be removed and is in the cart is not searched for."""
        looked = self.before(handler)

        async def handle(turn: Turn) -> Outcome:
            removes = _REMOVES.match(turn.text) is not None and await self._quantities.names_a_line(turn)
            return await (self._cart.remove if removes else looked)(turn)

        return handle
