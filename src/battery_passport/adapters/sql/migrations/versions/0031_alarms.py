"""Alarms raised while batches are read, and what the watch over them remembers.

In: the tables before. Out: the tables of `schema_alarms`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None

_UUID = sa.String(36)
_UNTOLD = sa.text("event_id IS NULL")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "alarms",
        sa.Column("battery_id", _UUID, primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("at_ms", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("cell", sa.Integer()),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.Column("batch_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("raised_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("event_id", _UUID),
    )
    op.create_index("ix_alarms_raised", "alarms", ["raised_at_ms"])
    op.create_index(
        "ix_alarms_untold",
        "alarms",
        ["battery_id"],
        sqlite_where=_UNTOLD,
        postgresql_where=_UNTOLD,
    )
    op.create_table(
        "insulation_memories",
        sa.Column("battery_id", _UUID, primary_key=True),
        sa.Column("earlier_kohm", sa.Float(), nullable=False),
        sa.Column("highest_kohm", sa.Float(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("insulation_memories")
    op.drop_table("alarms")
