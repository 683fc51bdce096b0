"""The tables of state epochs and of witnesses' cosignatures.

In: the `MetaData` of `schema`. Out: the same with these tables in it.
A tile's row says from which epoch on it holds; `leaves` are 56 bytes each, `nodes` 64.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, Text

from battery_passport.adapters.sql.schema import metadata

state_epochs = Table(
    "state_epochs",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("epoch_id", String(36), nullable=False, unique=True),
    Column("as_of_ms", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("record", LargeBinary, nullable=False),
    # Every passport version announced up to this place in the outbox is in the tree.
    Column("through_position", BigInteger, nullable=False),
)

state_tiles = Table(
    "state_tiles",
    metadata,
    Column("level", Integer, primary_key=True),
    Column("tile_index", BigInteger, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("octets", LargeBinary, nullable=False),
)

cosignatures = Table(
    "cosignatures",
    metadata,
    Column("size", BigInteger, primary_key=True),
    Column("witness", String(255), primary_key=True),
    Column("line", Text, nullable=False),
    Column("cosigned_at_ms", BigInteger, nullable=False),
)

witness_contacts = Table(
    "witness_contacts",
    metadata,
    Column("witness", String(255), primary_key=True),
    # The size of the log that the witness has seen last.
    Column("size", BigInteger, nullable=False),
    Column("answered_at_ms", BigInteger),
    Column("failing_since_ms", BigInteger),
    Column("error", Text),
)
