"""Which product a question is about, read from the catalogue with everything it has; shared by all questions."""

from collections.abc import Sequence
from dataclasses import dataclass

from actions.reply import Button, Outcome
from actions.services.cards import card_of_product, shown_of_product
from actions.services.references import Found, Resolution
from actions.services.shopping_context import ShownProduct
from actions.services.storefront import Storefront, Visit
from catalog.repositories.products import ProductView


@dataclass(frozen=True, slots=True)
class Asked:
    """The product that a question is about, in the currency in which it has prices (the conversation's if it can)."""

    visit: Visit
    product: ProductView
    currency: str

    @property
    def title(self) -> str:
        """Return its title in the shopper's language."""
        return self.product.title(self.visit.language)

    def shown(self) -> ShownProduct:
        """Return what is remembered of it."""
        return shown_of_product(self.product, self.currency, self.visit.language)


class ProductQuestions:
    """Finds the product, or asks which one is meant."""

    def __init__(self, store: Storefront) -> None:
        self._store = store

    async def resolve(self, visit: Visit) -> Resolution:
        """Say which product the message is about."""
        return await self._store.references.resolve(visit.turn, visit.context)

    async def about(self, visit: Visit, intent: str) -> Asked | Outcome:
        """Return the product asked about, or the reply that asks which one.

        Args:
            visit: the turn.
            intent: repeated by the buttons of that reply.
        """
        resolution = await self.resolve(visit)
        if resolution.product_id is None:
            return self._store.ask_which(visit, resolution, intent)
        return await self.load(visit, resolution.product_id)

    async def several(self, visit: Visit) -> tuple[list[Asked], list[str]]:
        """Return the products at all places of the list that a message names, where it names more than one.

        Returns:
            The products, and lines to say of those that are gone or were never shown; both empty where the message
            names one product or none.
        """
        found = await self._store.references.at_places(visit.turn, visit.context)
        asked: list[Asked] = []
        notes: list[str] = []
        for product in found:
            one = await self.load(visit, product.product_id) if product is not None else None
            if isinstance(one, Asked):
                asked.append(one)
            elif one is None:
                notes.append(self._store.say(visit, "which.only_so_many", count=len(visit.context.shown)))
            elif one.reply is not None:
                notes.append(one.reply.text)
        return (asked, notes) if asked else ([], [])

    def answer_several(
        self, visit: Visit, several: Sequence[Asked], lines: Sequence[str], quick_replies: Sequence[Button] = ()
    ) -> Outcome:
        """Return one reply about several products, with a card of each."""
        cards = [card_of_product(a.product, a.currency, visit.language, self._store.texts) for a in several]
        shown = [card for card in cards if card is not None]
        return self._store.outcome(visit, "\n".join(lines), cards=shown, quick_replies=quick_replies)

    async def load(self, visit: Visit, product_id: str) -> Asked | Outcome:
        """Return a product by its id, or the reply that it is gone."""
        products = await self._store.products([product_id])
        if not products or not products[0].active:
            return self._store.outcome(visit, self._store.say(visit, "product.gone"))
        product = products[0]
        priced = [visit.currency, *visit.facts.currencies]
        currency = next((c for c in priced if product.price_range(c) is not None), visit.currency)
        return Asked(visit, product, currency)


def points_at_something(resolution: Resolution) -> bool:
    """Tell whether a message itself points at one product (a name, a position, "this"), not only by context."""
    return resolution.product_id is not None and (
        resolution.explicit or resolution.found in (Found.BUTTON, Found.POSITION, Found.NAME)
    )
