"""`python -m catalog.demo`: apply the migrations; fill an empty shop with the demo shop unless SHOPKEEPER_DEMO is 0.

Where it is 0 and the demo shop is there already, the exit code is 1.
"""

import logging

from catalog.demo.builder import build_demo_shop
from catalog.demo.presence import holds_demo_shop, no_empty_shop
from catalog.errors import DatabaseUnusableError
from catalog.migrations import upgrade
from catalog.session import Database
from catalog.settings import CatalogSettings


def main() -> None:
    """Build; says what was done."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        text = _prepare()
    except DatabaseUnusableError as error:
        raise SystemExit(str(error)) from error
    logging.getLogger(__name__).info(text)


def _prepare() -> str:
    settings = CatalogSettings()
    with Database(settings.url) as database:
        if settings.demo:
            text = "the demo shop is ready" if build_demo_shop(database) else "the shop has products already"
        elif holds_demo_shop(database):
            raise SystemExit(f"SHOPKEEPER_DEMO is 0, but {no_empty_shop(database)}")
        else:
            upgrade(database)
            text = "no demo shop: SHOPKEEPER_DEMO is 0"
        database.analyse()
    return text


if __name__ == "__main__":
    main()
