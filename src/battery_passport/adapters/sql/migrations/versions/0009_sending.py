# generated: alembic autogenerate from schema_sending.py
"""Transactions on their way to a chain, and seals of rows.

In: the tables up to state epochs. Out: the tables of `schema_sending`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "outgoing_transactions",
        sa.Column("transaction_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account", sa.String(length=42), nullable=False),
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("gas_price_wei", sa.String(length=78), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("prepared_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("transaction_hash"),
    )
    op.create_index(
        "ix_outgoing_transactions_nonce",
        "outgoing_transactions",
        ["chain_id", "account", "nonce"],
    )
    op.create_table(
        "row_seals",
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "digest"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the triggers that keep the seals, and the tables."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        named = sa.text(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'seal\\_%'"
            " ESCAPE '\\'"
        )
        for (name,) in bind.execute(named).all():
            op.execute(f'DROP TRIGGER "{name}"')
    op.drop_table("row_seals")
    op.drop_table("outgoing_transactions")
