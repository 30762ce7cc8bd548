"""Order numbers as shoppers type them: compared without case, spaces and signs, then by their digits."""

import re
from collections.abc import Iterable

from catalog.search.segmentation import normalize

_SIGNS = re.compile(r"[\W_]+")
_NOT_DIGITS = re.compile(r"\D+")
_FEWEST_DIGITS = 4


def normalize_order_number(text: str) -> str:
    """Return an order number as it is compared: upper case, without `#`, spaces and other signs."""
    return _SIGNS.sub("", normalize(text)).upper()


def match_order_number(typed: str, own: Iterable[str]) -> str | None:
    """Return which of a customer's own order numbers is meant, None where it is none of them.

    Args:
        typed: as the shopper typed it: "w-1000 8866", "10008866".
        own: the numbers of that customer's orders, and of nobody else's.

    Returns:
        The number that is the same but for case, spaces and signs, else the only one with the same digits (four at
        least).
    """
    plain, known = normalize_order_number(typed), list(dict.fromkeys(own))
    same = next((number for number in known if normalize_order_number(number) == plain), None)
    if same is not None:
        return same
    digits = _NOT_DIGITS.sub("", plain)
    alike = [number for number in known if _NOT_DIGITS.sub("", number) == digits]
    return alike[0] if len(digits) >= _FEWEST_DIGITS and len(alike) == 1 else None
