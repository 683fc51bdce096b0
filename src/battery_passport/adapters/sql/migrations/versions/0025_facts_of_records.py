"""Only facts of records, not those of batches, are found by their digest through an index.

In: the tables before. Out: the same index without batches, which cost each of them a page.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0020"
branch_labels = None
depends_on = None

_IS_NO_BATCH = sa.text("kind <> 'batch-stored'")


def upgrade() -> None:
    """Make the index anew."""
    op.drop_index("ix_facts_digest", table_name="facts")
    op.create_index(
        "ix_facts_digest",
        "facts",
        ["digest"],
        sqlite_where=_IS_NO_BATCH,
        postgresql_where=_IS_NO_BATCH,
    )


def downgrade() -> None:
    """Have all facts in the index again."""
    op.drop_index("ix_facts_digest", table_name="facts")
    op.create_index("ix_facts_digest", "facts", ["digest"])
