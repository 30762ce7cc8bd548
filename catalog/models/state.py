"""Counters that tell the caches when what they hold is old."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base


class CatalogState(Base):
    """One row: `catalog_version` counts changes of products and categories, `vectors_version` of embeddings,
    `knowledge_version` of policies."""

    __tablename__ = "catalog_state"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    catalog_version: Mapped[int] = mapped_column(default=0)
    vectors_version: Mapped[int] = mapped_column(default=0)
    knowledge_version: Mapped[int] = mapped_column(default=0)
