"""The desk at work: away marks, ended sign-ins, notes, reading marks, corrections, and ways to the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _conversation(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f(name), ondelete="CASCADE")


def _agent(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f(name), ondelete="SET NULL")


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    """Create the tables, columns and indexes."""
    with op.batch_alter_table("agents") as table:
        table.add_column(sa.Column("away", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("credential_version", sa.Integer(), nullable=False, server_default="1"))
    op.create_index(op.f("ix_conversations_status_waiting_since"), "conversations", ["status", "waiting_since"])
    op.create_index(op.f("ix_ownership_changes_changed_at"), "ownership_changes", ["changed_at"])
    op.create_table(
        "desk_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        _moment("created_at"),
        _conversation("fk_desk_notes_conversation_id"),
        _agent("fk_desk_notes_agent_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_notes")),
    )
    op.create_index(op.f("ix_desk_notes_conversation_id"), "desk_notes", ["conversation_id"])
    op.create_table(
        "desk_reads",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        _conversation("fk_desk_reads_conversation_id"),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_desk_reads")),
    )
    op.create_table(
        "desk_corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("shopper_text", sa.Text(), nullable=False),
        sa.Column("guessed_intent", sa.String(length=64), nullable=True),
        sa.Column("intent", sa.String(length=64), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        _moment("created_at"),
        _conversation("fk_desk_corrections_conversation_id"),
        _agent("fk_desk_corrections_agent_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_corrections")),
        sa.UniqueConstraint("conversation_id", "seq", name=op.f("uq_desk_corrections_conversation_id_seq")),
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("desk_corrections", "desk_reads", "desk_notes"):
        op.drop_table(name)
    op.drop_index(op.f("ix_ownership_changes_changed_at"), "ownership_changes")
    op.drop_index(op.f("ix_conversations_status_waiting_since"), "conversations")
    with op.batch_alter_table("agents") as table:
        table.drop_column("credential_version")
        table.drop_column("away")
