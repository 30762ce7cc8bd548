"""Writing many rows on both engines."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import FromClause, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def upsert(
    session: Session,
    table: FromClause,
    rows: Sequence[dict[str, Any]],
    *,
    key: Sequence[str],
    update: Sequence[str],
    returning: Sequence[str] = (),
) -> list[Any]:
    """Insert rows in bulk; where `key` exists already, set the columns in `update` instead.

    Args:
        session: an open write transaction.
        table: the table.
        rows: {column: value}, the same columns in each.
        key: columns of the unique constraint.
        update: columns to set on conflict.
        returning: columns to give back for each row (the order is the engine's own).

    Returns:
        The `returning` columns of every row written.
    """
    if not rows:
        return []
    assert isinstance(table, Table)
    insert = postgresql.insert(table) if session.get_bind().dialect.name == "postgresql" else sqlite.insert(table)
    statement = insert.on_conflict_do_update(
        index_elements=list(key), set_={name: insert.excluded[name] for name in update}
    )
    if not returning:
        session.execute(statement, rows)
        return []
    result = session.execute(statement.returning(*(table.c[name] for name in returning)), rows)
    return [tuple(row) for row in result]


def insert_rows(session: Session, table: FromClause, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert plain values (text, numbers, bytes, None) in bulk, past the type conversion: twice as fast as Core.

    Args:
        session: an open write transaction.
        table: the table.
        columns: names of its columns.
        rows: values in the order of `columns`.
    """
    if not rows:
        return
    assert isinstance(table, Table)
    mark = "?" if session.get_bind().dialect.name == "sqlite" else "%s"
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({', '.join(mark for _ in columns)})"  # noqa: S608
    session.connection().exec_driver_sql(statement, list(rows))
