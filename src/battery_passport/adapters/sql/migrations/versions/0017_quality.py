"""Findings about measurements, how devices do, days of collection, districts of cars.

In: the tables before. Out: the tables of `schema_quality`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0014"
branch_labels = None
depends_on = None

_UUID = sa.String(36)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "quality_findings",
        sa.Column("battery_id", _UUID, primary_key=True),
        sa.Column("device_id", _UUID, primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("column_name", sa.String(64), primary_key=True),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("batches", sa.BigInteger(), nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "device_states",
        sa.Column("device_id", _UUID, primary_key=True),
        sa.Column("battery_id", _UUID, primary_key=True),
        sa.Column("batches", sa.BigInteger(), nullable=False),
        sa.Column("samples", sa.BigInteger(), nullable=False),
        sa.Column("backfilled", sa.BigInteger(), nullable=False),
        sa.Column("last_received_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_sample_ms", sa.BigInteger()),
        sa.Column("skew_ms", sa.BigInteger()),
        sa.Column("lag_ms", sa.BigInteger()),
        sa.Column("memory", sa.JSON(), nullable=False),
    )
    op.create_index("ix_device_states_battery", "device_states", ["battery_id"])
    op.create_table(
        "device_boots",
        sa.Column("device_id", _UUID, primary_key=True),
        sa.Column("boot_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("battery_id", _UUID, primary_key=True),
        sa.Column("first_sequence", sa.BigInteger(), nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), nullable=False),
        sa.Column("batches", sa.BigInteger(), nullable=False),
        sa.Column("first_received_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_received_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "collection_days",
        sa.Column("day", sa.Integer(), primary_key=True),
        sa.Column("battery_id", _UUID, primary_key=True),
        sa.Column("device_id", _UUID, primary_key=True),
        sa.Column("batches", sa.BigInteger(), nullable=False),
        sa.Column("samples", sa.BigInteger(), nullable=False),
        sa.Column("backfilled", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "battery_districts",
        sa.Column("battery_id", _UUID, primary_key=True),
        sa.Column("district", sa.String(16), nullable=False),
    )
    op.create_index("ix_battery_districts_district", "battery_districts", ["district"])


def downgrade() -> None:
    """Drop the tables."""
    for name in (
        "battery_districts",
        "collection_days",
        "device_boots",
        "device_states",
        "quality_findings",
    ):
        op.drop_table(name)
