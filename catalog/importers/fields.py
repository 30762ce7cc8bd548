"""From the text of a cell to a value."""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import urlsplit

from babel.core import UnknownLocaleError
from babel.numbers import get_currency_precision, is_currency

from catalog.importers.outcome import RowRejectedError

UNKNOWN_QUANTITY = 99
"""Stock of what is available in an unknown quantity."""

_MOST_MINOR = 2_000_000_000
_SYMBOLS = {"€": "EUR", "£": "GBP", "元": "CNY", "块": "CNY", "rmb": "CNY", "人民币": "CNY",
            "us$": "USD", "美元": "USD", "hk$": "HKD", "港币": "HKD", "円": "JPY", "日元": "JPY"}  # fmt: skip
_DOLLARS_AND_PESOS = frozenset(
    {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MOP", "MXN", "ARS", "CLP", "COP", "UYU", "DOP", "CUP",
     "NIO", "BRL", "BBD", "BMD", "BND", "BSD", "BZD", "FJD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD",
     "XCD", "BOB"}
)  # fmt: skip
_SHARED_SYMBOLS = {
    "$": _DOLLARS_AND_PESOS,
    "¥": frozenset(("CNY", "JPY")),
    "￥": frozenset(("CNY", "JPY")),
}
_PRICE = re.compile(
    r"^\s*(?P<before>[A-Za-z]{3}|[^\d\s.,+-]{1,3})?\s*(?P<number>-?[\d.,\s']*\d)\s*(?P<after>[A-Za-z]{3}|[^\d\s.,]{1,3})?\s*$"
)
_PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?$")
_TEN_THOUSANDS = re.compile(r"^(.*\d)\s*万(.*)$")
_PIECES = re.compile(r"^(\d[\d,]*)\s*(?:件|个|台|只|双|套|条|盒|瓶|本|把|张|包|支|块|pcs|pieces)$")
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_IN_STOCK = frozenset(
    {"in stock", "in_stock", "instock", "yes", "true", "available", "limited availability", "limited_availability",
     "有货", "现货", "有", "是", "充足", "库存充足"}
)  # fmt: skip
_OUT_OF_STOCK = frozenset(
    {"out of stock", "out_of_stock", "outofstock", "no", "false", "sold out", "无货", "缺货", "售罄", "没有", "否",
     "预售", "preorder", "pre_order", "backorder"}
)  # fmt: skip
_TRUE = frozenset({"1", "true", "yes", "y", "是", "true()", "上架", "已上架", "在售"})
_FALSE = frozenset({"", "0", "false", "no", "n", "否", "下架", "已下架", "未上架", "停售"})


@lru_cache(maxsize=256)
def currency_precision(currency: str) -> int | None:
    """Return the decimals of a currency, None where there is no such currency."""
    try:
        return get_currency_precision(currency) if is_currency(currency, "en") else None
    except UnknownLocaleError:
        return None


def parse_number(text: str) -> Decimal:
    """Read a number with thousands separators of either kind: `1,299.00`, `1.299,00`, `1 299`.

    Raises:
        InvalidOperation: it is no number.
    """
    if _PLAIN_NUMBER.match(text):
        return Decimal(text)
    plain = re.sub(r"[\s'\u00a0]", "", text)
    if "," in plain and "." in plain:
        thousands = "," if plain.rfind(",") < plain.rfind(".") else "."
        plain = plain.replace(thousands, "").replace(",", ".")
    elif "," in plain:
        groups = plain.lstrip("-").split(",")
        is_thousands = all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3
        plain = plain.replace(",", "" if is_thousands else ".")
    return Decimal(plain)


def parse_price(text: str, column: str, default_currency: str) -> tuple[str, int]:
    """Read a price with or without a currency: `199.00 USD`, `CNY 1,299`, `¥1299`, `1.2万元`, `199.5`.

    Args:
        text: the cell.
        column: its name, for the error.
        default_currency: where the cell names none, or only `$` or `¥`.

    Returns:
        `(currency, minor units)`.

    Raises:
        RowRejectedError: it is no price, negative, has more decimals than the currency, or a mark of another one.
    """
    if _PLAIN_NUMBER.match(text):
        return default_currency, minor_units(text, column, default_currency)
    if not text.strip():
        raise RowRejectedError(column, "is empty")
    in_ten_thousands = _TEN_THOUSANDS.match(text)
    found = _PRICE.match("".join(in_ten_thousands.groups()) if in_ten_thousands else text)
    if found is None:
        raise RowRejectedError(column, f"{text[:40]!r} is not a price")
    marks = [mark for mark in (found["before"], found["after"]) if mark]
    currency = default_currency
    for mark in marks:
        if mark not in _SHARED_SYMBOLS:
            currency = currency_code(mark)
            if currency_precision(currency) is None:
                raise RowRejectedError(column, f"{text[:40]!r} is not a price: {mark!r} is not a currency")
    for mark in marks:
        if currency not in _SHARED_SYMBOLS.get(mark, (currency,)):
            raise RowRejectedError(
                column, f"{text[:40]!r} is not in {currency}; name the currency (column or --currency)"
            )
    return currency, minor_units(found["number"], column, currency, zeros=4 if in_ten_thousands else 0)


