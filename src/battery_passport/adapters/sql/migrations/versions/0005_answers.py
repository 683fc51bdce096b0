# generated: alembic autogenerate from schema_answers.py
"""Answers that programs may ask for again.

In: the tables of the consoles. Out: the table of `schema_answers`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "kept_answers",
        sa.Column("sender", sa.String(length=128), nullable=False),
        sa.Column("key_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "key_sha256"),
    )
    op.create_index("ix_kept_answers_at", "kept_answers", ["at_ms"], unique=False)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("kept_answers")
