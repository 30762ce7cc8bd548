"""`python -m catalog.migrations`: make the schema in an empty database, or bring an older one up to date."""

from catalog.errors import DatabaseUnusableError
from catalog.migrations import upgrade
from catalog.session import Database
from catalog.settings import CatalogSettings


def main() -> None:
    """Upgrade the database of the settings."""
    with Database(CatalogSettings().url) as database:
        try:
            upgrade(database)
        except DatabaseUnusableError as error:
            raise SystemExit(str(error)) from error
        database.analyse()


if __name__ == "__main__":
    main()
