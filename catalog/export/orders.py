"""Orders for the merchant, as CSV: one row a line of an order, in the columns that `shopkeeper import orders` reads.

The file holds names and addresses: it belongs to the shop.
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.importers.fields import currency_precision
from catalog.importers.parcel import parcel_of
from catalog.importers.record_fields import ADDRESS_FIELDS, guarded, written_moment
from catalog.models import Order
from catalog.repositories.orders import ORDER_PARTS, FulfilmentView, OrderView, view_order

COLUMNS: Final = (
    "order_number", "placed_at", "status", "customer_id", "name", "email", *ADDRESS_FIELDS, "payment_method",
    "currency", "total", "parcel", "carrier", "tracking_number", "shipped_at", "expected_at", "delivered_at",
    "product_id", "variant_id", "title", "options", "quantity", "price", "refund_amount", "refund_status",
)  # fmt: skip


def export_orders(session: Session, file: Path, *, since: datetime | None = None) -> int:
    """Write orders, the oldest first; returns how many.

    What belongs to the whole order stands in its first row only, so that a column's sum is right; of several parcels,
    each is told in the first of its rows. Each refund stands in a row of its own, from the first on.

    Args:
        session: the shop.
        file: replaced where it is there.
        since: only orders placed then or later.
    """
    query = select(Order).options(*ORDER_PARTS).order_by(Order.placed_at, Order.id)
    if since is not None:
        query = query.where(Order.placed_at >= since)
    file.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with file.open("w", encoding="utf-8-sig", newline="") as output:
        writer = csv.DictWriter(output, COLUMNS, restval="")
        writer.writeheader()
        for row in session.scalars(query.execution_options(yield_per=500)):
            writer.writerows(_rows(view_order(row)))
            count += 1
    return count


def _rows(order: OrderView) -> Iterator[dict[str, str]]:
    whole = {
        "placed_at": written_moment(order.placed_at),
        "status": str(order.status),
        "customer_id": order.customer_id or "",
        "name": order.recipient,
        "email": order.email,
        **{column: str(order.shipping_address.get(field) or "") for column, (field, _) in ADDRESS_FIELDS.items()},
        "payment_method": ", ".join(dict.fromkeys(payment.method for payment in order.payments)),
        "currency": order.currency,
        "total": _amount(order.total_minor, order.currency),
    }
    lines = [
        {
            "product_id": line.product_id,
            "variant_id": line.variant_id,
            "title": line.title,
            "options": ", ".join(str(value) for value in line.options.values()),
            "quantity": str(line.quantity),
            "price": _amount(line.price_minor, order.currency),
        }
        for line in order.lines
    ]
    rows = [*lines] or [{}]
    rows[0] |= whole
    _tell_parcels(rows, order)
    rows += [{} for _ in range(len(order.refunds) - len(rows))]
    for row, refund in zip(rows, order.refunds, strict=False):
        row["refund_amount"] = _amount(refund.amount_minor, refund.currency)
        row["refund_status"] = str(refund.status)
    for row in rows:
        yield {column: guarded(text) for column, text in {"order_number": order.number, **row}.items()}


def _tell_parcels(rows: list[dict[str, str]], order: OrderView) -> None:
    """Add an order's parcels to its rows; one that holds all lines needs no number."""
    parcels = order.fulfilments
    if not parcels or (len(parcels) == 1 and parcels[0].lines == tuple(range(len(order.lines)))):
        rows[0] |= _parcel(parcels)
        return
    for place in range(len(order.lines)):
        rows[place]["parcel"] = " ".join(str(n) for n, parcel in enumerate(parcels, start=1) if place in parcel.lines)
    for number, parcel in enumerate(parcels, start=1):
        row = next((row for row in rows if row.get("parcel", "").split(" ")[0] == str(number)), None)
        if row is None:
            row = {"parcel": str(number)}
            rows.append(row)
        row |= _parcel([parcel])


def _parcel(parcels: Sequence[FulfilmentView]) -> dict[str, str]:
    parcel = parcel_of(parcels)
    return {
        "carrier": parcel.carrier or "",
        "tracking_number": " ".join(parcel.tracking_numbers),
        "shipped_at": written_moment(parcel.shipped_at),
        "expected_at": written_moment(parcel.expected_at),
        "delivered_at": written_moment(parcel.delivered_at),
    }


def _amount(minor: int, currency: str) -> str:
    return str(Decimal(minor).scaleb(-(currency_precision(currency) or 0)))
