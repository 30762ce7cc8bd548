"""Google Merchant product data, as TSV rows or XML items with the same attribute names.

Source:
    The attributes of Google's product data specification: id, title, description, link, image_link, price
    ("199.00 USD"), sale_price, availability, brand, google_product_category, product_type, color, size, material,
    item_group_id.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from catalog.errors import UnreadableFileError
from catalog.importers.outcome import RowError, RowRejectedError
from catalog.importers.record_fields import parse_moment
from catalog.importers.text_table import TableRow

_RENAMED = {
    "id": "merchant_id",
    "link": "url",
    "image_link": "image_url",
    "item_group_id": "group_id",
    "availability": "stock",
    "product_type": "category",
    "pattern": "option_pattern",
}
ATTRIBUTES = {column: attribute for attribute, column in _RENAMED.items()}
"""Column of `CsvProducts`: the feed's attribute, where that is called otherwise."""

_QUANTITIES = ("quantity", "sell_on_google_quantity", "inventory")
_DROPPED = frozenset(
    {"google_product_category", "sale_price", "sale_price_effective_date", *_QUANTITIES, "additional_image_link",
     "mobile_link", "canonical_link", "ads_redirect", "lifestyle_image_link", "cost_of_goods_sold",
     "auto_pricing_min_price", "maximum_retail_price", "promotion_id", "identifier_exists", "is_bundle", "adult",
     "pause", "external_seller_id", "shopping_ads_excluded_country", "included_destination", "excluded_destination",
     "min_handling_time", "max_handling_time", "transit_time_label", "return_policy_label", "certification"}
)  # fmt: skip
"""Attributes for Google's own use, or of the merchant's costs: no shopper is told them."""

_DROPPED_KINDS = ("custom_label_", "shipping", "tax", "display_ads_", "loyalty_program", "subscription_cost")
_CHUNK = 65_536
_MOST_CHARACTERS = 200_000
_ITEMS = frozenset({"item", "entry"})
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.:-]+)[\"']")
_READ_BY_EXPAT = frozenset({"utf-8", "utf-16", "ascii", "iso8859-1"})
_WIDER = {"gbk": "gb18030", "gb2312": "gb18030"}
_REPAIR = "fetch the feed again, whole, or correct this place, and import it again"


def google_row(row: TableRow, language: str) -> TableRow | RowError:
    """Return an item under the column names of `CsvProducts`; a sale price is the price, the price what it was.

    A sale counts while its dates say so, at the time of the import; dates that cannot be read make the item an error.
    """
    try:
        return _renamed(row, language)
    except RowRejectedError as error:
        return error.at(row.line)


def _renamed(row: TableRow, language: str) -> TableRow:
    given = {attribute_name(name): value for name, value in row.values.items()}
    values = {
        _RENAMED.get(name, name): value
        for name, value in given.items()
        if name not in _DROPPED and not name.startswith(_DROPPED_KINDS)
    }
    category = given.get("google_product_category", "")
    if (
        category and "category" not in values and not category.isdigit()
    ):  # a number of Google's list says nothing to a shopper
        values["category"] = category
    if "sale_price" in given and "price" in given and _is_now(given.get("sale_price_effective_date")):
        values["price"], values["compare_at_price"] = given["sale_price"], given["price"]
    for name in _QUANTITIES:
        if name in given and "out" not in given.get("availability", ""):
            values["stock"] = given[name]
    if language == "zh":
        for name in ("title", "description"):
            if name in values:
                values[f"{name}_zh"] = values.pop(name)
    return TableRow(row.line, values)


def _is_now(period: str | None) -> bool:
    """Tell whether a period such as `2026-11-20T00:00+0100/2026-11-30T23:59+0100` has begun and not ended.

    Raises:
        RowRejectedError: it is none.
    """
    if period is None:
        return True
    column = "sale_price_effective_date"
    begin, _, end = period.partition("/")
    return parse_moment(begin, column) <= datetime.now(UTC) <= parse_moment(end, column)


