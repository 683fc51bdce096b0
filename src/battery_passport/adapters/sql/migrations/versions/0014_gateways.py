# generated: alembic autogenerate from schema_gateways.py
"""Gateways: chargers and their sites, bindings, sessions, what is kept aside, orders, reports.

In: the tables up to the life of devices. Out: the tables of `schema_gateways`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _create_sessions()
    _create_chargers_and_bindings()


def _create_sessions() -> None:
    op.create_table(
        "charging_orders",
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("session", sa.BigInteger(), nullable=False),
        sa.Column("charge_point", sa.String(length=48), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("power_w", sa.Float(), nullable=True),
        sa.Column("ordered_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("taken_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("answered_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(length=255), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("order_id"),
    )
    op.create_index(
        "ix_charging_orders_ordered", "charging_orders", ["ordered_at_ms"], unique=False
    )
    op.create_table(
        "charging_sessions",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("opening", sa.LargeBinary(length=32), nullable=False),
        sa.Column("charge_point", sa.String(length=48), nullable=False),
        sa.Column("transaction_id", sa.String(length=36), nullable=True),
        sa.Column("connector", sa.Integer(), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=32), nullable=True),
        sa.Column("battery_id", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("soc_ratio", sa.Float(), nullable=True),
        sa.Column("wish_power_w", sa.Float(), nullable=True),
        sa.Column("wish_soc_ratio", sa.Float(), nullable=True),
        sa.Column("set_power_w", sa.Float(), nullable=True),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint(
            "charge_point", "transaction_id", name="uq_charging_sessions_transaction"
        ),
        sa.UniqueConstraint("opening"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_charging_sessions_battery", "charging_sessions", ["battery_id"], unique=False
    )
    op.create_table(
        "charging_sites",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("power_w", sa.Float(), nullable=True),
        sa.Column("soc_ratio", sa.Float(), nullable=True),
        sa.Column("known_only", sa.Boolean(), nullable=False),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site"),
    )
    op.create_table(
        "charge_points",
        sa.Column("charge_point", sa.String(length=48), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("supply", sa.String(length=2), nullable=False),
        sa.Column("password", sa.LargeBinary(length=32), nullable=False),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("removed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.String(length=8), nullable=True),
        sa.Column("vendor", sa.String(length=64), nullable=True),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.Column("firmware", sa.String(length=64), nullable=True),
        sa.Column("seen_at_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site"],
            ["charging_sites.site"],
        ),
        sa.PrimaryKeyConstraint("charge_point"),
    )


def _create_chargers_and_bindings() -> None:
    op.create_table(
        "gateway_refusals",
        sa.Column("gateway", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=32), nullable=True),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("first_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("gateway", "source", "reason"),
    )
    op.create_table(
        "gateway_reports",
        sa.Column("gateway", sa.String(length=16), nullable=False),
        sa.Column("process", sa.String(length=36), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("reported_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("gateway", "process"),
    )
    op.create_table(
        "kept_readings",
        sa.Column("message", sa.LargeBinary(length=32), nullable=False),
        sa.Column("gateway", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=32), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("assumptions", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("message"),
    )
    op.create_index("ix_kept_readings_received", "kept_readings", ["received_at_ms"], unique=False)
    op.create_index("ix_kept_readings_subject", "kept_readings", ["subject"], unique=False)
    op.create_table(
        "gateway_accounts",
        sa.Column("gateway", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("password", sa.LargeBinary(length=32), nullable=False),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("gateway", "account"),
    )
    op.create_table(
        "gateway_bindings",
        sa.Column("binding_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("bound_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["battery_id"],
            ["batteries.battery_id"],
        ),
        sa.PrimaryKeyConstraint("binding_id"),
    )
    op.create_index("ix_gateway_bindings_battery", "gateway_bindings", ["battery_id"], unique=False)
    op.create_index(
        "ix_gateway_bindings_subject", "gateway_bindings", ["subject", "kind"], unique=False
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("ix_gateway_bindings_subject", table_name="gateway_bindings")
    op.drop_index("ix_gateway_bindings_battery", table_name="gateway_bindings")
    op.drop_table("gateway_bindings")
    op.drop_table("charge_points")
    op.drop_index("ix_kept_readings_subject", table_name="kept_readings")
    op.drop_index("ix_kept_readings_received", table_name="kept_readings")
    op.drop_table("kept_readings")
    op.drop_table("gateway_accounts")
    op.drop_table("gateway_reports")
    op.drop_table("gateway_refusals")
    op.drop_table("charging_sites")
    op.drop_index("ix_charging_sessions_battery", table_name="charging_sessions")
    op.drop_table("charging_sessions")
    op.drop_index("ix_charging_orders_ordered", table_name="charging_orders")
    op.drop_table("charging_orders")
