"""The cart of a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.orm import Session

from catalog.errors import NotFoundError, OutOfStockError, PriceMissingError
from catalog.models import Cart, CartLine, EventKind, Product, ProductText, Variant, VariantPrice
from catalog.models.base import utc_now
from catalog.repositories.events import append_deeds
from catalog.repositories.products import in_language


@dataclass(frozen=True, slots=True)
class CartLineView:
    """A line of a cart at today's price; `stock` is what is left of the variant."""

    product_id: str
    variant_id: str
    titles: Mapping[str, str]
    options: Mapping[str, str]
    quantity: int
    price_minor: int
    stock: int

    def title(self, language: str) -> str:
        """Return the product's title in a language, or in the nearest there is."""
        return in_language(self.titles, language)

    @property
    def total_minor(self) -> int:
        """Return the price of all pieces."""
        return self.price_minor * self.quantity


@dataclass(frozen=True, slots=True)
class CartView:
    """A cart; all prices are in its currency, in minor units."""

    conversation_id: str
    currency: str
    lines: tuple[CartLineView, ...]

    @property
    def total_minor(self) -> int:
        """Return what the cart costs."""
        return sum(line.total_minor for line in self.lines)

    @property
    def pieces(self) -> int:
        """Return how many pieces are in it."""
        return sum(line.quantity for line in self.lines)


_CARTS = cast(Table, Cart.__table__).c
_CART = select(_CARTS.id, _CARTS.currency).where(_CARTS.conversation_id == bindparam("conversation"))


def get_cart(session: Session, conversation_id: str) -> CartView | None:
    """Return a conversation's cart, None where it never had one; lines without a price in its currency are left out."""
    cart = session.execute(_CART, {"conversation": conversation_id}).one_or_none()
    if cart is None:
        return None
    rows = session.execute(
        select(
            Product.id,
            Product.merchant_id,
            Variant.merchant_id.label("variant_id"),
            Variant.options,
            Variant.stock,
            CartLine.quantity,
            VariantPrice.price_minor,
        )
        .join(Variant, Variant.id == CartLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .join(VariantPrice, VariantPrice.variant_id == Variant.id)
        .where(CartLine.cart_id == cart.id, VariantPrice.currency == cart.currency)
        .order_by(CartLine.id)
    ).all()
    titles: dict[int, dict[str, str]] = {}
    if rows:
        texts = select(ProductText.product_id, ProductText.language, ProductText.title).where(
            ProductText.product_id.in_({row.id for row in rows})
        )
        for key, language, title in session.execute(texts):
            titles.setdefault(key, {})[language] = title
    lines = tuple(
        CartLineView(
            product_id=row.merchant_id,
            variant_id=row.variant_id,
            titles=titles.get(row.id, {}),
            options=row.options,
            quantity=row.quantity,
            price_minor=row.price_minor,
            stock=row.stock,
        )
        for row in rows
    )
    return CartView(conversation_id, cart.currency, lines)


def add_to_cart(
    session: Session,
    conversation_id: str,
    variant_id: str,
    *,
    quantity: int = 1,
    currency: str,
    customer_id: str | None = None,
) -> CartView:
    """Put a variant into the cart (made where there is none); `currency` counts while the cart is empty.

    The event that the ranker learns from is written with it, in the same transaction.

    Raises:
        NotFoundError: no such variant.
        OutOfStockError: less stock than the cart would then hold.
        PriceMissingError: the variant has no price in the cart's currency.
        ValueError: `quantity` is below 1.
    """
    if quantity < 1:
        raise ValueError("quantity must be at least 1")
    cart = _open_cart(session, conversation_id, currency, customer_id)
    variant = _variant(session, variant_id)
    line = session.scalar(select(CartLine).where(CartLine.cart_id == cart.id, CartLine.variant_id == variant.id))
    wanted = quantity + (line.quantity if line else 0)
    if variant.stock < wanted:
        raise OutOfStockError(variant_id, variant.stock)
    if session.get(VariantPrice, (variant.id, cart.currency)) is None:
        raise PriceMissingError(f"variant {variant_id} has no price in {cart.currency}")
    if line is None:
        session.add(CartLine(cart_id=cart.id, variant_id=variant.id, quantity=wanted))
    else:
        line.quantity = wanted
    product_id = session.scalars(select(Product.merchant_id).where(Product.id == variant.product_id)).one()
    append_deeds(session, EventKind.ADD_TO_CART, conversation_id, customer_id, [(product_id, quantity)])
    return _finish(session, cart)


def set_quantity(session: Session, conversation_id: str, variant_id: str, quantity: int) -> CartView:
    """Set how many of a variant the cart holds; 0 takes it out.

    Raises:
        NotFoundError: no cart, or the variant is not in it.
        OutOfStockError: less stock than wanted.
    """
    cart = session.scalar(select(Cart).where(Cart.conversation_id == conversation_id))
    if cart is None:
        raise NotFoundError(f"conversation {conversation_id} has no cart")
    variant = _variant(session, variant_id)
    line = session.scalar(select(CartLine).where(CartLine.cart_id == cart.id, CartLine.variant_id == variant.id))
    if line is None:
        raise NotFoundError(f"variant {variant_id} is not in the cart")
    if quantity <= 0:
        session.delete(line)
    elif variant.stock < quantity:
        raise OutOfStockError(variant_id, variant.stock)
    else:
        line.quantity = quantity
    return _finish(session, cart)


def clear_cart(session: Session, conversation_id: str) -> None:
    """Take everything out of a cart."""
    carts = select(Cart.id).where(Cart.conversation_id == conversation_id)
    session.execute(delete(CartLine).where(CartLine.cart_id.in_(carts)))


def _open_cart(session: Session, conversation_id: str, currency: str, customer_id: str | None) -> Cart:
    cart = session.scalar(select(Cart).where(Cart.conversation_id == conversation_id))
    if cart is None:
        cart = Cart(conversation_id=conversation_id, currency=currency)
        session.add(cart)
        session.flush()
    elif not session.scalar(select(CartLine.id).where(CartLine.cart_id == cart.id).limit(1)):
        cart.currency = currency
    if customer_id:
        cart.customer_id = customer_id
    return cart


def _variant(session: Session, variant_id: str) -> Variant:
    variant = session.scalar(select(Variant).where(Variant.merchant_id == variant_id))
    if variant is None:
        raise NotFoundError(f"no variant {variant_id}")
    return variant


def _finish(session: Session, cart: Cart) -> CartView:
    cart.updated_at = utc_now()
    session.flush()
    view = get_cart(session, cart.conversation_id)
    assert view is not None
    return view
