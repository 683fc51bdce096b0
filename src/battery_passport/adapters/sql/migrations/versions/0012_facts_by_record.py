"""Facts are found by the record that they announced.

In: the tables up to the registry of passports. Out: an index over facts that name a record.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NAMED = sa.text("record_id IS NOT NULL")


def upgrade() -> None:
    """Create the index."""
    op.create_index(
        "ix_facts_record",
        "facts",
        ["record_id"],
        sqlite_where=_NAMED,
        postgresql_where=_NAMED,
    )


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_facts_record", table_name="facts")
