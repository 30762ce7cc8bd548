"""A whole shop from one JSON file: products, customers and orders as in the tau2-bench retail database."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.errors import UnreadableFileError
from catalog.importers.fields import UNKNOWN_QUANTITY, minor_units
from catalog.importers.grouping import Found
from catalog.importers.outcome import ImportOutcome, LocatedProduct, RowError, RowRejectedError
from catalog.importers.product_import import import_products
from catalog.models import FulfilmentStatus, OrderStatus, PaymentKind, PaymentStatus, RefundStatus, Variant
from catalog.repositories.customer_writer import save_customer
from catalog.repositories.customers import AddressView, CustomerView, PaymentMethodView
from catalog.repositories.order_writer import save_order
from catalog.repositories.orders import FulfilmentView, OrderLineView, OrderView, PaymentView, RefundView
from catalog.repositories.product_records import Price, ProductRecord, VariantRecord, WriteCounts
from catalog.session import Database

_SECTIONS = ("products", "users", "orders")
_STATUS = {
    "pending": OrderStatus.PENDING,
    "pending (item modified)": OrderStatus.PENDING,
    "pending (items modified)": OrderStatus.PENDING,
    "processed": OrderStatus.PROCESSED,
    "delivered": OrderStatus.DELIVERED,
    "cancelled": OrderStatus.CANCELLED,
    "return requested": OrderStatus.RETURN_REQUESTED,
    "exchange requested": OrderStatus.EXCHANGE_REQUESTED,
}

Step = Callable[[str, int, int], None]
"""Called with the section, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class ShopOutcome:
    """What an import of a shop did, section by section."""

    products: ImportOutcome
    customers: ImportOutcome
    orders: ImportOutcome

    @property
    def sections(self) -> Mapping[str, ImportOutcome]:
        """Return the outcomes by the section's name."""
        return {"products": self.products, "customers": self.customers, "orders": self.orders}

    @property
    def exit_code(self) -> int:
        """Return 0 where all was read, 1 where something was rejected, 2 where nothing could be used."""
        if not any(outcome.read for outcome in self.sections.values()):
            return 2
        return int(any(outcome.rejected for outcome in self.sections.values()))


def import_tau2_shop(database: Database, path: Path, *, currency: str = "USD", step: Step | None = None) -> ShopOutcome:
    """Import products, then customers, then orders; each by its own id, so that a second run changes nothing.

    An entry's place within its section stands for the line in errors.

    Raises:
        UnreadableFileError: no such file, no JSON, or not of this shape.
    """
    data = _read(path)
    products = import_products(database, _products(data["products"], currency, step))
    with database.session() as session:
        customers = _import_each(session, "customers", data["users"], lambda row: _customer(row, currency), step)
    emails = {key: user.get("email", "") for key, user in data["users"].items()}
    names = {key: _full_name(user) for key, user in data["users"].items()}
    with database.session() as session:
        known = set(session.scalars(select(Variant.merchant_id)))
        orders = _import_each(
            session, "orders", data["orders"], lambda row: _order(row, currency, names, emails, known), step
        )
    database.analyse()
    return ShopOutcome(products, customers, orders)


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise UnreadableFileError(f"{path}: no JSON: {error}") from error
    if not isinstance(data, dict) or not all(isinstance(data.get(name), dict) for name in _SECTIONS):
        raise UnreadableFileError(f"{path}: an object with {', '.join(_SECTIONS)} is expected")
    return data


def _products(rows: Mapping[str, Any], currency: str, step: Step | None) -> Iterator[Found]:
    for place, row in enumerate(rows.values(), start=1):
        try:
            record = _product(row, currency)
        except RowRejectedError as error:
            yield error.at(place)
        except (KeyError, TypeError, AttributeError) as error:
            yield RowError(place, "products", f"not of the expected shape: {error!r}")
        else:
            yield LocatedProduct(place, record)
        if step is not None:
            step("products", place, len(rows))


def _product(row: Mapping[str, Any], currency: str) -> ProductRecord:
    return ProductRecord(
        product_id=row["product_id"],
        titles={"en": row["name"]},
        category_path=(row["name"],),
        variants=tuple(
            VariantRecord(
                variant_id=variant["item_id"],
                options=variant["options"],
                stock=UNKNOWN_QUANTITY if variant["available"] else 0,
                prices={currency: Price(minor_units(str(variant["price"]), "price", currency))},
            )
            for variant in row["variants"].values()
        ),
    )


def _import_each(
    session: Session,
    section: str,
    rows: Mapping[str, Any],
    save: Callable[[Mapping[str, Any]], Callable[[Session], WriteCounts]],
    step: Step | None,
) -> ImportOutcome:
    outcome = ImportOutcome()
    for place, row in enumerate(rows.values(), start=1):
        try:
            outcome.add(save(row)(session))
        except RowRejectedError as error:
            outcome.reject(error.at(place))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            outcome.reject(RowError(place, section, f"not of the expected shape: {error!r}"))
        if step is not None:
            step(section, place, len(rows))
    return outcome


