"""The schema's history (Alembic), packaged: `upgrade(database)` works from an installed package, without a file."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from catalog.session import Database


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for this package, bound to a connection where one is given."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def current_revision(database: Database) -> str | None:
    """Return the revision that the database is at, None where it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(database: Database) -> None:
    """Bring the database to the newest revision, in one transaction; nothing happens where it is there already."""
    if is_current(database):
        return
    with database.engine.begin() as connection:
        command.upgrade(alembic_config(connection), "head")


def is_current(database: Database) -> bool:
    """Tell whether the database is at the newest revision."""
    return current_revision(database) == ScriptDirectory.from_config(alembic_config()).get_current_head()
