"""Products that an agent looks for and sends: the cards are the ones that the assistant would show."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.gateway.errors import NotFoundError
from bot.gateway.pages.shop_front import ShopFront
from bot.gateway.presentation import usual_currency
from bot.gateway.reply import Card
from bot.gateway.texts import Language
from catalog.repositories.products import ProductView, currencies, get_products
from catalog.session import Database

MOST_FOUND = 12


class Products:
    """Finds products by text."""

    def __init__(self, database: Database, shop_front: ShopFront) -> None:
        self._database = database
        self._shop_front = shop_front

    async def search(self, query: str, language: Language, currency: str | None) -> list[Card]:
        """Return the products that a text finds, the best first; for an empty one what most people have rated."""
        return await self._database.read(self._search, query, language, currency)

    async def cards(self, product_ids: Sequence[str], language: Language) -> tuple[Card, ...]:
        """Return cards of products in the order asked.

        Raises:
            NotFoundError: one of them is not sold, or has no price.
        """
        return await self._database.read(_cards, product_ids, language)

    def _search(self, session: Session, query: str, language: Language, currency: str | None) -> list[Card]:
        found = self._shop_front.find(session, query, limit=MOST_FOUND)
        known = currencies(session)
        cards = (_card(product, language, known, currency) for product in found)
        return [card for card in cards if card is not None]


def _cards(session: Session, product_ids: Sequence[str], language: Language) -> tuple[Card, ...]:
    known = currencies(session)
    products = {product.product_id: product for product in get_products(session, product_ids)}
    cards = []
    for product_id in product_ids:
        product = products.get(product_id)
        card = _card(product, language, known, None) if product is not None and product.active else None
        if card is None:
            raise NotFoundError(f"product {product_id}")
        cards.append(card)
    return tuple(cards)


def _card(product: ProductView, language: Language, known: Sequence[str], wanted: str | None) -> Card | None:
    """Return a card at the price of the cheapest variant in stock; no buttons, as nobody answers them now."""
    currency = wanted if wanted is not None and wanted in known else usual_currency(language, known)
    if not any(currency in variant.prices for variant in product.variants):
        currency = next((code for variant in product.variants for code in variant.prices), "")
    shown = product.cheapest(currency)
    if shown is None:
        return None
    return Card(
        product_id=product.product_id,
        variant_id=shown.variant_id if len(product.variants) == 1 else None,
        title=product.title(language),
        price_minor=shown.prices[currency].price_minor,
        currency=currency,
        image_url=product.image,
        url=product.url,
        rating=product.rating,
        in_stock=product.in_stock,
        sponsored=product.sponsored,
    )
