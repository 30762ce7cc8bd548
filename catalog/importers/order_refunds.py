"""The refunds that a table tells of an order: one a row, in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from catalog.importers.order_cells import OrderCells, by_word
from catalog.importers.order_lines import parse_amount
from catalog.importers.outcome import RowRejectedError
from catalog.importers.text_table import TableRow
from catalog.models import RefundStatus
from catalog.repositories.orders import OrderView, RefundView

REFUND_COLUMNS: Final = frozenset({"refund_amount", "refund_status"})

_WORDS: Final[Mapping[RefundStatus, str]] = {
    RefundStatus.REQUESTED: "pending open processing 退款中 申请退款 待退款",
    RefundStatus.APPROVED: "accepted 已批准 已同意",
    RefundStatus.PAID: "refunded completed complete done 已退款 退款成功",
    RefundStatus.REFUSED: "rejected declined denied 已拒绝 退款失败",
}
_STATUS: Final[Mapping[str, RefundStatus]] = by_word(_WORDS)


def read_refunds(
    rows: Sequence[TableRow], cells: OrderCells, before: OrderView, currency: str
) -> tuple[RefundView, ...]:
    """Return an order's refunds: the first row that tells one tells the first, and so on; the others stay.

    Args:
        rows: of one order.
        cells: notes what is wrong.
        before: the order as it is known.
        currency: of the order.
    """
    refunds = list(before.refunds)
    places = [payment.position for payment in before.payments] + [refund.position for refund in before.refunds]
    place = max(places, default=-1) + 1
    method = before.payments[0].method if before.payments else ""
    for count, row in enumerate(row for row in rows if REFUND_COLUMNS & row.values.keys()):
        is_new = count >= len(refunds)
        if is_new:
            refunds.append(
                RefundView(
                    place + count - len(before.refunds), method, 0, currency, RefundStatus.REQUESTED, None, None, None
                )
            )
        try:
            refunds[count] = _changed(refunds[count], row.values, currency, is_new=is_new)
        except RowRejectedError as error:
            cells.errors.append(error.at(row.line))
    return tuple(refunds)


def _changed(refund: RefundView, values: Mapping[str, str], currency: str, *, is_new: bool) -> RefundView:
    if "refund_amount" in values:
        amount = parse_amount(values["refund_amount"], "refund_amount", currency)
        refund = replace(refund, amount_minor=amount, currency=currency)
    elif is_new:
        raise RowRejectedError("refund_amount", "is empty; say how much is paid back")
    if "refund_status" in values:
        refund = replace(refund, status=_parse_status(values["refund_status"]))
    return refund


def _parse_status(text: str) -> RefundStatus:
    status = _STATUS.get(text.strip().lower())
    if status is None:
        raise RowRejectedError("refund_status", f"{text[:40]!r} is unknown; use one of {', '.join(RefundStatus)}")
    return status
