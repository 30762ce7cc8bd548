"""Prices as each language writes them."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision

from actions.reply import Language

_LOCALES = {"en": "en_US", "zh": "zh_CN"}


def major_units(price_minor: int, currency: str) -> Decimal:
    """Turn minor units into major ones (cents into dollars, fen into yuan, yen into yen)."""
    return Decimal(price_minor).scaleb(-get_currency_precision(currency))


def minor_units(amount: float, currency: str) -> int:
    """Turn major units into minor ones, rounded to the nearest."""
    return round(Decimal(str(amount)).scaleb(get_currency_precision(currency)))


@lru_cache(maxsize=8192)
def format_price(price_minor: int, currency: str, language: Language) -> str:
    """Format a price, `$199.00` or `¥1,499.00`."""
    return format_currency(major_units(price_minor, currency), currency, locale=_LOCALES[language])
