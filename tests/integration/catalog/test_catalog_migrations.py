"""The migrations make what the models say, on both engines."""

from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from catalog.errors import DatabaseUnusableError
from catalog.migrations import alembic_config, current_revision, is_current, upgrade
from catalog.models import Base, Variant
from catalog.repositories.product_writer import ProductWriter
from catalog.session import Database
from tests.integration.catalog.conftest import PRODUCTS, fill


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


def test_upgrade_takes_the_stock_of_products_that_are_off_sale_and_keeps_the_others(database: Database) -> None:
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0010")
    fill(database)
    with database.session() as session:
        session.execute(text("UPDATE products SET active = false WHERE merchant_id = 'sony-xm5'"))
    upgrade(database)
    with database.reading() as session:
        stock = dict(session.execute(select(Variant.merchant_id, Variant.stock)).all())
    assert (stock["xm5-black"], stock["gt4-brown-46"]) == (0, 5)
    with database.session() as session:
        assert ProductWriter(session).write(PRODUCTS).unchanged == len(PRODUCTS)


def test_database_of_a_newer_version_is_named_and_left_alone(database: Database) -> None:
    with database.engine.begin() as connection:
        present = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for use in (is_current, upgrade):
        with pytest.raises(DatabaseUnusableError, match=r"a newer version .* restore a backup"):
            use(database)
    with database.engine.begin() as connection:  # the server is another test's next
        connection.execute(text("UPDATE alembic_version SET version_num = :present"), {"present": present})


def test_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    path.write_text("these are not the tables that you are looking for\n" * 100)
    with (
        Database(f"sqlite:///{path}") as database,
        pytest.raises(DatabaseUnusableError, match="not a database") as error,
    ):
        upgrade(database)
    assert str(path) in str(error.value)
