"""The few batches that cannot be read are found among millions that can.

In: the tables up to the facts of records. Out: an index over batches whose contents are an error.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_UNREADABLE = sa.text("error IS NOT NULL")


def upgrade() -> None:
    """Create the index."""
    op.create_index(
        "ix_batch_contents_unreadable",
        "batch_contents",
        ["battery_id"],
        sqlite_where=_UNREADABLE,
        postgresql_where=_UNREADABLE,
    )


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_batch_contents_unreadable", table_name="batch_contents")
