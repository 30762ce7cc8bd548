"""Telegram: updates, chats, one-time codes between channels."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OPEN = sa.text("done_at IS NULL")
_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "telegram_updates",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lane", sa.String(length=40), nullable=False),
        sa.Column("payload", _JSON, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=32), nullable=True),
        _moment("claimed_until"),
        _moment("received_at", nullable=False),
        _moment("done_at"),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_telegram_updates")),
    )
    op.create_index(
        "ix_telegram_updates_open",
        "telegram_updates",
        ["lane", "update_id"],
        unique=False,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_telegram_updates_done_at", "telegram_updates", ["done_at"], unique=False)
    op.create_table(
        "telegram_chats",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=120), nullable=True),
        _moment("customer_until"),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("delivered_seq", sa.Integer(), nullable=False),
        sa.Column("delivered_part", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=32), nullable=True),
        _moment("sending_until"),
        _moment("not_before"),
        sa.Column("failures", sa.Integer(), nullable=False),
        _moment("blocked_at"),
        _moment("created_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_telegram_chats_customer_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_telegram_chats")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_telegram_chats_conversation_id")),
    )
    op.create_index(op.f("ix_telegram_chats_customer_id"), "telegram_chats", ["customer_id"], unique=False)
    op.create_table(
        "channel_links",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "target", sa.Enum("telegram", "web", name="linktarget", native_enum=False, length=32), nullable=False
        ),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=120), nullable=True),
        _moment("customer_until"),
        _moment("expires_at", nullable=False),
        _moment("used_at"),
        sa.Column("used_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_channel_links_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_channel_links_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_channel_links")),
    )
    for column in ("conversation_id", "customer_id", "expires_at"):
        op.create_index(op.f(f"ix_channel_links_{column}"), "channel_links", [column], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("channel_links")
    op.drop_table("telegram_chats")
    op.drop_table("telegram_updates")
