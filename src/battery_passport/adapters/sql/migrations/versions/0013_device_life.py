# generated: alembic autogenerate from schema_devices.py
"""The life of devices: keys and batteries over time, standing, codes, reports.

In: the tables up to the index over facts. Out: the tables of `schema_devices`; each device that is
known begins with the key and battery it has.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_DEVICE = ["device_id"], ["devices.device_id"]
_BATTERY = ["battery_id"], ["batteries.battery_id"]


def upgrade() -> None:
    """Create the tables and begin them."""
    _create_life()
    _create_codes_and_reports()
    op.execute(
        "INSERT INTO device_keys (public_key, device_id, since_ms)"
        " SELECT public_key, device_id, enrolled_at_ms FROM devices"
    )
    op.execute(
        "INSERT INTO device_fittings (device_id, battery_id, fitted_at_ms)"
        " SELECT device_id, battery_id, enrolled_at_ms FROM devices WHERE battery_id IS NOT NULL"
    )


def _create_life() -> None:
    op.create_table(
        "device_keys",
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("sealed_until_ms", sa.BigInteger()),
        sa.Column("taken_until_ms", sa.BigInteger()),
        sa.ForeignKeyConstraint(*_DEVICE),
        sa.PrimaryKeyConstraint("public_key"),
    )
    op.create_index("ix_device_keys_device", "device_keys", ["device_id"])
    op.create_table(
        "device_fittings",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("fitted_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("removed_at_ms", sa.BigInteger()),
        sa.Column("taken_until_ms", sa.BigInteger()),
        sa.ForeignKeyConstraint(*_DEVICE),
        sa.ForeignKeyConstraint(*_BATTERY),
        sa.PrimaryKeyConstraint("device_id", "battery_id", "fitted_at_ms"),
    )
    op.create_index("ix_device_fittings_battery", "device_fittings", ["battery_id"])
    op.create_table(
        "device_standings",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("broker_secret_hash", sa.Text()),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(*_DEVICE),
        sa.PrimaryKeyConstraint("device_id"),
    )
    op.create_index("ix_device_standings_standing", "device_standings", ["standing"])


def _create_codes_and_reports() -> None:
    op.create_table(
        "device_codes",
        sa.Column("handle", sa.String(length=8), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=64), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("replaces", sa.String(length=36)),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("used_by", sa.String(length=36)),
        sa.ForeignKeyConstraint(*_BATTERY),
        sa.ForeignKeyConstraint(["replaces"], ["devices.device_id"]),
        sa.ForeignKeyConstraint(["used_by"], ["devices.device_id"]),
        sa.PrimaryKeyConstraint("handle"),
    )
    op.create_index("ix_device_codes_battery", "device_codes", ["battery_id"])
    op.create_table(
        "device_reports",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("reported_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("clock_ahead_ms", sa.BigInteger()),
        sa.Column("waiting", sa.Integer()),
        sa.Column("set_aside", sa.Integer()),
        sa.Column("software", sa.String(length=64)),
        sa.ForeignKeyConstraint(*_DEVICE),
        sa.PrimaryKeyConstraint("device_id"),
    )
    op.create_table(
        "device_changes",
        sa.Column("only_row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("only_row"),
    )


def downgrade() -> None:
    """Drop the tables."""
    tables = ("changes", "reports", "codes", "standings", "fittings", "keys")
    for table in tables:
        op.drop_table(f"device_{table}")
