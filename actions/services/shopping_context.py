"""What a conversation remembers of the shopping so far: the `shopping` slot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

MOST_SEEN = 30
MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ShownProduct:
    """A product that the shopper was shown; `price_minor` is what the card said, in `currency`.

    `kind` is the slug of its category.
    """

    product_id: str
    title: str
    price_minor: int | None
    currency: str | None
    brand: str | None = None
    kind: str | None = None
    rating: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what the slot keeps."""
        row = {
            "product_id": self.product_id,
            "title": self.title,
            "price_minor": self.price_minor,
            "currency": self.currency,
            "brand": self.brand,
            "kind": self.kind,
            "rating": self.rating,
        }
        return {name: value for name, value in row.items() if value is not None}


def shown_from_json(row: Mapping[str, Any]) -> ShownProduct:
    """Read a product that `as_json` wrote."""
    return ShownProduct(
        product_id=str(row["product_id"]),
        title=str(row.get("title") or row["product_id"]),
        price_minor=row.get("price_minor"),
        currency=row.get("currency"),
        brand=row.get("brand"),
        kind=row.get("kind"),
        rating=row.get("rating"),
    )


@dataclass(frozen=True, slots=True)
class ShoppingContext:
    """What was asked for and shown last.

    `query` is the last search as `search_request` writes it, `shown` the last list in its order, `focus` the product
    that the talk is about, `seen` all products shown, the newest first, at most `MOST_SEEN`.
    """

    query: Mapping[str, Any] | None = None
    shown: tuple[ShownProduct, ...] = ()
    focus: str | None = None
    seen: tuple[ShownProduct, ...] = field(default=())

    def known(self, product_id: str) -> ShownProduct | None:
        """Return a product shown in this conversation."""
        return next((p for p in (*self.shown, *self.seen) if p.product_id == product_id), None)

    def showing(self, products: Iterable[ShownProduct], *, query: Mapping[str, Any] | None) -> "ShoppingContext":
        """Return the context after a list was shown; a list of one is the focus."""
        shown = tuple(products)[:MOST_SHOWN]
        focus = shown[0].product_id if len(shown) == 1 else None
        return replace(self, query=query, shown=shown, focus=focus, seen=_newest(shown, self.seen))

    def focusing(self, product: ShownProduct) -> "ShoppingContext":
        """Return the context after one product was talked about; the list shown stays for "the second one"."""
        shown = self.shown or (product,)
        return replace(self, shown=shown, focus=product.product_id, seen=_newest((product,), self.seen))

    def as_json(self) -> dict[str, Any]:
        """Return the slot's value; `seen` holds what is not in `shown`."""
        listed = {product.product_id for product in self.shown}
        return {
            "query": dict(self.query) if self.query is not None else None,
            "shown": [product.as_json() for product in self.shown],
            "focus": self.focus,
            "seen": [product.as_json() for product in self.seen if product.product_id not in listed],
        }


def _newest(first: Iterable[ShownProduct], then: Iterable[ShownProduct]) -> tuple[ShownProduct, ...]:
    unique: dict[str, ShownProduct] = {}
    for product in (*first, *then):
        unique.setdefault(product.product_id, product)
    return tuple(unique.values())[:MOST_SEEN]


def context_from_json(slot: Mapping[str, Any] | None) -> ShoppingContext:
    """Read the slot; an empty one is a conversation's beginning."""
    if not slot:
        return ShoppingContext()
    shown = tuple(shown_from_json(row) for row in slot.get("shown") or ())
    seen = tuple(shown_from_json(row) for row in slot.get("seen") or ())
    return ShoppingContext(query=slot.get("query"), shown=shown, focus=slot.get("focus"), seen=_newest(shown, seen))
