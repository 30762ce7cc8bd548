"""The schema's history (Alembic), packaged: `upgrade(database)` works from an installed package, without a file."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from catalog.errors import DatabaseUnusableError
from catalog.session import Database


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for this package, bound to a connection where one is given."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def current_revision(database: Database) -> str | None:
    """Return the revision that the database is at, None where it is empty.

    Raises:
        DatabaseUnusableError: it cannot be read.
    """
    try:
        with database.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DatabaseError as error:
        raise DatabaseUnusableError(f"{database.name}: {error.orig}") from error


def upgrade(database: Database) -> None:
    """Bring the database to the newest revision, in one transaction; nothing happens where it is there already.

    Raises:
        DatabaseUnusableError: it cannot be read, or a newer version of the program has brought it further.
    """
    if is_current(database):
        return
    with database.engine.begin() as connection:
        command.upgrade(alembic_config(connection), "head")


def is_current(database: Database) -> bool:
    """Tell whether the database is at the newest revision.

    Raises:
        DatabaseUnusableError: as in `upgrade`.
    """
    revision = current_revision(database)
    known = ScriptDirectory.from_config(alembic_config())
    if revision is not None and revision not in {script.revision for script in known.walk_revisions()}:
        raise DatabaseUnusableError(
            f"{database.name}: a newer version of Shopkeeper has used this database (its tables are of version "
            f"{revision}): update the program, or restore a backup from before"
        )
    return revision == known.get_current_head()
