"""The merchant's policies: documents in versions, cut into passages."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import Base, UtcDateTime, utc_now


class KnowledgeDocument(Base):
    """One version of a policy in one language; older ones stay for reference.

    `current`: it is the newest revision and was not retired. `handoff`: whoever gets an answer from it is put through
    to a person too. `source`: the file's absolute path, None where it was imported before that was kept.
    """

    __tablename__ = "knowledge_documents"
    __table_args__ = (
        UniqueConstraint("slug", "language", "revision"),
        UniqueConstraint("slug", "language", "version"),
        Index("ix_knowledge_documents_current", "current", "language", "topic"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(8))
    revision: Mapped[int]
    version: Mapped[str] = mapped_column(String(60))
    topic: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(300))
    effective: Mapped[date]
    text_hash: Mapped[str] = mapped_column(String(40))
    current: Mapped[bool] = mapped_column(default=True)
    handoff: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    passages: Mapped[list["KnowledgePassage"]] = relationship(
        cascade="all, delete-orphan", order_by="KnowledgePassage.position", back_populates="document"
    )


class KnowledgePassage(Base):
    """One section of a document: what an answer quotes."""

    __tablename__ = "knowledge_passages"
    __table_args__ = (UniqueConstraint("document_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("knowledge_documents.id", ondelete="CASCADE"))
    position: Mapped[int]
    section: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(40))

    document: Mapped[KnowledgeDocument] = relationship(back_populates="passages")
