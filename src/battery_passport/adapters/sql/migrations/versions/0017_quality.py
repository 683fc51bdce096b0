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

# What batches that were read before tell about days, boots and devices; they were not checked.
_TAKEN_OVER = (
    """
    INSERT INTO collection_days (day, battery_id, device_id, batches, samples, backfilled)
    SELECT (b.collected_at_ms + 32400000) / 86400000, b.battery_id, b.device_id,
           count(*), sum(c.samples), 0
    FROM batches b JOIN batch_contents c ON c.digest = b.digest
    GROUP BY (b.collected_at_ms + 32400000) / 86400000, b.battery_id, b.device_id
    """,
    """
    INSERT INTO device_boots (device_id, boot_id, battery_id, first_sequence, last_sequence,
                              batches, first_received_ms, last_received_ms)
    SELECT b.device_id, b.boot_id, b.battery_id, min(b.sequence), max(b.sequence), count(*),
           min(b.received_at_ms), max(b.received_at_ms)
    FROM batches b JOIN batch_contents c ON c.digest = b.digest
    GROUP BY b.device_id, b.boot_id, b.battery_id
    """,
    """
    INSERT INTO device_states (device_id, battery_id, batches, samples, backfilled,
                               last_received_ms, last_sample_ms, skew_ms, lag_ms, memory)
    SELECT b.device_id, b.battery_id, count(*), sum(c.samples), 0,
           max(b.received_at_ms), max(c.last_ms), NULL, NULL, '{}'
    FROM batches b JOIN batch_contents c ON c.digest = b.digest
    GROUP BY b.device_id, b.battery_id
    """,
)


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
    for statement in _TAKEN_OVER:
        op.execute(statement)


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
