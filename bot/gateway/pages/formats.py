"""Prices and attribute values as each language writes them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, get_currency_precision

from bot.gateway.texts import Language
from catalog.repositories.products import in_language

_LOCALES = {"en": "en_US", "zh": "zh_CN"}
_YES_NO = {"en": ("No", "Yes"), "zh": ("否", "是")}
_SEPARATORS = {"en": ", ", "zh": "、"}


def price_text(price_minor: int, currency: str, language: Language) -> str:
    """Return a price, `$199.00` or `¥1,499.00`."""
    amount = Decimal(price_minor).scaleb(-get_currency_precision(currency))
    return str(format_currency(amount, currency, locale=_LOCALES[language]))


def value_text(value: Any, language: Language) -> str:
    """Return an attribute's value: yes or no, a text of the language, a list of such."""
    if isinstance(value, bool):
        return _YES_NO[language][value]
    if isinstance(value, Mapping):
        return in_language({str(key): str(text) for key, text in value.items()}, language)
    if isinstance(value, list | tuple):
        return _SEPARATORS[language].join(value_text(part, language) for part in value)
    return str(value)
