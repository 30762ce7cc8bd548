"""The desk: agents, every change of a conversation's owner, notes, reading marks, and what agents correct."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, UtcDateTime, text_enum, utc_now
from catalog.models.conversations import ConversationStatus


class Role(StrEnum):
    """What an agent may do: a supervisor sees and reassigns everybody's conversations."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"


class Agent(Base):
    """A person at the desk; `seen_at` is when their console was last heard of, `away` that they take nothing now.

    `credential_version` counts what ends all sign-ins: a new password, being disabled.
    """

    __tablename__ = "agents"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column(text_enum(Role), default=Role.AGENT)
    password_hash: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    away: Mapped[bool] = mapped_column(Boolean, default=False)
    credential_version: Mapped[int] = mapped_column(default=1)
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
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)


class DeskNote(Base):
    """What agents write to each other about a conversation; shoppers never see it."""

    __tablename__ = "desk_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class DeskRead(Base):
    """How far the desk has read a conversation: everything up to `seq`."""

    __tablename__ = "desk_reads"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int]


class DeskCorrection(Base):
    """An agent's word on an answer of the bot: what the shopper wanted (`intent`) or the right `answer`.

    `shopper_text` is what the answer was to, `guessed_intent` what the bot took it for; `seq` is the answer's.
    """

    __tablename__ = "desk_corrections"
    __table_args__ = (UniqueConstraint("conversation_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    seq: Mapped[int]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="SET NULL"))
    language: Mapped[str] = mapped_column(String(8))
    shopper_text: Mapped[str] = mapped_column(Text)
    guessed_intent: Mapped[str | None] = mapped_column(String(64))
    intent: Mapped[str | None] = mapped_column(String(64))
    answer: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
