"""Keys by which inspection bodies sign what they measured.

In: the tables before. Out: the table of `schema_inspection`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "inspection_keys",
        sa.Column("key_id", sa.String(64), primary_key=True),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("jwk", sa.JSON(), nullable=False),
        sa.Column("kept_here", sa.Boolean(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger()),
    )
    op.create_index("ix_inspection_keys_organisation", "inspection_keys", ["organisation_id"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_index("ix_inspection_keys_organisation", table_name="inspection_keys")
    op.drop_table("inspection_keys")
