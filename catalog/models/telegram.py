"""Telegram: updates that have come in, chats and how far each has been told, and one-time codes between channels."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, UtcDateTime, text_enum, utc_now

_OPEN = text("done_at IS NULL")


class LinkTarget(StrEnum):
    """Where a one-time code takes a conversation."""

    TELEGRAM = "telegram"
    WEB = "web"


class TelegramUpdate(Base):
    """An update as Telegram sent it; its own number is the key, so that it is kept once.

    Updates of one `lane` (a chat) are worked on in order, one at a time. `claimed_until` is how long the turn
    `claimed_by` has it, or when it is tried again. A finished one keeps no content.
    """

    __tablename__ = "telegram_updates"
    __table_args__ = (
        Index("ix_telegram_updates_open", "lane", "update_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_telegram_updates_done_at", "done_at"),
    )

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    lane: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TelegramChat(Base):
    """A private chat and the conversation that goes on in it.

    Everything said in the conversation up to `delivered_seq` has been sent, and `delivered_part` parts of the next
    message. `session_id` is the conversation's. `customer_id` is who was signed in where the chat was linked, until
    `customer_until`.
    """

    __tablename__ = "telegram_chats"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    conversation_id: Mapped[str] = mapped_column(String(64), unique=True)
    session_id: Mapped[str] = mapped_column(String(64))
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"), index=True)
    customer_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    language: Mapped[str | None] = mapped_column(String(8))
    delivered_seq: Mapped[int] = mapped_column(default=0)
    delivered_part: Mapped[int] = mapped_column(default=0)
    sender: Mapped[str | None] = mapped_column(String(32))
    sending_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class ChannelLink(Base):
    """A one-time code that takes a conversation to another channel; only its SHA-256 is kept.

    `used_by` says which chat or session it was used for.
    """

    __tablename__ = "channel_links"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    target: Mapped[LinkTarget] = mapped_column(text_enum(LinkTarget))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    customer_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_by: Mapped[str | None] = mapped_column(String(64))
