# generated: alembic autogenerate from schema_onchain.py
"""Passport versions on their way into the ledger's registry.

In: the tables up to people's keys. Out: the tables of `schema_onchain`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "issued_batches",
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("prepared_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("batch_number", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("root"),
    )
    op.create_table(
        "issued_leaves",
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=True),
        sa.Column("credential_id", sa.String(length=36), nullable=True),
        sa.Column("onchain_key", sa.LargeBinary(length=32), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("commitment_salt", sa.LargeBinary(length=32), nullable=True),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=True),
        sa.Column("predecessors", sa.LargeBinary(), nullable=True),
        sa.Column("evidence_salt", sa.LargeBinary(length=32), nullable=True),
        sa.Column("evidence", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(["root"], ["issued_batches.root"]),
        sa.PrimaryKeyConstraint("root", "leaf_index"),
        sa.UniqueConstraint("credential_id"),
    )
    op.create_index("ix_issued_leaves_battery", "issued_leaves", ["battery_id"])
    op.create_table(
        "registry_work",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index("ix_registry_work_kind", "registry_work", ["kind", "since_ms"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("registry_work", "issued_leaves", "issued_batches"):
        op.drop_table(table)
