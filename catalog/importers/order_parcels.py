"""The parcels that a table tells of an order: one, or several that are numbered in the column `parcel`."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from catalog.importers.order_cells import OrderCells, parse_parcel_status, parse_tracking_numbers, to_the_second
from catalog.importers.order_lines import LINE_COLUMNS
from catalog.importers.outcome import RowError, RowRejectedError
from catalog.importers.parcel import Parcel, parcel_of, parcel_status
from catalog.importers.record_fields import parse_line, parse_moment
from catalog.importers.text_table import TableRow
from catalog.models import FulfilmentStatus, OrderStatus
from catalog.repositories.orders import FulfilmentView, OrderLineView, OrderView

PARCEL_COLUMNS: Final = frozenset(
    {"carrier", "tracking_number", "parcel_status", "shipped_at", "expected_at", "delivered_at"}
)
"""What is told of one parcel; where an order's rows number parcels, each has its own."""

_MOST: Final = 99


def names_parcels(rows: Sequence[TableRow]) -> bool:
    """Tell whether the rows of an order number its parcels."""
    return any("parcel" in row.values for row in rows)


def read_parcels(
    rows: Sequence[TableRow],
    cells: OrderCells,
    before: OrderView,
    status: OrderStatus,
    lines: Sequence[OrderLineView],
) -> tuple[FulfilmentView, ...]:
    """Return an order's parcels as the rows tell them, those from before where they tell none.

    Args:
        rows: of one order.
        cells: notes what is wrong; holds the parcel's columns where the rows number none.
        before: the order as it is known.
        status: where it stands now.
        lines: its lines now.
    """
    if names_parcels(rows):
        return _numbered(rows, cells, before, status)
    known = parcel_of(before.fulfilments)
    told, stated = _told(cells, known)
    if before.fulfilments and told == known and lines == before.lines:
        if stated is None and status is before.status:
            return before.fulfilments
        now = stated or parcel_status(status, told)
        return tuple(replace(parcel, status=now) for parcel in before.fulfilments)
    if told == Parcel() and stated is None and not before.fulfilments:
        return ()
    return (_view(told, stated or parcel_status(status, told), range(len(lines))),)


def _numbered(
    rows: Sequence[TableRow], cells: OrderCells, before: OrderView, status: OrderStatus
) -> tuple[FulfilmentView, ...]:
    """Return the parcels that the rows number; rows without the order's lines only change parcels that are known."""
    numbers = _numbers(rows, cells)
    known = dict(enumerate(before.fulfilments, start=1))
    telling = [place for place, row in enumerate(rows) if LINE_COLUMNS & row.values.keys()]
    wanted = {number for named in numbers for number in named} | (set() if telling else known.keys())
    for number in sorted(wanted):
        if not telling and number not in known:
            cells.refuse("parcel", f"parcel {number} is new; give the order's lines too, each with its parcel")
        elif number > 1 and number - 1 not in wanted:
            cells.refuse("parcel", f"there is a parcel {number}, but no parcel {number - 1}")
    parcels = []
    for number in sorted(wanted):
        own = OrderCells(
            [row for row, named in zip(rows, numbers, strict=True) if named[:1] == (number,)], PARCEL_COLUMNS
        )
        earlier = known.get(number)
        inside = tuple(line for line, place in enumerate(telling) if number in numbers[place])
        parcels.append(_parcel(own, earlier, inside if telling or earlier is None else earlier.lines, before, status))
        cells.errors.extend(own.errors)
    return tuple(parcels)


def _parcel(
    cells: OrderCells, earlier: FulfilmentView | None, lines: tuple[int, ...], before: OrderView, status: OrderStatus
) -> FulfilmentView:
    known = parcel_of((earlier,) if earlier else ())
    told, stated = _told(cells, known)
    if earlier is not None and stated is None and told == known and status is before.status:
        return replace(earlier, lines=lines)
    # of several parcels some may be on their way and others not
    derived = parcel_status(OrderStatus.PROCESSED if status is OrderStatus.SHIPPED else status, told)
    return _view(told, stated or derived, lines)


def _numbers(rows: Sequence[TableRow], cells: OrderCells) -> list[tuple[int, ...]]:
    """Return the parcels that each row names."""
    numbers = []
    for row in rows:
        try:
            numbers.append(_parcel_numbers(row.values.get("parcel", "")))
        except RowRejectedError as error:
            cells.errors.append(error.at(row.line))
            numbers.append(())
            continue
        if not numbers[-1] and PARCEL_COLUMNS & row.values.keys():
            cells.errors.append(RowError(row.line, "parcel", "is empty; say which parcel this row tells of"))
    return numbers


def _parcel_numbers(text: str) -> tuple[int, ...]:
    numbers = text.replace(",", " ").replace("，", " ").split()
    if not all(number.isdecimal() and 1 <= int(number) <= _MOST for number in numbers):
        raise RowRejectedError("parcel", f"{text[:40]!r} is not the number of a parcel: 1, 2, …")
    return tuple(map(int, numbers))


def _told(cells: OrderCells, known: Parcel) -> tuple[Parcel, FulfilmentStatus | None]:
    """Return a parcel as the cells tell it, what they leave empty as it is known; and the status that they state."""
    told = Parcel(
        carrier=cells.read("carrier", partial(parse_line, most=80)) or known.carrier,
        tracking_numbers=cells.read("tracking_number", parse_tracking_numbers) or known.tracking_numbers,
        shipped_at=to_the_second(cells.read("shipped_at", parse_moment), known.shipped_at),
        expected_at=to_the_second(cells.read("expected_at", parse_moment), known.expected_at),
        delivered_at=to_the_second(cells.read("delivered_at", parse_moment), known.delivered_at),
    )
    return told, cells.read("parcel_status", parse_parcel_status)


def _view(parcel: Parcel, status: FulfilmentStatus, lines: Sequence[int]) -> FulfilmentView:
    return FulfilmentView(
        status=status,
        carrier=parcel.carrier,
        tracking_numbers=parcel.tracking_numbers,
        shipped_at=parcel.shipped_at,
        expected_at=parcel.expected_at,
        delivered_at=parcel.delivered_at,
        lines=tuple(lines),
    )
