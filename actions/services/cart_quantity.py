"""Changing how many pieces of something are in the cart."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from actions.money import format_price
from actions.reply import Button, Outcome, Reply, payload
from actions.services.checkout_service import cart_lines, titled
from actions.services.name_match import named
from actions.services.shopping_context import ShownProduct, context_from_json
from actions.services.tasks.new_quantity import read_new_quantity, wants_one_more
from actions.texts import Texts
from actions.turn import Turn
from catalog.errors import OutOfStockError
from catalog.repositories.carts import CartLineView, CartView, get_cart, set_quantity
from catalog.repositories.products import Labels, load_labels
from catalog.session import Database

IN_ALL: Final = "in_all"
"""The `scope` of a button or frame whose quantity is what the cart shall hold, not what is added to it."""
_LEAST_SIZE: Final = 20  # "change it to 42" of a shoe is a size
_MOST_ASKED: Final = 6


def lines_meant(turn: Turn, lines: Sequence[CartLineView], quantity: int) -> list[CartLineView]:
    """Return the lines of which a message may want `quantity`: those it names, the only one, or that just talked of."""
    by_name = {product.product_id for product in named(turn.text, [_shown(line) for line in lines])}
    focus = context_from_json(turn.shopping).focus
    meant = [line for line in lines if line.variant_id in by_name]
    meant = meant or [line for line in lines if len(lines) == 1 or line.product_id == focus]
    return [line for line in meant if "size" not in line.options or quantity < _LEAST_SIZE]


class CartQuantity:
    """Sets the quantity of a line where a message asks for it."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database = database
        self._texts = texts

    async def line(self, turn: Turn) -> tuple[CartLineView, int] | None:
        """Return the one line of which a message wants another quantity, and that quantity."""
        quantity = read_new_quantity(turn)
        line = await self._line(turn, quantity) if quantity is not None else None
        return (line, quantity) if line is not None and quantity is not None else None

    async def same_again(self, turn: Turn) -> CartLineView | None:
        """Return the one line of which a message wants one more."""
        return await self._line(turn, 1) if wants_one_more(turn) else None

    async def _line(self, turn: Turn, quantity: int) -> CartLineView | None:
        cart = await self._database.read(get_cart, turn.conversation_id)
        meant = lines_meant(turn, cart.lines, quantity) if cart is not None else []
        return meant[0] if len(meant) == 1 else None

    async def names_a_line(self, turn: Turn) -> bool:
        """Tell whether a message names something that is in the cart."""
        cart = await self._database.read(get_cart, turn.conversation_id)
        lines = cart.lines if cart is not None else ()
        return bool(named(turn.text, [_shown(line) for line in lines]))

    async def change(self, turn: Turn) -> Outcome | None:
        """Set the quantity that a message names, or ask of which line; None where it names none.

        "Another one" of what is only looked at is no wish for one more.
        """
        quantity, more = read_new_quantity(turn), wants_one_more(turn) and turn.intent != "refine_search"
        if quantity is None and not more:
            return None
        cart, labels = await self._database.read(_load, turn.conversation_id)
        if cart is None or not cart.lines:
            return None
        if quantity is None:
            meant = lines_meant(turn, cart.lines, 1)
            return await self._set(turn, meant[0], meant[0].quantity + 1, labels) if len(meant) == 1 else None
        meant = lines_meant(turn, cart.lines, quantity)
        if len(meant) == 1:
            return await self._set(turn, meant[0], quantity, labels)
        buttons = tuple(
            Button(words, _of_a_line(line, quantity))
            for line, words in zip(cart.lines, cart_lines(cart, labels, self._texts, turn.language), strict=True)
            if not meant or line in meant
        )
        text = self._texts.say("cart.change_which", turn.language)
        return Outcome(Reply(text, turn.language, quick_replies=buttons[:_MOST_ASKED]))

    async def _set(self, turn: Turn, line: CartLineView, quantity: int, labels: Labels) -> Outcome:
        title = titled(line, labels, self._texts, turn.language)
        try:
            cart = await self._database.run(set_quantity, turn.conversation_id, line.variant_id, quantity)
        except OutOfStockError as error:
            key = "cart.sold_out" if error.available < 1 else "cart.only_so_many_left"
            return Outcome(
                Reply(self._texts.say(key, turn.language, title=title, count=error.available), turn.language)
            )
        text = said_of(cart, title, quantity, self._texts, turn)
        buttons = (
            Button(self._texts.say("button.checkout", turn.language), payload("place_order")),
            Button(self._texts.say("button.view_cart", turn.language), payload("view_cart")),
        )
        return Outcome(Reply(text, turn.language, quick_replies=buttons))


def said_of(cart: CartView, title: str, quantity: int, texts: Texts, turn: Turn) -> str:
    """Return what is said once the cart holds another quantity."""
    total = format_price(cart.total_minor, cart.currency, turn.language)
    return texts.say("cart.quantity_set", turn.language, title=title, quantity=quantity, total=total)


def _shown(line: CartLineView) -> ShownProduct:
    return ShownProduct(line.variant_id, " ".join(line.titles.values()), None, None)


def _of_a_line(line: CartLineView, quantity: int) -> str:
    return payload(
        "add_to_cart", product_id=line.product_id, variant_id=line.variant_id, quantity=quantity, scope=IN_ALL
    )


def _load(session: Session, conversation_id: str) -> tuple[CartView | None, Labels]:
    return get_cart(session, conversation_id), load_labels(session)
