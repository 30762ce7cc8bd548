"""`python -m catalog.demo`: apply the migrations, and fill an empty shop with the demo shop."""

import logging

from catalog.demo.builder import build_demo_shop
from catalog.session import Database
from catalog.settings import CatalogSettings


def main() -> None:
    """Build; says what was done."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with Database(CatalogSettings().url) as database:
        built = build_demo_shop(database)
        database.analyse()
    logging.getLogger(__name__).info("the demo shop is ready" if built else "the shop has products already")


if __name__ == "__main__":
    main()
