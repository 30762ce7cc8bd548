"""Orders of a merchant's own shop from a table (docs/import.md): one row a line of an order."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.importers.csv_customers import parse_customer_id
from catalog.importers.grouping import group_rows
from catalog.importers.order_cells import (
    OrderCells,
    parse_currency,
    parse_order_number,
    parse_order_status,
    to_the_second,
)
from catalog.importers.order_lines import LINE_COLUMNS, OrderLines, parse_amount
from catalog.importers.order_parcels import PARCEL_COLUMNS, names_parcels, read_parcels
from catalog.importers.order_refunds import REFUND_COLUMNS, read_refunds
from catalog.importers.outcome import ImportOutcome, RowError, RowRejectedError
from catalog.importers.record_fields import ADDRESS_HEADERS, parse_email, parse_line, parse_moment
from catalog.importers.table_import import Progress, RowsRejectedError, import_rows, named_as_in_the_file, read_rows
from catalog.importers.text_table import TableRow
from catalog.models import Customer, Order, OrderStatus
from catalog.repositories.customers import AddressView, CustomerView, get_customer
from catalog.repositories.order_writer import save_order
from catalog.repositories.orders import ORDER_PARTS, OrderView, view_order
from catalog.repositories.product_records import WriteCounts
from catalog.session import Database

HEADERS: Final[Mapping[str, str]] = {
    "order_number": "order_number order_id order number order_no 订单号 订单编号 单号",
    "customer_id": "customer_id user_id 客户编号 客户id 会员编号 用户编号",
    "placed_at": "placed_at ordered_at order_date created_at date 下单时间 下单日期 创建时间",
    "status": "status order_status 状态 订单状态",
    "name": "name recipient shipping_name 收货人 收件人 姓名",
    "email": "email e_mail mail 邮箱 电子邮箱",
    **ADDRESS_HEADERS,
    "currency": "currency 币种 货币",
    "total": "total order_total 合计 总价 订单金额 总金额",
    "parcel": "parcel parcel_number shipment package 包裹 包裹号 包裹编号",
    "carrier": "carrier shipping_company 快递公司 物流公司 快递",
    "tracking_number": "tracking_number tracking_numbers tracking tracking_id 快递单号 物流单号 运单号",
    "parcel_status": "parcel_status shipment_status 包裹状态 物流状态",
    "shipped_at": "shipped_at ship_date fulfilled_at 发货时间 发货日期",
    "expected_at": "expected_at expected_delivery 预计送达 预计到达",
    "delivered_at": "delivered_at delivery_date 送达时间 签收时间 收货时间",
    "product_id": "product_id item_id 商品编号 商品编码 商品id",
    "variant_id": "variant_id merchant_id 规格编号 规格id",
    "title": "title product_name item_name 商品名称 商品标题",
    "quantity": "quantity qty 数量",
    "price": "price unit_price item_price 单价 价格",
    "refund_amount": "refund_amount refund refunded_amount 退款金额 退款",
    "refund_status": "refund_status 退款状态",
}
"""Documented column: every header that is read as it."""

_ORDER_COLUMNS: Final = frozenset(HEADERS) - LINE_COLUMNS - REFUND_COLUMNS - {"order_number", "parcel"}
_NO_ADDRESS: Final = AddressView("", "", "", "")


def import_orders(
    database: Database, path: Path, *, currency: str = "USD", progress: Progress | None = None
) -> ImportOutcome:
    """Create orders, or change those that are there; what a file leaves empty stays as it is.

    An order with one bad row is left out whole. Orders are customers': one never passes from a customer to another.

    Args:
        database: the shop's.
        path: the file.
        currency: of orders that name none.
        progress: told how far the second reading is.

    Raises:
        UnreadableFileError: the file cannot be read, or has no column for the order's number.
    """
    writer = _OrderWriter(currency)
    return named_as_in_the_file(import_rows(database, _grouped(path, progress), writer.save), path, HEADERS)


def _grouped(path: Path, progress: Progress | None) -> Iterator[list[TableRow] | RowError]:
    """Yield the rows of each order together, wherever they stand."""
    first = read_rows(path, HEADERS, (("order_number",),))
    sizes = Counter(number for row in first if isinstance(row, TableRow) and (number := _number(row)))
    errors: list[RowError] = []

    def good_rows() -> Iterator[TableRow]:
        for row in read_rows(path, HEADERS, (("order_number",),), progress=progress):
            if isinstance(row, RowError):
                errors.append(row)
            else:
                yield row

    for rows in group_rows(good_rows(), _number, sizes):
        yield from errors
        errors.clear()
        yield rows
    yield from errors


def _number(row: TableRow) -> str | None:
    try:
        return parse_order_number(row.values.get("order_number", ""), "order_number")
    except RowRejectedError:
        return None


class _OrderWriter:
    """Writes one order after another; what the shop sells is remembered between them."""

    def __init__(self, currency: str) -> None:
        self._currency = currency.upper()
        self._lines = OrderLines()
        self._by_email: dict[str, str] | None = None

    def save(self, session: Session, rows: list[TableRow]) -> WriteCounts:
        """Write the order that the rows make.

        Raises:
            RowsRejectedError: it cannot be used.
        """
        try:
            number = parse_order_number(rows[0].values.get("order_number", ""), "order_number")
        except RowRejectedError as error:
            raise RowsRejectedError(error.at(rows[0].line)) from error
        row = session.scalar(select(Order).where(Order.number.in_((number, f"#{number}"))).options(*ORDER_PARTS))
        before = view_order(row) if row is not None else None
        cells = OrderCells(rows, _ORDER_COLUMNS - PARCEL_COLUMNS if names_parcels(rows) else _ORDER_COLUMNS)
        order = self._order(session, cells, rows, before or _nothing(number, self._currency), is_new=before is None)
        if cells.errors:
            raise RowsRejectedError(*cells.errors)
        return save_order(session, order)

    def _order(
        self, session: Session, cells: OrderCells, rows: Sequence[TableRow], before: OrderView, *, is_new: bool
    ) -> OrderView:
        """Return the order as it is with the file; what is wrong is noted in `cells`."""
        customer = self._customer(session, cells, before, is_new=is_new)
        status = cells.read("status", parse_order_status)
        if status is None and is_new:
            cells.refuse("status", f"is empty; use one of {', '.join(OrderStatus)}")
        status = status or before.status
        currency = cells.read("currency", parse_currency) or before.currency
        language = customer.language if customer else "en"
        lines = self._lines.read(session, rows, cells, before, currency=currency, language=language)
        total = cells.read("total", partial(parse_amount, currency=currency))
        if total is None:
            unchanged = lines == before.lines and not is_new
            total = before.total_minor if unchanged else sum(line.quantity * line.price_minor for line in lines)
        return replace(
            before,
            customer_id=customer.customer_id if customer else before.customer_id,
            status=status,
            currency=currency,
            total_minor=total,
            recipient=cells.read("name", parse_line) or before.recipient or (customer.name if customer else ""),
            email=cells.read("email", parse_email) or before.email or (customer.email if customer else ""),
            shipping_address=_address(before.shipping_address, cells.address(), customer),
            placed_at=to_the_second(cells.read("placed_at", parse_moment), before.placed_at),
            lines=lines,
            fulfilments=read_parcels(rows, cells, before, status, lines),
            refunds=read_refunds(rows, cells, before, currency),
        )

    def _customer(self, session: Session, cells: OrderCells, before: OrderView, *, is_new: bool) -> CustomerView | None:
        """Return whose order it is; an order that is a customer's is not given to another one."""
        named = cells.read("customer_id", parse_customer_id)
        if named is None and is_new:
            named = self._owner_of(session, cells.read("email", parse_email))
        if named is None:
            if is_new:
                reason = (
                    "is empty, and the e-mail address is not one customer's; an order is shown to its customer only"
                )
                cells.refuse("customer_id", f"{reason}: name one, or leave it out")
            return get_customer(session, before.customer_id) if before.customer_id else None
        if before.customer_id not in (None, named):
            cells.refuse(
                "customer_id", f"the order {before.number} is another customer's; look up whose, or its number"
            )
            return None
        customer = get_customer(session, named)
        if customer is None:
            cells.refuse("customer_id", f"{named!r} is no customer; import the customers first")
        return customer

    def _owner_of(self, session: Session, email: str | None) -> str | None:
        """Return the customer whose address it is, None where it is nobody's, or several customers'."""
        if email is None:
            return None
        if self._by_email is None:
            rows = session.execute(
                select(func.lower(Customer.email), func.min(Customer.id), func.count()).group_by(
                    func.lower(Customer.email)
                )
            )
            self._by_email = {address: customer_id for address, customer_id, customers in rows if customers == 1}
        return self._by_email.get(email.lower())


def _nothing(number: str, currency: str) -> OrderView:
    """Return a new order before anything is known of it."""
    return OrderView(number, None, OrderStatus.PENDING, currency, 0, "", "", {}, None, (), (), (), ())


def _address(before: Mapping[str, Any], given: Mapping[str, Any], customer: CustomerView | None) -> Mapping[str, Any]:
    """Return where the order goes: what the file gives over what was known, else the customer's own address."""
    if given:
        return {**(before or asdict(_NO_ADDRESS)), **given}
    if before or customer is None or not customer.addresses:
        return before
    return asdict(customer.addresses[0])
