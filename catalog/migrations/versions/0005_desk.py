"""The desk: agents, owners of conversations and their changes."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATUS = ("bot", "queued", "human", "closed")


def _status() -> sa.Enum:
    return sa.Enum(*_STATUS, name="conversationstatus", native_enum=False, length=32)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "agents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.Enum("agent", "supervisor", name="role", native_enum=False, length=32), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.UniqueConstraint("login", name=op.f("uq_agents_login")),
    )
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("agent_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("handoff_reason", sa.String(length=32), nullable=True))
        table.create_foreign_key(op.f("fk_conversations_agent_id"), "agents", ["agent_id"], ["id"], ondelete="SET NULL")
        table.create_index(op.f("ix_conversations_agent_id"), ["agent_id"], unique=False)
    op.create_table(
        "ownership_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", _status(), nullable=False),
        sa.Column("after", _status(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_ownership_changes_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_ownership_changes_agent_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ownership_changes")),
        sa.UniqueConstraint("conversation_id", "version", name=op.f("uq_ownership_changes_conversation_id_version")),
    )


def downgrade() -> None:
    """Drop the tables and columns."""
    op.drop_table("ownership_changes")
    with op.batch_alter_table("conversations") as table:
        table.drop_index(op.f("ix_conversations_agent_id"))
        table.drop_constraint(op.f("fk_conversations_agent_id"), type_="foreignkey")
        for column in ("handoff_reason", "waiting_since", "lease_until", "agent_id", "version"):
            table.drop_column(column)
    op.drop_table("agents")
