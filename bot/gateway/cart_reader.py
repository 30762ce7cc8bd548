"""Reads carts; what the shop's currencies are is asked once a minute."""

import time

from sqlalchemy.orm import Session

from bot.gateway.presentation import JsonObject, cart_as_json
from bot.gateway.texts import Language
from catalog.repositories.carts import CartView, get_cart
from catalog.repositories.products import Labels, currencies, load_labels
from catalog.session import Database

_CURRENCIES_LIFE_S = 60.0


class CartReader:
    """Carts in the form of the schema."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._currencies: tuple[str, ...] = ()
        self._read_at_s = float("-inf")

    async def currencies(self) -> tuple[str, ...]:
        """Return the shop's currencies, its default first."""
        if time.monotonic() - self._read_at_s > _CURRENCIES_LIFE_S:
            self._currencies = await self._database.read(currencies)
            self._read_at_s = time.monotonic()
        return self._currencies

    async def read(self, conversation_id: str, language: Language) -> JsonObject:
        """Return a conversation's cart; titles and options are in the language."""
        known = await self.currencies()
        cart, labels = await self._database.read(_cart_and_labels, conversation_id)
        return cart_as_json(cart, language, known, labels)


def _cart_and_labels(session: Session, conversation_id: str) -> tuple[CartView | None, Labels]:
    cart = get_cart(session, conversation_id)
    return cart, load_labels(session) if cart else Labels({}, {}, {})
