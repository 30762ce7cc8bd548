"""Seeing the cart and taking things out of it."""

import re
from dataclasses import replace

from sqlalchemy.orm import Session

from actions.money import format_price
from actions.reply import OFFERED, Button, Outcome, Reply, payload
from actions.services.checkout_service import cart_lines
from actions.services.list_places import at_place, is_figure_among_words, positions_in, without_places
from actions.services.name_match import named, words_of
from actions.services.shopping_context import ShownProduct, context_from_json
from actions.services.tasks.answers import is_unwanted, read_count, read_yes_no
from actions.services.wording import joined
from actions.texts import Texts
from actions.turn import Turn
from catalog.repositories.carts import CartLineView, CartView, clear_cart, get_cart, set_quantity
from catalog.repositories.products import Labels, in_language, load_labels
from catalog.search.option_terms import option_kind, option_matches
from catalog.session import Database

_EVERYTHING = re.compile(
    r"""\b(?: everything | all(?:\ of\ (?:it|them))? | whole\ cart
      | (?:clear|empty)\ (?:my\ |the\ )?(?:cart|basket|bag) )\b
    | 全部 | 清空 | 都(?:删|不要) | 所有""",
    re.VERBOSE,
)
_SOME = re.compile(r"\b(?:of (?:them|those|these|it)|less|fewer|pieces?|pcs)\b|少|减|去掉|拿掉|拿走|删掉?|退掉", re.I)
_PRONOUNS = frozenset({"it", "that", "this", "one", "them", "item", "product", "东西", "商品", "这个", "那个"})
_UNWANTED = re.compile(r"\bdon['’]?t\s+(?:want|need|like)\b|不想?[要买]|别要|不喜欢", re.I)
_OPTIONS = ("color", "size", "material")
_MOST_ASKED = 6


def _fewer(text: str) -> int | None:
    """Return how many pieces go: "remove one of them", 「少要一个」; None means the whole line."""
    return read_count(without_places(text)) if _SOME.search(text) else None


def _title(line: CartLineView, language: str) -> str:
    return in_language(line.titles, language) or line.product_id


def _names_line(said: str, line: CartLineView) -> bool:
    """Tell whether words for a product may mean this line; other words are asked about rather than obeyed."""
    titles = " ".join(line.titles.values())
    return bool(words_of(said) & words_of(titles)) or said in titles or said.casefold() in _PRONOUNS


def _wanted(turn: Turn) -> list[tuple[str, str]]:
    """Return `(kind, words)` of the colours, sizes and materials of what is to go: white of "not the black, the white
    one", and black of "I don't want the black one"."""
    goes = _UNWANTED.search(turn.text) is not None
    entities = [(kind, entity) for kind in _OPTIONS for entity in turn.all(kind)]
    return [(kind, str(e.value)) for kind, e in entities if goes or not is_unwanted(turn.text, e.text)]


def _has(line: CartLineView, kind: str, said: str, labels: Labels) -> bool | None:
    """Tell whether a line is of a colour, size or material; None where it has no option of that kind."""
    keys = [key for key in line.options if option_kind(key) == kind]
    if not keys:
        return None
    return any(
        option_matches(key, (value, labels.value(value, "en"), labels.value(value, "zh")), said)
        for key in keys
        for value in (str(line.options[key]),)
    )


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
            clear = self._button("button.clear_cart", turn, "remove_from_cart", scope="all")
            keep = self._button("button.keep_cart", turn, "remove_from_cart", scope="none")
            if turn.conversation.get(OFFERED) == clear.payload and read_yes_no(turn):
                return await self._clear(turn, "all")
            reply = Reply(self._texts.say("cart.ask_clear", turn.language), turn.language, quick_replies=(clear, keep))
            return Outcome(reply).offering(clear.payload)
        meant = self._meant(turn, cart, labels)
        if len(meant) == 1:
            return await self._take_out(turn, meant[0])
        options = [
            Button(words, payload("remove_from_cart", variant_id=line.variant_id))
            for line, words in zip(cart.lines, cart_lines(cart, labels, self._texts, turn.language), strict=True)
            if not meant or line in meant
        ]
        missing = [] if meant else [labels.value(said, turn.language) for _, said in _wanted(turn)]
        key = "cart.remove_missing" if missing else "cart.remove_which"
        text = self._texts.say(key, turn.language, wanted=joined(missing, turn.language))
        return Outcome(Reply(text, turn.language, quick_replies=tuple(options[:_MOST_ASKED])))

    def _meant(self, turn: Turn, cart: CartView, labels: Labels) -> list[CartLineView]:
        """Return the lines that the message may mean; none means that it does not say, or that none is as it says."""
        variant = turn.first("variant_id")
        if variant is not None:
            return [line for line in cart.lines if line.variant_id == str(variant.value)]
        wanted = _wanted(turn)
        has = {line.variant_id: [_has(line, kind, said, labels) for kind, said in wanted] for line in cart.lines}
        lines = [line for line in cart.lines if False not in has[line.variant_id]]
        fitting = [line for line in lines if wanted and all(has[line.variant_id])]
        said = turn.first("product_type")
        if len(cart.lines) == 1 and (said is None or _names_line(said.text, cart.lines[0])):
            return lines
        places = [] if is_figure_among_words(turn) else positions_in(turn)
        if places:
            found = [at_place(place, cart.lines) for place in places]
            return [line for line in found if line is not None]
        by_name = self._named(turn, cart)
        if by_name and fitting:
            return [line for line in fitting if line in by_name] or [*fitting, *by_name]
        if by_name or fitting:
            return fitting or [line for line in lines if line in by_name]
        if len(cart.lines) == 1 or any(map(turn.all, _OPTIONS)):  # something else was named
            return []
        focus = context_from_json(turn.shopping).focus
        return [
            line for line in cart.lines if line.product_id == focus and (said is None or _names_line(said.text, line))
        ]

    def _named(self, turn: Turn, cart: CartView) -> list[CartLineView]:
        product = turn.first("product_type")
        words = turn.text if product is None else f"{product.text} {turn.text}"
        shown = [ShownProduct(line.variant_id, " ".join(line.titles.values()), None, None) for line in cart.lines]
        wanted = {p.product_id for p in named(words, shown)}
        return [line for line in cart.lines if line.variant_id in wanted]

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
