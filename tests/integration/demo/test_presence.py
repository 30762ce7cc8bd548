from catalog.demo.people import make_customers, write_customers
from catalog.demo.presence import holds_demo_shop
from catalog.session import Database


def test_the_demo_shop_is_told_from_an_empty_one(database: Database) -> None:
    assert not holds_demo_shop(database)
    with database.session() as session:
        write_customers(session, make_customers())
    assert holds_demo_shop(database)
