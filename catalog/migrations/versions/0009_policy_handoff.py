"""Policies that want a person for what they answer."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("knowledge_documents", sa.Column("handoff", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drop it, not by a copy of the table: its passages would go with the old one."""
    op.drop_column("knowledge_documents", "handoff")
