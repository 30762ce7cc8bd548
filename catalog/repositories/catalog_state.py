"""The version counters that caches are checked against."""

from typing import Literal, cast

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from catalog.models import CatalogState

Counter = Literal["catalog_version", "vectors_version", "knowledge_version"]

_STATE = cast(Table, CatalogState.__table__).c
_READ = select(_STATE.catalog_version, _STATE.vectors_version, _STATE.knowledge_version)


def bump(session: Session, counter: Counter) -> None:
    """Count a change, so that every process drops what it has cached of it."""
    column = getattr(CatalogState, counter)
    session.execute(update(CatalogState).values({counter: column + 1}))


def versions(session: Session) -> tuple[int, int, int]:
    """Return the versions of the catalogue, the vectors and the knowledge; all 0 in a new shop."""
    row = session.execute(_READ).one_or_none()
    return (row[0], row[1], row[2]) if row else (0, 0, 0)
