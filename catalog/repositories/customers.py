"""Customers, for those who may see them: every function takes the verified customer's id."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from catalog.models import Address, Customer, PaymentKind, PaymentMethod

DEMO_MAIL = "@example.com"  # reserved for examples: no real customer has an address there


@dataclass(frozen=True, slots=True)
class AddressView:
    """A postal address."""

    line1: str
    city: str
    postal_code: str
    country: str
    line2: str | None = None
    state: str | None = None
    recipient: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentMethodView:
    """A kept way to pay."""

    payment_method_id: str
    kind: PaymentKind
    brand: str | None = None
    last_four: str | None = None
    balance_minor: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer; the first address is the default one."""

    customer_id: str
    first_name: str
    last_name: str
    email: str
    phone: str | None
    language: str
    addresses: tuple[AddressView, ...]
    payment_methods: tuple[PaymentMethodView, ...]

    @property
    def synthetic(self) -> bool:
        """Whether this is one of the demo shop's own customers, as whom anybody may sign in."""
        return self.email.endswith(DEMO_MAIL)

    @property
    def name(self) -> str:
        """Return the whole name, the family name first where it is Chinese."""
        return customer_name(self.first_name, self.last_name)


def customer_name(first_name: str, last_name: str) -> str:
    """Return a customer's whole name, the family name first where it is Chinese."""
    if any("\u4e00" <= character <= "\u9fff" for character in last_name):
        return last_name + first_name
    return f"{first_name} {last_name}".strip()


def get_customer(session: Session, customer_id: str) -> CustomerView | None:
    """Return a customer."""
    row = session.get(
        Customer,
        customer_id,
        options=(selectinload(Customer.addresses), selectinload(Customer.payment_methods)),
    )
    return _view(row) if row else None


def has_demo_customers_only(session: Session) -> bool:
    """Tell whether there are customers, and all of them the demo shop's own."""
    some = select(Customer.id).limit(1)
    real = some.where(func.coalesce(Customer.email, "").not_like(f"%{DEMO_MAIL}"))
    return session.scalar(some) is not None and session.scalar(real) is None


def list_demo_customers(session: Session, *, limit: int = 20) -> list[CustomerView]:
    """Return some of the demo shop's own customers by id, for its sign-in and for tests."""
    rows = session.scalars(
        select(Customer)
        .where(Customer.email.like(f"%{DEMO_MAIL}"))
        .options(selectinload(Customer.addresses), selectinload(Customer.payment_methods))
        .order_by(Customer.id)
        .limit(limit)
    )
    return [_view(row) for row in rows]


def _view(row: Customer) -> CustomerView:
    return CustomerView(
        customer_id=row.id,
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        phone=row.phone,
        language=row.language,
        addresses=tuple(_address(address) for address in row.addresses),
        payment_methods=tuple(_method(method) for method in row.payment_methods),
    )


def _address(row: Address) -> AddressView:
    return AddressView(
        line1=row.line1,
        city=row.city,
        postal_code=row.postal_code,
        country=row.country,
        line2=row.line2,
        state=row.state,
        recipient=row.recipient,
    )


def _method(row: PaymentMethod) -> PaymentMethodView:
    return PaymentMethodView(
        payment_method_id=row.merchant_id,
        kind=row.kind,
        brand=row.brand,
        last_four=row.last_four,
        balance_minor=row.balance_minor,
        currency=row.currency,
    )
