"""Chatwoot: which conversation of ours is which one there, and how far it has been told."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, UtcDateTime, utc_now

_OPEN = text("is_open")


class ChatwootLink(Base):
    """A conversation that has been opened in Chatwoot, or is to be.

    `chatwoot_id` is its number there, `contact_id` the contact's. While `is_open`, everything said up to `sent_seq` is
    there; `opened_for` is the `waiting_since` of the visit to the desk for which it was opened. `checked_at` is when
    Chatwoot was last asked how it stands; agents' messages up to `seen_message_id` were looked at then. `told_version`
    is the version of the conversation for which the shopper was told that the team cannot be reached.
    """

    __tablename__ = "chatwoot_links"
    __table_args__ = (Index("ix_chatwoot_links_open", "conversation_id", sqlite_where=_OPEN, postgresql_where=_OPEN),)

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    contact_id: Mapped[int | None] = mapped_column(BigInteger)
    chatwoot_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    is_open: Mapped[bool] = mapped_column(Boolean, default=False)
    opened_for: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_seq: Mapped[int] = mapped_column(default=0)
    seen_message_id: Mapped[int] = mapped_column(BigInteger, default=0)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_version: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(32))
    worker_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
