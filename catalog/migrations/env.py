"""Alembic's environment: runs on the connection that `catalog.migrations` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from catalog.models import Base
from catalog.models.base import UtcDateTime
from catalog.search.text_index import INDEX_TABLES


def _include(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave the text index out: its tables differ by engine and are made by hand in the migrations."""
    return not (kind == "table" and name is not None and name.startswith(INDEX_TABLES))


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=_include,
        render_item=_render,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_connection = context.config.attributes.get("connection")
if not isinstance(_connection, Connection):
    raise TypeError("run migrations by catalog.migrations.upgrade(database)")
_run(_connection)
