"""The desk: agents, and every change of a conversation's owner."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, UtcDateTime, text_enum, utc_now
from catalog.models.conversations import ConversationStatus


class Role(StrEnum):
    """What an agent may do: a supervisor sees and reassigns everybody's conversations."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"


class Agent(Base):
    """A person at the desk; `seen_at` is when their console was last heard of."""

    __tablename__ = "agents"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column(text_enum(Role), default=Role.AGENT)
    password_hash: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class OwnershipChange(Base):
    """One change of owner: the conversation's version after it, from whom to whom, why, and the agent who did it (or
    whose lease ran out), if one did."""

    __tablename__ = "ownership_changes"
    __table_args__ = (UniqueConstraint("conversation_id", "version"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    version: Mapped[int]
    before: Mapped[ConversationStatus] = mapped_column(text_enum(ConversationStatus))
    after: Mapped[ConversationStatus] = mapped_column(text_enum(ConversationStatus))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(32))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
