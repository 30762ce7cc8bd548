"""The parcels of an order as one row of a table tells them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalog.models import FulfilmentStatus, OrderStatus
from catalog.repositories.orders import FulfilmentView

_ARRIVED: Final = frozenset(
    {OrderStatus.DELIVERED, OrderStatus.RETURN_REQUESTED, OrderStatus.EXCHANGE_REQUESTED, OrderStatus.EXCHANGED}
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a table tells of how an order is sent."""

    carrier: str | None = None
    tracking_numbers: tuple[str, ...] = ()
    shipped_at: datetime | None = None
    expected_at: datetime | None = None
    delivered_at: datetime | None = None


def parcel_of(parcels: Sequence[FulfilmentView]) -> Parcel:
    """Put an order's parcels into one: delivered when the last of them is."""
    delivered = [parcel.delivered_at for parcel in parcels if parcel.delivered_at is not None]
    return Parcel(
        carrier=next((parcel.carrier for parcel in parcels if parcel.carrier), None),
        tracking_numbers=tuple(number for parcel in parcels for number in parcel.tracking_numbers),
        shipped_at=min((parcel.shipped_at for parcel in parcels if parcel.shipped_at), default=None),
        expected_at=max((parcel.expected_at for parcel in parcels if parcel.expected_at), default=None),
        delivered_at=max(delivered) if delivered and len(delivered) == len(parcels) else None,
    )


def parcel_status(status: OrderStatus, parcel: Parcel) -> FulfilmentStatus:
    """Return where a parcel is by where its order stands and what is known of it."""
    if status is OrderStatus.RETURNED:
        return FulfilmentStatus.RETURNED
    if status in _ARRIVED or parcel.delivered_at is not None:
        return FulfilmentStatus.DELIVERED
    if status is OrderStatus.CANCELLED:
        return FulfilmentStatus.UNKNOWN
    if status is OrderStatus.SHIPPED or parcel.shipped_at is not None or parcel.tracking_numbers:
        return FulfilmentStatus.IN_TRANSIT
    return FulfilmentStatus.PREPARING