def attribute_name(header: str) -> str:
    """Return the attribute that a column holds: `image_link` for `Image link` and for `g:image_link`."""
    return re.sub(r"\s+", "_", header.strip().lower()).removeprefix("g:")


def read_items(file: BinaryIO, path: Path) -> Iterator[TableRow | RowError]:
    """Yield the items of an XML feed (RSS `item` or Atom `entry`), one at a time.

    A document type is refused, so no entity can be declared: neither external files nor entity bombs. Where the feed
    is cut off or broken below some items, they are followed by an error that names the place.

    Raises:
        UnreadableFileError: it is no XML or breaks off before an item ends, or it declares a document type or an
            encoding that nobody knows.
    """
    items = _Items(path)
    chunk = file.read(_CHUNK)
    decoded = _decoder(chunk, path)
    try:
        while chunk:
            items.parser.Parse(decoded(chunk), False)
            yield from items.take()
            chunk = file.read(_CHUNK)
        items.parser.Parse(b"", True)
        yield from items.take()
    except expat.ExpatError as error:
        if items.last is None:
            raise UnreadableFileError(f"{path}: not well-formed XML: {error}; {_REPAIR}") from error
        yield from items.take()
        yield RowError(error.lineno, "row", _break(error, items.last))


def _decoder(start: bytes, path: Path) -> Callable[[bytes], bytes | str]:
    """Return what makes the bytes of a feed readable to expat, by the encoding that its first line declares."""
    declared = _DECLARED.match(start)
    name = declared[1].decode() if declared else "utf-8"
    try:
        "".encode(name)
    except LookupError as error:
        raise UnreadableFileError(f"{path}:1: nobody knows the encoding {name!r}; save the feed as UTF-8") from error
    codec = codecs.lookup(name)
    if codec.name in _READ_BY_EXPAT:
        return bytes
    return codecs.getincrementaldecoder(_WIDER.get(codec.name, codec.name))("replace").decode


def _break(error: expat.ExpatError, last: TableRow) -> str:
    item = f"item {last.values['id']!r}" if "id" in last.values else f"the item of line {last.line}"
    return (
        f"column {error.offset + 1}, after {item}: the XML is cut off or broken ({expat.ErrorString(error.code)}) "
        f"and not read from here on; {_REPAIR}"
    )


class _Items:
    """Collects the children of items while the parser runs."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ready: list[TableRow] = []
        self.last: TableRow | None = None
        self._line = 0
        self._depth = 0
        self._item_depth: int | None = None
        self._name = ""
        self._text: list[str] = []
        self._values: dict[str, str] = {}
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype

    def take(self) -> list[TableRow]:
        """Return the items that are complete."""
        ready, self._ready = self._ready, []
        return ready

    def _refuse_doctype(self, *_: Any) -> None:
        raise UnreadableFileError(f"{self._path}: a feed with a document type (DOCTYPE) is not read")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        name = tag.rsplit(" ", 1)[-1]
        if self._item_depth is None and name in _ITEMS:
            self._item_depth, self._line, self._values = self._depth, self.parser.CurrentLineNumber, {}
        elif self._item_depth is not None and self._depth == self._item_depth + 1:
            self._name, self._text = name, []
            if name == "link" and "href" in attributes:
                self._text.append(attributes["href"])

    def _characters(self, data: str) -> None:
        if self._item_depth is not None and sum(map(len, self._text)) < _MOST_CHARACTERS:
            self._text.append(data)

    def _end(self, _tag: str) -> None:
        if self._item_depth == self._depth:
            self._item_depth = None
            self.last = TableRow(self._line, self._values)
            self._ready.append(self.last)
        elif self._item_depth is not None and self._depth == self._item_depth + 1:
            text = "".join(self._text).strip()
            if text:
                self._values.setdefault(self._name, text)
        self._depth -= 1
