"""Checkout up to the order: who, where to, how paid, and one look at everything before it is placed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.services.tasks.answers import (
    EMAIL,
    free_text,
    is_question,
    looks_like_broken_email,
    puts_off,
    read_email,
    read_postal_code,
    read_yes_no,
)
from actions.services.tasks.contact_details import (
    address_beside,
    looks_like_a_name,
    looks_like_an_address,
    read_name,
    tells_no_name,
    with_postal_code,
)
from actions.services.tasks.frames import CANCEL, Ask, Filled, Frame, Impossible, Next, Option, Ready, Say
from actions.services.tasks.no_answer import asks_why, is_no_answer
from actions.services.tasks.payment import names_another_payment, payment_key, payment_options, read_payment
from actions.turn import Turn

SLOTS = ("person_name", "email", "address", "postal_code", "payment_method")
DIGRESSIONS = frozenset(
    {
        "search_product",
        "refine_search",
        "recommend_product",
        "compare_products",
        "ask_product_detail",
        "ask_price",
        "ask_availability",
        "ask_promotion",
        "view_cart",
        "remove_from_cart",
        "track_order",
        "cancel_order",
        "return_item",
        "exchange_item",
        "get_refund",
        "track_refund",
        "report_delivery_problem",
        "change_order",
        "add_to_cart",
        "get_invoice",
        "ask_return_policy",
        "ask_cancellation_policy",
        "ask_shipping",
        "ask_delivery_time",
        "ask_payment_methods",
        "ask_warranty",
        "ask_contact",
        "ask_privacy",
        "manage_account",
        "manage_newsletter",
        "report_payment_issue",
        "write_review",
        "contact_human_agent",
        "ask_help",
        "ask_bot_identity",
        "make_complaint",
        "greet",
        "thank",
        "goodbye",
    }
)
_SOCIAL = frozenset({"greet", "thank", "goodbye", "chitchat"})
"""What the model makes of many a name ("Dawn", 「小红」); what is said by way of talk is known by its words."""
_NAMES_OF_SLOTS: Mapping[str, tuple[str, ...]] = {
    "person_name": ("name", "recipient", "名字", "姓名", "收货人", "收件人"),
    "email": ("e-mail", "email", "mail", "邮箱", "邮件"),
    "address": ("address", "adress", "street", "city", "地址", "街道"),
    "postal_code": ("postal code", "postcode", "zip", "zip code", "邮编", "邮政编码"),
    "payment_method": ("payment", "payment method", "pay", "付款", "支付", "付款方式", "支付方式"),
}
_SLOT_WORDS = tuple(
    (re.compile(rf"(?<![a-z]){word}(?:e?s|'s)?(?![a-z])" if word.isascii() else word), slot)
    for slot, words in _NAMES_OF_SLOTS.items()
    for word in words
)
_SURE, _LIKELY = 0.95, 0.75
_SHORT = 30
_NOTHING = re.compile(
    r"(?:no(?:thing|pe|ne)?|all good|it'?s (?:ok|fine|all right)|leave it)\b.{0,12}$"
    r"|(?:不用?|不必|没有?(?:什么)?要?)改?[的了吧。]*$|没事|挺好|都对|没问题",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CheckoutFacts:
    """The cart in words, and what is kept of a signed-in customer.

    Ready for reading are `cart_lines`, `total`, `shortages` (lines of which less is left than the cart holds), and what
    has changed since this frame's summary was shown: `shown_total` (the total then) and `new_prices`.
    `agreement` is what a yes agrees to, and `prices` is {variant id: price of a piece in minor units}; the frame keeps
    both when the summary is shown. `known` holds slots of the customer's last address. In the `demo`
    shop the shopper is told so.
    """

    empty: bool
    cart_lines: tuple[str, ...] = ()
    total: str = ""
    agreement: Mapping[str, Any] = field(default_factory=dict)
    prices: Mapping[str, int] = field(default_factory=dict)
    shown_total: str = ""
    new_prices: tuple[str, ...] = ()
    shortages: tuple[str, ...] = ()
    known: Mapping[str, Any] | None = None
    demo: bool = False


def mentioned_slot(turn: Turn) -> str | None:
    """Return the slot that the message names ("my e-mail is wrong"), by its words or by a button."""
    chosen = turn.first("value")
    if turn.is_button:
        return str(chosen.value) if chosen is not None and chosen.value in SLOTS else None
    text = EMAIL.sub("", turn.text.casefold())
    named = [(found.start(), slot) for words, slot in _SLOT_WORDS for found in words.finditer(text)]
    return max(named)[1] if named else None


class Checkout:
    """Turns a cart into an order."""

    name: str = "checkout"
    opened_by: tuple[str, ...] = ("place_order",)
    patience: int = 6
    ended_by: frozenset[str] = frozenset()

    def fill(self, frame: Frame, turn: Turn, facts: CheckoutFacts) -> Filled | None:
        """Take the answer to what was asked; an e-mail address or a correction is taken at any time."""
        if frame.asked == "use_known":
            return self._use_known(frame, turn, facts)
        if frame.asked == "confirm":
            return self._confirm(frame, turn)
        if frame.asked == "change_which":
            return self._change_which(frame, turn)
        return self._answer(frame, turn)

    def _change_which(self, frame: Frame, turn: Turn) -> Filled | None:
        """Take the slot to change, or a new value at once; who changes nothing is asked for the word to go again."""
        if early := self._early(frame, "change_which", turn):
            return Filled(frame.clear("changing").fill(**early))
        slot = mentioned_slot(turn) or ("email" if read_email(turn) else None)
        if slot is not None:
            return Filled(self._reopen(frame, slot, turn))
        return Filled(frame.clear("changing").fill()) if _NOTHING.match(turn.text.strip()) else None

    def _use_known(self, frame: Frame, turn: Turn, facts: CheckoutFacts) -> Filled | None:
        answer = read_yes_no(turn)
        if answer is None:
            return None
        return Filled(frame.fill(use_known=answer, **(facts.known or {}) if answer else {}))

    def _confirm(self, frame: Frame, turn: Turn) -> Filled | None:
        slot = self._corrected(turn)
        if slot is not None and turn.intent not in ("affirm", "place_order"):
            return Filled(self._reopen(frame, slot, turn))
        email = read_email(turn)
        if email:
            return Filled(frame.fill(email=email), (Say("checkout.noted"),))
        if early := self._early(frame, "confirm", turn):
            return Filled(frame.fill(**early), (Say("checkout.noted"),))
        answer = read_yes_no(turn)
        if answer is None and turn.intent == "place_order":
            answer = not puts_off(turn) or None
        if answer is None:
            return None
        return Filled(frame.fill(confirmed=True) if answer else frame.fill(changing=True))

    def _corrected(self, turn: Turn) -> str | None:
        """Return the slot that a message corrects; a question that a rule answers corrects none without a new value."""
        if asks_why(turn):
            return None
        slot = mentioned_slot(turn)
        asks = is_question(turn) and turn.intent in DIGRESSIONS
        return None if slot is None or (asks and self._value(slot, turn, named=True) is None) else slot

    def _reopen(self, frame: Frame, slot: str, turn: Turn) -> Frame:
        """Forget a slot so that it is asked for again, or take its new value from the same message."""
        cleared = frame.clear(slot, "changing").fill()
        value = self._value(slot, turn, named=True)
        if value is None:
            return cleared
        return cleared.fill(**(with_postal_code(value) if slot == "address" else {slot: value}))

    def _answer(self, frame: Frame, turn: Turn) -> Filled | None:
        asked = frame.asked
        email = read_email(turn)
        if email and asked != "email" and frame.get("email") != email:
            beside = EMAIL.sub("", turn.text).strip(" ,，;；。.")
            name = {"person_name": beside} if asked == "person_name" and looks_like_a_name(beside) else {}
            return Filled(frame.fill(email=email, **name), (Say("checkout.noted"),))
        slot = self._corrected(turn)
        if slot and slot != asked and frame.get(slot) is not None and not turn.is_button:
            return Filled(self._reopen(frame, slot, turn))
        if asked not in SLOTS:
            return None
        value = self._value(asked, turn)
        if value is not None:
            return Filled(frame.fill(**self._told(frame, asked, value, turn)))
        if early := self._early(frame, asked, turn):
            return Filled(frame.fill(**early), (Say("checkout.noted"),))
        if asked == "email" and looks_like_broken_email(turn):
            return Filled(frame, (Say("checkout.email_invalid"),))
        if asked == "payment_method" and names_another_payment(turn):
            return Filled(frame, (Say("checkout.payment_not_here"),), answers=False)
        if is_no_answer(turn) or (asked == "person_name" and tells_no_name(turn)):
            slot = (mentioned_slot(turn) if asks_why(turn) else None) or asked
            return Filled(frame, (Say(f"checkout.why_{slot}"),), answers=False)
        return None

    def _told(self, frame: Frame, asked: str, value: Any, turn: Turn) -> dict[str, Any]:
        """Return the slot asked for with its value, and what else the same message tells and is not known yet."""
        if asked == "address":
            return with_postal_code(value)
        if asked == "postal_code":
            return {asked: value} | address_beside(turn.text, str(frame.get("person_name") or ""))
        beside = address_beside(turn.text, value) if asked == "person_name" else {}
        return {asked: value} | {slot: told for slot, told in beside.items() if frame.get(slot) is None}

    def _early(self, frame: Frame, asked: str, turn: Turn) -> dict[str, Any]:
        """Return what a message tells anew although something else was asked: an address, or how to pay."""
        if turn.is_button or is_question(turn):
            return {}
        told: dict[str, Any] = {}
        if asked != "address" and looks_like_an_address(turn.text):
            told = address_beside(turn.text, str(frame.get("person_name") or ""))
        elif asked != "payment_method" and len(turn.text) <= _SHORT:
            told = {"payment_method": self._value("payment_method", turn)}
        return {slot: value for slot, value in told.items() if value not in (None, frame.get(slot))}

    def _value(self, slot: str, turn: Turn, *, named: bool = False) -> Any:
        """Read a slot's value; `named` messages ("change the address") count only where they carry a value."""
        if slot == "email":
            return read_email(turn)
        if slot == "postal_code":
            return read_postal_code(turn)
        if slot == "payment_method":
            return read_payment(turn)
        if slot == "person_name":
            if named:
                return read_name(turn) if turn.first("person_name") is not None else None
            sure = turn.confidence >= (_SURE if looks_like_a_name(turn.text) else _LIKELY)
            digresses = turn.intent in DIGRESSIONS - _SOCIAL and sure
            unmarked = turn.first("person_name") is None
            return None if unmarked and (digresses or is_no_answer(turn)) else read_name(turn)
        if looks_like_an_address(turn.text) and not is_question(turn):
            return turn.text.strip()
        if named or is_no_answer(turn) or self._value("payment_method", turn) is not None:
            return None
        digressions = frozenset[str]() if looks_like_an_address(turn.text) else DIGRESSIONS
        least = 5 if turn.language == "en" else 2
        return free_text(turn, digressions=digressions, confidence=_LIKELY, least=least)

    def next(self, frame: Frame, facts: CheckoutFacts) -> Next:
        """Ask for what is missing, then show everything and ask for the word to go.

        A yes counts for the cart that was shown: where a price has changed since, the new total is said and asked for.
        """
        if facts.empty:
            return Impossible(Say("checkout.cart_empty"), (("recommend_product", "button.recommend"),))
        if facts.shortages:
            say = Say("checkout.stock_changed", {"shortages": "\n".join(facts.shortages)})
            return Impossible(say, (("view_cart", "button.view_cart"),))
        if facts.known and frame.get("use_known") is None:
            options: tuple[Option, ...] = (
                Option("yes", key="button.yes"),
                Option("no", key="button.other_address"),
            )
            return Ask("use_known", Say("checkout.ask_use_known", dict(facts.known)), options)
        if frame.get("changing"):
            choices = tuple(Option(slot, key=f"checkout.slot.{slot}") for slot in SLOTS)
            return Ask(
                "change_which", Say("checkout.ask_change_which"), (*choices, Option(CANCEL, key="button.cancel"))
            )
        for slot in SLOTS:
            if frame.get(slot) is None:
                options = payment_options(demo=facts.demo) if slot == "payment_method" else ()
                return Ask(slot, Say(f"checkout.ask_{slot}"), options)
        if frame.get("confirmed") and frame.get("shown") == facts.agreement:
            return Ready()
        return self._ask_confirm(frame, facts)

    def _ask_confirm(self, frame: Frame, facts: CheckoutFacts) -> Ask:
        """Show everything; the frame keeps what was shown, and no yes from before. After something else was answered,
        the total is enough where nothing has changed."""
        values = {
            **{slot: frame.get(slot) for slot in SLOTS},
            "lines": "\n".join(facts.cart_lines),
            "total": facts.total,
            "payment_key": payment_key(str(frame.get("payment_method")), demo=facts.demo),
            "note_key": "checkout.demo_note" if facts.demo else "checkout.note",
        }
        options = (
            Option("yes", key="button.place_order"),
            Option("no", key="button.change_something"),
            Option(CANCEL, key="button.cancel"),
        )
        keeps = {
            "shown": dict(facts.agreement),
            "shown_prices": dict(facts.prices),
            "shown_to": [frame.get("address"), frame.get("postal_code")],
            "confirmed": False,
        }
        same = frame.asked == "confirm" and frame.get("shown") == facts.agreement
        again = Say("checkout.ask_confirm_again", {"total": facts.total}) if same else None
        notes = (*_changes(frame, facts), *_old_code(frame))
        return Ask("confirm", Say("checkout.ask_confirm", values), options, notes, keeps, again=again)


def _changes(frame: Frame, facts: CheckoutFacts) -> tuple[Say, ...]:
    """Say what is new since the summary was shown; a cart that the shopper has changed is no news, but after a yes."""
    shown = frame.get("shown")
    if not shown or shown == facts.agreement:
        return ()
    same_pieces = shown["pieces"] == facts.agreement["pieces"]
    if not same_pieces and not frame.get("confirmed"):
        return ()
    key = "checkout.total_changed" if same_pieces else "checkout.cart_changed"
    values = {"total": facts.total, "before": facts.shown_total, "prices": "".join(f"\n{p}" for p in facts.new_prices)}
    return (Say(key, values),)


def _old_code(frame: Frame) -> tuple[Say, ...]:
    """Ask whether the postal code still fits where only the address has changed since the summary was shown."""
    address, code = frame.get("shown_to") or (None, None)
    if address in (None, frame.get("address")) or code != frame.get("postal_code"):
        return ()
    return (Say("checkout.old_postal_code", {"postal_code": code}),)
