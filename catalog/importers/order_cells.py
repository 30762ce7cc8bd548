"""The cells that all rows of one order share, and the words for where an order stands."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

from catalog.importers.fields import currency_code, currency_precision, refuse_shortened
from catalog.importers.outcome import RowError, RowRejectedError
from catalog.importers.record_fields import ADDRESS_FIELDS, parse_address_cell, parse_code, parse_line
from catalog.importers.text_table import TableRow
from catalog.models import FulfilmentStatus, OrderStatus
from catalog.search.segmentation import normalize

T = TypeVar("T")
S = TypeVar("S", bound=StrEnum)

_STATUS_WORDS: Final[Mapping[OrderStatus, str]] = {
    OrderStatus.PENDING: "open new received on_hold unpaid 待处理 待付款 等待买家付款 已下单",
    OrderStatus.PROCESSED: "processing paid confirmed unfulfilled 已付款 买家已付款 待发货 备货中 已确认",
    OrderStatus.SHIPPED: "sent fulfilled partially_fulfilled in_transit 已发货 卖家已发货 待收货 运输中 配送中",
    OrderStatus.DELIVERED: "completed complete 已送达 已签收 已收货 已完成 交易成功",
    OrderStatus.CANCELLED: "canceled 已取消 已关闭 交易关闭",
    OrderStatus.RETURN_REQUESTED: "退货中 退货申请中",
    OrderStatus.RETURNED: "已退货",
    OrderStatus.EXCHANGE_REQUESTED: "换货中 换货申请中",
    OrderStatus.EXCHANGED: "已换货",
}
_NOT_NUMBER = re.compile(r"[\s#]+")


def by_word(words: Mapping[S, str]) -> dict[str, S]:
    """Return the statuses by the words that mean them, their own names among these."""
    return {word: status for status, some in words.items() for word in (status.value, *some.split())}


_STATUS: Final[Mapping[str, OrderStatus]] = by_word(_STATUS_WORDS)


class OrderCells:
    """The first cell of each column that some rows of one order give; errors are gathered, so that all are told."""

    def __init__(self, rows: Sequence[TableRow], columns: frozenset[str]) -> None:
        """Take the cells of `columns`; two rows that say different things are an error."""
        self.errors: list[RowError] = []
        self._cells: dict[str, tuple[int, str]] = {}
        self._line = rows[0].line if rows else 0
        for row in rows:
            for column in columns & row.values.keys():
                line, said = self._cells.setdefault(column, (row.line, row.values[column]))
                if said != row.values[column]:
                    reason = f"{row.values[column][:40]!r} here, {said[:40]!r} in line {line}: it is one order"
                    self.errors.append(RowError(row.line, column, reason))

    def read(self, column: str, parse: Callable[[str, str], T]) -> T | None:
        """Return a column's value, None where it is empty, or where it is bad and so noted."""
        if column not in self._cells:
            return None
        line, text = self._cells[column]
        try:
            return parse(text, column)
        except RowRejectedError as error:
            self.errors.append(error.at(line))
            return None

    def refuse(self, column: str, reason: str) -> None:
        """Note that the order cannot be used."""
        line, _ = self._cells.get(column, (self._line, ""))
        if not any(error.column == column for error in self.errors):
            self.errors.append(RowError(line, column, reason))

    def address(self) -> dict[str, str]:
        """Return the fields of the address that are given, {} where none is."""
        given = {field: self.read(column, parse_address_cell) for column, (field, _) in ADDRESS_FIELDS.items()}
        return {field: text for field, text in given.items() if text is not None}


def parse_order_number(text: str, column: str) -> str:
    """Return an order number as it is kept, however it was typed: upper case, without `#` and spaces.

    Raises:
        RowRejectedError: it is empty, too long, or has control characters.
    """
    plain = _NOT_NUMBER.sub("", normalize(parse_code(text, column))).upper()
    if not plain:
        raise RowRejectedError(column, "is empty")
    if len(plain) > 39:  # one is left for the `#` of orders that have it
        raise RowRejectedError(column, "is longer than 39 characters")
    return plain


def parse_order_status(text: str, column: str) -> OrderStatus:
    """Read where an order stands, by the model's word or a shop's usual one.

    Raises:
        RowRejectedError: it is no such word.
    """
    status = _STATUS.get("_".join(text.strip().lower().replace("-", " ").replace("_", " ").split()))
    if status is None:
        raise RowRejectedError(column, f"{text[:40]!r} is unknown; use one of {', '.join(OrderStatus)}")
    return status


def parse_parcel_status(text: str, column: str) -> FulfilmentStatus:
    """Read where a parcel is.

    Raises:
        RowRejectedError: it is no such word.
    """
    try:
        return FulfilmentStatus("_".join(text.strip().lower().replace("-", " ").split()))
    except ValueError as error:
        reason = f"{text[:40]!r} is unknown; use one of {', '.join(FulfilmentStatus)}"
        raise RowRejectedError(column, reason) from error


def parse_currency(text: str, column: str) -> str:
    """Read a currency's code.

    Raises:
        RowRejectedError: there is no such currency.
    """
    code = currency_code(text)
    if currency_precision(code) is None:
        raise RowRejectedError(column, f"{text[:20]!r} is not a currency; write its code, as USD or CNY")
    return code


def parse_tracking_numbers(text: str, column: str) -> tuple[str, ...]:
    """Read tracking numbers, apart by spaces, commas or semicolons.

    Raises:
        RowRejectedError: they are too long, have control characters, or a spreadsheet has cut one.
    """
    plain = parse_line(text, column, most=400)
    for mark in ",;，；、":
        plain = plain.replace(mark, " ")
    numbers = tuple(number.removeprefix("'") for number in plain.split())
    for number in numbers:
        refuse_shortened(number, column)
    return numbers


def to_the_second(moment: datetime | None, before: datetime | None) -> datetime | None:
    """Return the moment before where a table gives none, or the same one without what is below a second."""
    if moment is None or (before is not None and before.replace(microsecond=0) == moment):
        return before
    return moment
