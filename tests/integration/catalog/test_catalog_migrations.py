"""The migrations make what the models say, on both engines."""

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from catalog.migrations import alembic_config, current_revision, upgrade
from catalog.models import Base
from catalog.session import Database


def test_migrations_agree_with_the_models(database: Database) -> None:
    with database.engine.begin() as connection:
        command.check(alembic_config(connection))  # raises where autogenerate would find a difference


def test_upgrade_twice_changes_nothing(database: Database) -> None:
    before = current_revision(database)
    upgrade(database)
    newest = ScriptDirectory.from_config(alembic_config()).get_heads()
    assert [current_revision(database)] == [before] == newest  # one head


def test_downgrade_removes_every_table(database: Database) -> None:
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    left = set(inspect(database.engine).get_table_names()) - {"alembic_version"}
    assert left == set()
    upgrade(database)
    assert set(Base.metadata.tables) <= set(inspect(database.engine).get_table_names())
