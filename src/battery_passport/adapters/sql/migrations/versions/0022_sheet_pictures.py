"""The points behind the pictures of diagnostic sheets.

In: the tables before. Out: the table `sheet_pictures` of `schema_diagnoses`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "sheet_pictures",
        sa.Column("battery_id", sa.String(36), primary_key=True),
        sa.Column("basis", sa.String(96), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("sheet_pictures")
