"""The file that a policy came from."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("knowledge_documents", sa.Column("source", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it, not by a copy of the table: its passages would go with the old one."""
    op.drop_column("knowledge_documents", "source")