def currency_code(text: str) -> str:
    """Return the code that a currency's code, name or mark stands for: `CNY` for 「元」; another text in upper case."""
    return _SYMBOLS.get(text.strip().lower(), text.strip().upper())


def minor_units(number: str, column: str, currency: str, *, zeros: int = 0) -> int:
    """Read an amount of a currency as its minor units; `zeros` are left out of the number (4 where it counts 万).

    Raises:
        RowRejectedError: no such currency, or as in `parse_price`.
    """
    precision = currency_precision(currency)
    if precision is None:
        raise RowRejectedError(column, f"{currency[:20]!r} is not a currency")
    return _whole(number, column, f"has more decimals than {currency}", decimals=precision + zeros)


def parse_stock(text: str, column: str) -> int:
    """Read a stock: a whole number from 0 (`20`, 「20件」), or words: `in stock`, 「有货」 (99), `out of stock` (0).

    Raises:
        RowRejectedError: neither.
    """
    plain = text.strip().lower()
    if plain in _IN_STOCK:
        return UNKNOWN_QUANTITY
    if plain in _OUT_OF_STOCK:
        return 0
    pieces = _PIECES.match(plain)
    if pieces is None and not any(map(str.isdigit, plain)):
        raise RowRejectedError(column, f"{text[:40]!r} is not a number; write how many, in stock or out of stock")
    return parse_whole(pieces[1] if pieces else text, column)


def parse_whole(text: str, column: str) -> int:
    """Read a whole number from 0.

    Raises:
        RowRejectedError: it is none.
    """
    return _whole(text, column, "is not a whole number")


def _whole(text: str, column: str, complaint: str, *, decimals: int = 0) -> int:
    """Read a number of `decimals` places as so many units; `complaint` is said of one with more places."""
    try:
        number = parse_number(text).scaleb(decimals)
    except InvalidOperation as error:
        raise RowRejectedError(column, f"{text[:40]!r} is not a number") from error
    if not number.is_finite() or number != number.to_integral_value():
        raise RowRejectedError(column, f"{text[:40]!r} {complaint}")
    if number < 0:
        raise RowRejectedError(column, f"{text[:40]!r} is negative")
    if number > _MOST_MINOR:
        raise RowRejectedError(column, f"{text[:40]!r} is too large")
    return int(number)


def parse_rating(text: str, column: str) -> float:
    """Read a rating from 0 to 5.

    Raises:
        RowRejectedError: it is none.
    """
    try:
        rating = float(parse_number(text))
    except (InvalidOperation, OverflowError) as error:
        raise RowRejectedError(column, f"{text[:40]!r} is not a number") from error
    if not 0 <= rating <= 5:
        raise RowRejectedError(column, f"{text[:40]!r} is not between 0 and 5")
    return rating


def parse_flag(text: str, column: str) -> bool:
    """Read yes or no.

    Raises:
        RowRejectedError: neither.
    """
    plain = text.strip().lower()
    if plain in _TRUE:
        return True
    if plain in _FALSE:
        return False
    raise RowRejectedError(column, f"{text[:40]!r} is neither yes nor no")


def parse_url(text: str, column: str) -> str:
    """Return an address: http, https, or a path on the shop's own site.

    Raises:
        RowRejectedError: anything else (such as `javascript:`).
    """
    address = text.strip()
    if address.startswith(("https://", "http://")) or (address.startswith("/") and not address.startswith("//")):
        return address
    try:
        scheme = urlsplit(address).scheme
    except ValueError as error:
        raise RowRejectedError(column, f"{address[:60]!r} is not an address") from error
    if scheme.lower() in ("http", "https"):
        return address
    raise RowRejectedError(column, f"{address[:60]!r} is not an http(s) address")


def parse_id(text: str, column: str) -> str:
    """Return an id: up to 200 printable characters.

    Raises:
        RowRejectedError: empty, too long, with control characters, or a long number that a spreadsheet has cut.
    """
    plain = text.strip()
    if not plain:
        raise RowRejectedError(column, "is empty")
    if len(plain) > 200:
        raise RowRejectedError(column, "is longer than 200 characters")
    if not plain.isprintable():
        raise RowRejectedError(column, "contains control characters")
    refuse_shortened(plain, column)
    return plain


def refuse_shortened(text: str, column: str) -> None:
    """Refuse what a spreadsheet has made of a long number: `6.90123E+12`.

    Raises:
        RowRejectedError: it is one.
    """
    if _SHORTENED.fullmatch(text):
        reason = f"{text[:40]!r} is a long number that the spreadsheet has cut; make the column text and fill it again"
        raise RowRejectedError(column, reason)


class _TextOnly(HTMLParser):
    """Collects the text of HTML, blocks apart."""

    _BLOCKS = frozenset({"p", "br", "li", "ul", "ol", "div", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
    _SILENT = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Break the line at a block; be silent within a script."""
        self._silent += tag in self._SILENT
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Break the line after a block."""
        self._silent -= tag in self._SILENT and self._silent > 0
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep text."""
        if not self._silent:
            self.parts.append(data)


def plain_text(html: str) -> str:
    """Return the text of an HTML fragment, one line a block; text without tags comes back as it is."""
    if "<" not in html and "&" not in html:
        return html.strip()
    parser = _TextOnly()
    parser.feed(html)
    parser.close()
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in "".join(parser.parts).splitlines())
    return "\n".join(line for line in lines if line)
