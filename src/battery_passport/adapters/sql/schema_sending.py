"""The tables of transactions on their way to a chain, and of the seals of rows.

In: the `MetaData` of `schema`. Out: the same with these tables in it.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from battery_passport.adapters.sql.schema import metadata

outgoing_transactions = Table(
    "outgoing_transactions",
    metadata,
    Column("transaction_hash", LargeBinary(32), primary_key=True),
    Column("account", String(42), nullable=False),
    Column("chain_id", BigInteger, nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("gas_price_wei", String(78), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("prepared_at_ms", BigInteger, nullable=False),
    Column("block_number", BigInteger),
    Index("ix_outgoing_transactions_nonce", "chain_id", "account", "nonce"),
)

row_seals = Table(
    "row_seals",
    metadata,
    Column("table_name", String(64), primary_key=True),
    Column("digest", LargeBinary(16), primary_key=True),
    # Rows that are alike to the last byte share a digest.
    Column("row_count", Integer, nullable=False),
    sqlite_with_rowid=False,
)
