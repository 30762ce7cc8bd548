"""Writing customers from imports."""

from sqlalchemy.orm import Session

from catalog.models import Address, Customer, PaymentMethod
from catalog.repositories.customers import CustomerView, get_customer
from catalog.repositories.product_records import WriteCounts


def save_customer(session: Session, view: CustomerView) -> WriteCounts:
    """Create or change a customer with addresses and payment methods, so that reading gives `view`."""
    existing = get_customer(session, view.customer_id)
    if existing == view:
        return WriteCounts(unchanged=1)
    row = session.get(Customer, view.customer_id) or Customer(id=view.customer_id, addresses=[], payment_methods=[])
    row.first_name = view.first_name
    row.last_name = view.last_name
    row.email = view.email
    row.phone = view.phone
    row.language = view.language
    row.addresses.clear()
    row.payment_methods.clear()
    session.add(row)
    session.flush()  # the old parts are gone before the new ones take their places
    row.addresses = [
        Address(
            position=position,
            recipient=address.recipient,
            line1=address.line1,
            line2=address.line2,
            city=address.city,
            state=address.state,
            country=address.country,
            postal_code=address.postal_code,
        )
        for position, address in enumerate(view.addresses)
    ]
    row.payment_methods = [
        PaymentMethod(
            merchant_id=method.payment_method_id,
            position=position,
            kind=method.kind,
            brand=method.brand,
            last_four=method.last_four,
            balance_minor=method.balance_minor,
            currency=method.currency,
        )
        for position, method in enumerate(view.payment_methods)
    ]
    session.flush()
    return WriteCounts(updated=1) if existing else WriteCounts(created=1)
