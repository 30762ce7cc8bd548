"""Whether a database holds the demo shop: nobody's own shop can begin there, for nothing takes the demo out again."""

from sqlalchemy import inspect, select

from catalog.demo.people import NAMED
from catalog.models import Customer
from catalog.repositories.customers import DEMO_MAIL
from catalog.session import Database


def holds_demo_shop(database: Database) -> bool:
    """Tell whether the demo's own customers are there; False also for a database without tables."""
    addresses = [f"{customer_id}{DEMO_MAIL}" for customer_id, *_ in NAMED]
    with database.reading() as session:
        if not inspect(session.connection()).has_table(Customer.__tablename__):
            return False
        is_demo = Customer.email == Customer.id + DEMO_MAIL
        return session.scalar(select(Customer.id).where(Customer.email.in_(addresses), is_demo).limit(1)) is not None


def no_empty_shop(database: Database) -> str:
    """Return the line for whoever wants a shop without the demo in a database that holds it: what to do."""
    name = database.name
    if database.is_sqlite:
        return f"the demo shop is in {name}: choose another --data-dir for a shop without it, or remove {name}*"
    return (
        f"the demo shop is in {name}: name another database for a shop without it, or empty this one "
        "(docker compose down -v)"
    )
