"""In which currency a conversation talks: the one named last, else the one of the language, kept from then on."""

from collections.abc import Sequence

from actions.turn import Turn

_OF_LANGUAGE = {"zh": "CNY"}
FALLBACK_CURRENCY = "USD"


def named_currency(turn: Turn) -> str | None:
    """Return the currency that an amount in this message names."""
    for name in ("price_max", "price_min"):
        entity = turn.first(name)
        if entity is not None and isinstance(entity.value, dict) and entity.value.get("currency"):
            return str(entity.value["currency"])
    return None


def conversation_currency(turn: Turn, currencies: Sequence[str]) -> str:
    """Return the currency to show prices in.

    Args:
        turn: the message; the `conversation` slot holds the currency chosen before.
        currencies: in which the shop has prices, its default first.
    """
    preferred = (named_currency(turn), turn.conversation.get("currency"), _OF_LANGUAGE.get(turn.language))
    for currency in preferred:
        if currency in currencies:
            return str(currency)
    return currencies[0] if currencies else FALLBACK_CURRENCY
