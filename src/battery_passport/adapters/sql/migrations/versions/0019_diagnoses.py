"""The newest diagnosis of each battery.

In: the tables before. Out: the table of `schema_diagnoses`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "diagnoses",
        sa.Column("battery_id", sa.String(36), primary_key=True),
        sa.Column("basis", sa.String(96), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("health_percent", sa.Float()),
        sa.Column("health_low_percent", sa.Float()),
        sa.Column("grade", sa.String(1)),
        sa.Column("document", sa.JSON(), nullable=False),
    )
    op.create_index("ix_diagnoses_grade", "diagnoses", ["grade"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_index("ix_diagnoses_grade", table_name="diagnoses")
    op.drop_table("diagnoses")
