"""The tables of passport versions on their way into the ledger's registry.

In: the `MetaData` of `schema`. Out: the same with these tables in it. What links a leaf to its
battery (the salts, the key, the battery itself) can be taken away; the leaf's hash stays.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from battery_passport.adapters.sql.schema import metadata

_UUID = String(36)

issued_batches = Table(
    "issued_batches",
    metadata,
    Column("root", LargeBinary(32), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("prepared_at_ms", BigInteger, nullable=False),
    # Where to begin to look for it on the chain.
    Column("from_block", BigInteger, nullable=False),
    # Its number among all batches of the registry, once the chain has it.
    Column("batch_number", BigInteger),
)

issued_leaves = Table(
    "issued_leaves",
    metadata,
    Column("root", ForeignKey("issued_batches.root"), primary_key=True),
    Column("leaf_index", Integer, primary_key=True),
    Column("leaf_hash", LargeBinary(32), nullable=False),
    Column("battery_id", _UUID),
    Column("credential_id", _UUID, unique=True),
    Column("onchain_key", LargeBinary(32)),
    Column("status", Integer, nullable=False),
    Column("commitment_salt", LargeBinary(32)),
    Column("commitment", LargeBinary(32)),
    # Keys of predecessors, 32 bytes each, one behind the other.
    Column("predecessors", LargeBinary),
    Column("evidence_salt", LargeBinary(32)),
    Column("evidence", LargeBinary(32)),
    Index("ix_issued_leaves_battery", "battery_id"),
)

registry_work = Table(
    "registry_work",
    metadata,
    # A passport version to be put into a batch, or an event to be told to the registry.
    Column("record_id", _UUID, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("battery_id", _UUID, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    # Why it could not be done so far.
    Column("problem", Text),
    Index("ix_registry_work_kind", "kind", "since_ms"),
)
