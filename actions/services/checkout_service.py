"""Checkout with the catalogue: the cart in words, a customer's known address, and the order at the end."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from actions.money import format_price
from actions.reply import Button, Language, payload
from actions.services.service_tasks import Completed
from actions.services.tasks.checkout import Checkout, CheckoutFacts
from actions.services.tasks.frames import Frame
from actions.texts import Texts
from actions.turn import Turn
from catalog.errors import NotFoundError, OutOfStockError
from catalog.repositories.carts import CartView, get_cart
from catalog.repositories.checkout import OrderRequest, TotalChangedError, place_order
from catalog.repositories.customers import AddressView, CustomerView, get_customer
from catalog.repositories.orders import orders_of_conversation
from catalog.repositories.products import Labels, load_labels
from catalog.session import Database


def cart_lines(cart: CartView, labels: Labels, texts: Texts, language: Language) -> tuple[str, ...]:
    """Return a line of words for each line of a cart."""
    lines = []
    for line in cart.lines:
        options = ", ".join(labels.value(value, language) for value in line.options.values())
        lines.append(
            texts.say(
                "cart.line",
                language,
                quantity=line.quantity,
                title=line.titles.get(language) or next(iter(line.titles.values()), line.product_id),
                options=texts.say("cart.options", language, options=options) if options else "",
                price=format_price(line.total_minor, cart.currency, language),
            )
        )
    return tuple(lines)


def fingerprint(cart: CartView) -> str:
    """Return what tells one content of a cart from another."""
    text = "|".join(f"{line.variant_id}*{line.quantity}" for line in cart.lines)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class CheckoutService:
    """See `Checkout` for what is asked."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self.task = Checkout()
        self._database = database
        self._texts = texts

    async def open(self, turn: Turn) -> Frame:
        """Begin; the count of earlier orders of this conversation keeps two equal carts apart."""
        earlier = await self._database.read(orders_of_conversation, turn.conversation_id)
        return Frame(self.task.name, {"number": earlier})

    async def facts(self, frame: Frame, turn: Turn) -> CheckoutFacts:
        """Read the cart, and the customer's last address where somebody is signed in."""
        cart, customer, labels = await self._database.read(_load, turn.conversation_id, turn.customer_id)
        if cart is None or not cart.lines:
            return CheckoutFacts(empty=True)
        return CheckoutFacts(
            empty=False,
            cart_lines=cart_lines(cart, labels, self._texts, turn.language),
            total=format_price(cart.total_minor, cart.currency, turn.language),
            known=_known(customer),
        )

    async def complete(self, frame: Frame, turn: Turn, facts: CheckoutFacts) -> Completed:
        """Place the order, once however often it is confirmed."""
        say = self._texts.say
        try:
            order = await self._database.run(_place, frame, turn)
        except OutOfStockError as error:
            cart = await self._database.read(get_cart, turn.conversation_id)
            title = (
                next(
                    (line.titles.get(turn.language, "") for line in cart.lines if line.variant_id == error.variant_id),
                    "",
                )
                if cart
                else ""
            )
            text = say("checkout.stock_changed", turn.language, title=title, count=error.available)
            return Completed(text, buttons=(Button(say("button.view_cart", turn.language), payload("view_cart")),))
        except TotalChangedError:
            return Completed("", reopened=frame.clear("confirmed"))
        except NotFoundError:
            return Completed(say("checkout.cart_empty", turn.language))
        total = format_price(order.total_minor, order.currency, turn.language)
        text = say("checkout.placed", turn.language, number=order.number, total=total, email=order.email)
        return Completed(text)


def _load(
    session: Session, conversation_id: str, customer_id: str | None
) -> tuple[CartView | None, CustomerView | None, Labels]:
    customer = get_customer(session, customer_id) if customer_id else None
    return get_cart(session, conversation_id), customer, load_labels(session)


def _known(customer: CustomerView | None) -> Mapping[str, Any] | None:
    if customer is None or not customer.addresses:
        return None
    address = customer.addresses[0]
    name = address.recipient or f"{customer.first_name} {customer.last_name}"
    return {
        "person_name": name,
        "email": customer.email,
        "address": ", ".join(part for part in (address.line1, address.line2, address.city) if part),
        "postal_code": address.postal_code,
    }


def _place(session: Session, frame: Frame, turn: Turn) -> Any:
    cart = get_cart(session, turn.conversation_id)
    key = f"{turn.conversation_id}:{frame.get('number')}:{fingerprint(cart) if cart else 'empty'}"
    request = OrderRequest(
        conversation_id=turn.conversation_id,
        idempotency_key=key,
        recipient=str(frame.get("person_name")),
        email=str(frame.get("email")),
        address=AddressView(
            line1=str(frame.get("address")), city="", postal_code=str(frame.get("postal_code")), country=""
        ),
        payment_method=str(frame.get("payment_method")),
        language=turn.language,
        customer_id=turn.customer_id,
    )
    return place_order(session, request)
