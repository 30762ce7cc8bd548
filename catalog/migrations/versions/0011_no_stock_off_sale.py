"""A product that is off sale has no stock."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the stock that imports of products with `active: no` have left."""
    op.execute(
        sa.text("UPDATE variants SET stock = 0 WHERE product_id IN (SELECT id FROM products WHERE active = false)")
    )


def downgrade() -> None:
    """Leave it: the next import of a changed row brings its stock."""
