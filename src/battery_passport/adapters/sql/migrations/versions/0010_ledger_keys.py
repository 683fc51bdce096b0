# generated: alembic autogenerate from schema_ledger_keys.py
"""Batteries on the ledger, people's keys for them, and what waits for signatures.

In: the tables up to outgoing transactions. Out: the tables of `schema_ledger_keys`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "ledger_tokens",
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("onchain_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["battery_id"], ["batteries.battery_id"]),
        sa.PrimaryKeyConstraint("battery_id"),
        sa.UniqueConstraint("onchain_key"),
    )
    op.create_table(
        "ledger_keys",
        sa.Column("key_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["battery_id"], ["batteries.battery_id"]),
        sa.PrimaryKeyConstraint("key_id"),
    )
    op.create_index("ix_ledger_keys_person", "ledger_keys", ["person_id"])
    op.create_index("ix_ledger_keys_battery", "ledger_keys", ["battery_id"])
    op.create_table(
        "ledger_requests",
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("deadline_s", sa.BigInteger(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["battery_id"], ["batteries.battery_id"]),
        sa.PrimaryKeyConstraint("request_id"),
    )
    op.create_index("ix_ledger_requests_person", "ledger_requests", ["person_id"])
    op.create_index("ix_ledger_requests_battery", "ledger_requests", ["battery_id"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("ledger_requests", "ledger_keys", "ledger_tokens"):
        op.drop_table(table)