def _full_name(user: Mapping[str, Any]) -> str:
    return f"{user['name']['first_name']} {user['name']['last_name']}"


def _address(row: Mapping[str, Any]) -> AddressView:
    return AddressView(
        line1=row["address1"],
        line2=row["address2"],
        city=row["city"],
        state=row["state"],
        country=row["country"],
        postal_code=row["zip"],
    )


def _customer(row: Mapping[str, Any], currency: str) -> Callable[[Session], WriteCounts]:
    methods = tuple(
        PaymentMethodView(
            payment_method_id=method["id"],
            kind=PaymentKind(method["source"]),
            brand=method.get("brand"),
            last_four=method.get("last_four"),
            balance_minor=minor_units(str(method["balance"]), "balance", currency) if "balance" in method else None,
            currency=currency if "balance" in method else None,
        )
        for method in row["payment_methods"].values()
    )
    view = CustomerView(
        customer_id=row["user_id"],
        first_name=row["name"]["first_name"],
        last_name=row["name"]["last_name"],
        email=row["email"],
        phone=None,
        language="en",
        addresses=(_address(row["address"]),),
        payment_methods=methods,
    )
    return lambda session: save_customer(session, view)


def _order(
    row: Mapping[str, Any],
    currency: str,
    names: Mapping[str, str],
    emails: Mapping[str, str],
    known_variants: set[str],
) -> Callable[[Session], WriteCounts]:
    customer_id = row["user_id"]
    if customer_id not in names:
        raise RowRejectedError("user_id", f"{customer_id!r} is no customer of this file")
    lines = tuple(
        OrderLineView(
            product_id=item["product_id"],
            variant_id=item["item_id"],
            title=item["name"],
            options=item["options"],
            quantity=1,
            price_minor=minor_units(str(item["price"]), "price", currency),
        )
        for item in row["items"]
    )
    if row["status"] not in _STATUS:
        raise RowRejectedError("status", f"{row['status']!r} is unknown")
    status = _STATUS[row["status"]]
    payments, refunds = _money(row["payment_history"], currency)
    view = OrderView(
        number=row["order_id"],
        customer_id=customer_id,
        status=status,
        currency=currency,
        total_minor=sum(line.price_minor for line in lines),
        recipient=names[customer_id],
        email=emails[customer_id],
        shipping_address=asdict(_address(row["address"])),
        placed_at=None,
        lines=lines,
        fulfilments=tuple(_fulfilments(row, lines, status)),
        payments=tuple(payments),
        refunds=tuple(refunds),
    )
    missing = {line.variant_id for line in lines} - known_variants
    return lambda session: save_order(session, view, without_variant=missing)


def _fulfilments(
    row: Mapping[str, Any], lines: tuple[OrderLineView, ...], status: OrderStatus
) -> Iterator[FulfilmentView]:
    """Match item ids with lines; where an item was ordered twice, each mention takes the next line of it."""
    free: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        free.setdefault(line.variant_id, []).append(place)
    arrived = status in (OrderStatus.DELIVERED, OrderStatus.RETURN_REQUESTED, OrderStatus.EXCHANGE_REQUESTED)
    for parcel in row["fulfillments"]:
        places = []
        for item_id in parcel["item_ids"]:
            if not free.get(item_id):
                raise RowRejectedError("fulfillments", f"item {item_id!r} is not in the order")
            places.append(free[item_id].pop(0))
        yield FulfilmentView(
            status=FulfilmentStatus.DELIVERED if arrived else FulfilmentStatus.UNKNOWN,
            carrier=None,
            tracking_numbers=tuple(parcel["tracking_id"]),
            shipped_at=None,
            expected_at=None,
            delivered_at=None,
            lines=tuple(sorted(places)),
        )


def _money(rows: list[Mapping[str, Any]], currency: str) -> tuple[list[PaymentView], list[RefundView]]:
    payments: list[PaymentView] = []
    refunds: list[RefundView] = []
    for position, row in enumerate(rows):
        amount = minor_units(str(row["amount"]), "amount", currency)
        method = row["payment_method_id"]
        if row["transaction_type"] == "payment":
            payments.append(PaymentView(position, method, amount, currency, PaymentStatus.PAID, None))
        elif row["transaction_type"] == "refund":
            refunds.append(RefundView(position, method, amount, currency, RefundStatus.PAID, None, None, None))
        else:
            raise RowRejectedError("transaction_type", f"{row['transaction_type']!r} is unknown")
    return payments, refunds
