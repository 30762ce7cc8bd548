"""Seeing the cart and taking things out of it."""

import re
from dataclasses import replace

from sqlalchemy.orm import Session

from actions.money import format_price
from actions.reply import Button, Outcome, Reply, payload
from actions.services.checkout_service import cart_lines
from actions.services.name_match import named, words_of
from actions.services.shopping_context import ShownProduct, context_from_json
from actions.services.tasks.answers import read_count
from actions.texts import Texts
from actions.turn import Turn
from catalog.repositories.carts import CartLineView, CartView, clear_cart, get_cart, set_quantity
from catalog.repositories.products import Labels, in_language, load_labels
from catalog.session import Database

_EVERYTHING = re.compile(
    r"""\b(?: everything | all(?:\ of\ (?:it|them))? | whole\ cart
      | (?:clear|empty)\ (?:my\ |the\ )?(?:cart|basket|bag) )\b
    | 全部 | 清空 | 都(?:删|不要) | 所有""",
    re.VERBOSE,
)
_SOME = re.compile(r"\b(?:of (?:them|those|these|it)|less|fewer|pieces?|pcs)\b|少|减|去掉|拿掉|拿走|删掉?|退掉", re.I)
_PRONOUNS = frozenset({"it", "that", "this", "one", "them", "item", "product", "东西", "商品", "这个", "那个"})
_MOST_ASKED = 6


def _fewer(text: str) -> int | None:
    """Return how many pieces go: "remove one of them", 「少要一个」; None means the whole line."""
    return read_count(text) if _SOME.search(text) else None


def _title(line: CartLineView, language: str) -> str:
    return in_language(line.titles, language) or line.product_id


def _names_line(said: str, line: CartLineView) -> bool:
    """Tell whether words for a product may mean this line; other words are asked about rather than obeyed."""
    titles = " ".join(line.titles.values())
    return bool(words_of(said) & words_of(titles)) or said in titles or said.casefold() in _PRONOUNS


class CartService:
    """Handlers for `view_cart` and `remove_from_cart`."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database = database
        self._texts = texts

    def _button(self, key: str, turn: Turn, intent: str, **entities: str) -> Button:
        return Button(self._texts.say(key, turn.language), payload(intent, **entities))

    async def view(self, turn: Turn) -> Outcome:
        """Show the cart."""
        cart, labels = await self._database.read(_load, turn.conversation_id)
        if cart is None or not cart.lines:
            return self._empty(turn)
        lines = "\n".join(cart_lines(cart, labels, self._texts, turn.language))
        total = format_price(cart.total_minor, cart.currency, turn.language)
        text = self._texts.say("cart.contents", turn.language, lines=lines, total=total)
        buttons = (self._button("button.checkout", turn, "place_order"),)
        return Outcome(Reply(text, turn.language, quick_replies=buttons))

    def _empty(self, turn: Turn) -> Outcome:
        buttons = (
            self._button("button.recommend", turn, "recommend_product"),
            self._button("button.promotions", turn, "ask_promotion"),
        )
        return Outcome(Reply(self._texts.say("cart.empty", turn.language), turn.language, quick_replies=buttons))

    async def remove(self, turn: Turn) -> Outcome:
        """Take a line out; which one is asked where it is not clear, and emptying the cart is confirmed."""
        cart, labels = await self._database.read(_load, turn.conversation_id)
        if cart is None or not cart.lines:
            return self._empty(turn)
        scope = turn.first("scope")
        if scope is not None:
            return await self._clear(turn, str(scope.value))
        if _EVERYTHING.search(turn.text.casefold()) and not turn.is_button and len(cart.lines) > 1:
            buttons = (
                self._button("button.clear_cart", turn, "remove_from_cart", scope="all"),
                self._button("button.keep_cart", turn, "remove_from_cart", scope="none"),
            )
            return Outcome(
                Reply(self._texts.say("cart.ask_clear", turn.language), turn.language, quick_replies=buttons)
            )
        meant = self._meant(turn, cart)
        if len(meant) == 1:
            return await self._take_out(turn, meant[0])
        options = [
            Button(words, payload("remove_from_cart", variant_id=line.variant_id))
            for line, words in zip(cart.lines, cart_lines(cart, labels, self._texts, turn.language), strict=True)
            if not meant or line in meant
        ]
        text = self._texts.say("cart.remove_which", turn.language)
        return Outcome(Reply(text, turn.language, quick_replies=tuple(options[:_MOST_ASKED])))

    def _meant(self, turn: Turn, cart: CartView) -> list[CartLineView]:
        """Return the lines that the message may mean; none means that it does not say."""
        variant = turn.first("variant_id")
        if variant is not None:
            return [line for line in cart.lines if line.variant_id == str(variant.value)]
        said = turn.first("product_type")
        if len(cart.lines) == 1 and (said is None or _names_line(said.text, cart.lines[0])):
            return list(cart.lines)
        position = turn.first("position")
        if position is not None and isinstance(position.value, int):
            index = position.value if position.value < 0 else position.value - 1
            return [cart.lines[index]] if -len(cart.lines) <= index < len(cart.lines) else []
        product = turn.first("product_type")
        words = turn.text if product is None else f"{product.text} {turn.text}"
        shown = [ShownProduct(line.variant_id, " ".join(line.titles.values()), None, None) for line in cart.lines]
        wanted = {p.product_id for p in named(words, shown)}
        if wanted:
            return [line for line in cart.lines if line.variant_id in wanted]
        if len(cart.lines) == 1:  # something else was named
            return []
        focus = context_from_json(turn.shopping).focus
        return [line for line in cart.lines if line.product_id == focus]

    async def _take_out(self, turn: Turn, line: CartLineView) -> Outcome:
        quantity = turn.first("quantity")
        said = quantity.value if quantity is not None else None if turn.is_button else _fewer(turn.text)
        fewer = said if isinstance(said, int) else line.quantity
        left = max(line.quantity - fewer, 0)
        cart = await self._database.run(set_quantity, turn.conversation_id, line.variant_id, left)
        title = _title(line, turn.language)
        total = format_price(cart.total_minor, cart.currency, turn.language)
        key = "cart.removed" if cart.lines else "cart.removed_last"
        reply = Reply(self._texts.say(key, turn.language, title=title, total=total), turn.language)
        if cart.lines:
            reply = replace(reply, quick_replies=(self._button("button.checkout", turn, "place_order"),))
        return Outcome(reply)

    async def _clear(self, turn: Turn, scope: str) -> Outcome:
        if scope == "all":
            await self._database.run(clear_cart, turn.conversation_id)
        key = "cart.cleared" if scope == "all" else "cart.kept"
        return Outcome(Reply(self._texts.say(key, turn.language), turn.language))


def _load(session: Session, conversation_id: str) -> tuple[CartView | None, Labels]:
    return get_cart(session, conversation_id), load_labels(session)
