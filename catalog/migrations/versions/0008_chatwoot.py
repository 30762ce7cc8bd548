"""Chatwoot: conversations that are opened there."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OPEN = sa.text("is_open")


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "chatwoot_links",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("chatwoot_id", sa.BigInteger(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        _moment("opened_for"),
        sa.Column("sent_seq", sa.Integer(), nullable=False),
        sa.Column("seen_message_id", sa.BigInteger(), nullable=False),
        _moment("checked_at"),
        sa.Column("told_version", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=32), nullable=True),
        _moment("worker_until"),
        _moment("not_before"),
        sa.Column("failures", sa.Integer(), nullable=False),
        _moment("created_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_chatwoot_links_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_chatwoot_links")),
        sa.UniqueConstraint("chatwoot_id", name=op.f("uq_chatwoot_links_chatwoot_id")),
    )
    op.create_index(
        "ix_chatwoot_links_open",
        "chatwoot_links",
        ["conversation_id"],
        unique=False,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("chatwoot_links")
