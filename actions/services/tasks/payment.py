"""How an order is paid: what is offered, and what a shopper says of it."""

import re
from dataclasses import replace
from typing import Final

from actions.services.tasks.answers import is_question, read_option
from actions.services.tasks.frames import Option
from actions.turn import Turn

PAYMENT_METHODS: Final = ("card", "bank_transfer", "cash_on_delivery")
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "card": ("card", "credit card", "debit card", "visa", "mastercard", "刷卡", "信用卡", "银行卡", "卡"),
    "bank_transfer": ("bank transfer", "transfer", "wire", "转账", "银行转账", "汇款"),
    "cash_on_delivery": ("cash", "cod", "on delivery", "pay on delivery", "货到付款", "现金", "到付"),
}
_HAS_NOT: Final = re.compile(
    r"\b(?:don['’]?t|do\ not|can['’]?t|cannot)\b|没有|没带|用不了|不能用|不想用", re.IGNORECASE
)
_OTHERS: Final = re.compile(
    r"\b(?:pay\s?pal|(?:apple|google|samsung|ali|we\s?chat)\s?pay|klarna|venmo|gift\s?card|crypto|bitcoin|che(?:ck|que))\b"
    r"|微信|支付宝|花呗|白条|云闪付|礼品卡|分期|信用付",
    re.IGNORECASE,
)


def payment_key(method: str, *, demo: bool) -> str:
    """Return the text that names a way to pay."""
    return "checkout.payment.demo_card" if demo and method == "card" else f"checkout.payment.{method}"


def payment_options(*, demo: bool = False) -> tuple[Option, ...]:
    """Return the ways to pay that are offered."""
    return tuple(Option(method, key=payment_key(method, demo=demo)) for method in PAYMENT_METHODS)


def read_payment(turn: Turn) -> str | None:
    """Return the way to pay that a message chooses; none by "I don't have a card"."""
    if _HAS_NOT.search(turn.text):
        return None
    rest = turn if turn.is_button else replace(turn, text=_OTHERS.sub(" ", turn.text))
    choice = read_option(rest, payment_options(), dict(_WORDS))
    return str(choice.value) if choice else None


def names_another_payment(turn: Turn) -> bool:
    """Tell whether a message wants to pay in a way that is not offered here."""
    return not is_question(turn) and _OTHERS.search(turn.text) is not None
