"""`python -m catalog.demo`: apply the migrations; fill an empty shop with the demo shop unless SHOPKEEPER_DEMO is 0."""

import logging

from catalog.demo.builder import build_demo_shop
from catalog.migrations import upgrade
from catalog.session import Database
from catalog.settings import CatalogSettings


def main() -> None:
    """Build; says what was done."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    settings = CatalogSettings()
    with Database(settings.url) as database:
        if settings.demo:
            text = "the demo shop is ready" if build_demo_shop(database) else "the shop has products already"
        else:
            upgrade(database)
            text = "no demo shop: SHOPKEEPER_DEMO is 0"
        database.analyse()
    logging.getLogger(__name__).info(text)


if __name__ == "__main__":
    main()
