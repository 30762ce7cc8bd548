"""A small shop in a fresh database."""

from catalog.migrations import upgrade
from catalog.models import Customer
from catalog.repositories.categories import save_categories
from catalog.repositories.product_records import CategoryRecord, Price, ProductRecord, VariantRecord
from catalog.repositories.product_writer import ProductWriter
from catalog.session import Database

EVIL = '<script>alert("x")</script>'
CATEGORIES = (
    CategoryRecord("electronics", {"en": "Electronics", "zh": "电子产品"}),
    CategoryRecord("smartwatches", {"en": "Smartwatches", "zh": "智能手表"}, parent_slug="electronics"),
    CategoryRecord("kettles", {"en": "Kettles", "zh": "电水壶"}, parent_slug="electronics"),
)


def watch(number: int, title: str | None = None) -> ProductRecord:
    """Return a watch in two colours, one of them dearer, in dollars and yuan."""
    return ProductRecord(
        product_id=f"watch-{number}",
        titles={"en": title or f"Watch {number}", "zh": f"{number}号智能手表"},
        descriptions={"en": f"A watch. {EVIL}", "zh": "一块手表。"},
        category_slug="smartwatches",
        brand="Tick & Tock",
        attributes={"gps": True, "straps": ["leather", "steel"], "battery": {"en": "2 days", "zh": "2天"}},
        images=("/images/watch.svg",),
        url=f"/products/watch-{number}",
        rating=4.5,
        rating_count=number,
        variants=(
            VariantRecord(
                f"watch-{number}-1", {"USD": Price(19900, 24900), "CNY": Price(149900)}, {"color": "black"}, 5
            ),
            VariantRecord(f"watch-{number}-2", {"USD": Price(20900), "CNY": Price(159900)}, {"color": "pink"}, 0),
        ),
    )


def fill(database: Database, watches: int = 30) -> None:
    """Write the categories, watches, one kettle with a hostile title, and two customers."""
    upgrade(database)
    kettle = ProductRecord(
        product_id="kettle-1",
        titles={"en": f"Kettle {EVIL}"},
        category_slug="kettles",
        variants=(VariantRecord("kettle-1", {"USD": Price(2500)}, {}, 3),),
    )
    with database.session() as session:
        save_categories(session, CATEGORIES)
        ProductWriter(session).write([*(watch(n) for n in range(1, watches + 1)), kettle])
        session.add(Customer(id="c1", first_name="Mia", last_name="Chen", email="mia@example.com"))
        session.add(Customer(id="c2", first_name="磊", last_name="王", email="lei@example.com", language="zh"))
