"""Currencies in messages: "$", "30 bucks", "500块", "in euros"."""

from __future__ import annotations

import re

_NAMES = {
    "HKD": r"hk\$|(?<![a-z])(?:hkd|(?:hk|hong kong) dollars?)(?![a-z])|港币|港元",
    "JPY": r"(?<![a-z])(?:jpy|yen)(?![a-z])|日元|日币",
    "USD": r"us\$|\$|(?<![a-z])(?:usd|(?:us |american )?dollars?|bucks?)(?![a-z])|美元(?!素)",
    "EUR": r"€|(?<![a-z])eur(?:os?)?(?![a-z])|欧元(?!素)",
    "GBP": r"£|(?<![a-z])(?:gbp|pounds?|quid)(?![a-z])|英镑",
    "CNY": r"¥|￥|(?<![a-z])(?:rmb|cny|yuan)(?![a-z])|人民币",
}
# Said right behind a number only: elsewhere they are parts of other words (菜刀, 欧式, 元宵, 精美金饰).
_UNITS = {
    "USD": "美金|美?刀(?![具片叉架])",
    "EUR": "欧(?![式洲美莱普米])",
    "CNY": "元(?![素宵旦])|块钱?|大洋",
}
NAMED = re.compile("|".join(f"(?P<{code}>{names})" for code, names in _NAMES.items()))
"""A currency that needs no number beside it; the group's name is its ISO 4217 code. For half-width lower-case text."""

BEHIND = re.compile(
    r"\s*(?:"
    + "|".join(
        f"(?P<{code}>{names}|{_UNITS[code]})" if code in _UNITS else f"(?P<{code}>{names})"
        for code, names in _NAMES.items()
    )
    + ")"
)
"""A currency from the end of a number on."""


def named_in(text: str) -> str | None:
    """Return the first currency (ISO 4217) that a half-width lower-case text names, None if it names none."""
    match = NAMED.search(text)
    return match.lastgroup if match else None
