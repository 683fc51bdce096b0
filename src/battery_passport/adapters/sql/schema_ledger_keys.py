"""The tables of batteries on the ledger and of people's keys for them.

In: the `MetaData` of `schema`. Out: the same with these tables in it. No address of a person stands
in them in clear: `sealed` opens with the person's own key only, which erasure destroys.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, String, Table

from battery_passport.adapters.sql.schema import metadata

_UUID = String(36)

ledger_tokens = Table(
    "ledger_tokens",
    metadata,
    Column("battery_id", ForeignKey("batteries.battery_id"), primary_key=True),
    Column("salt", LargeBinary(32), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("onchain_key", LargeBinary(32), nullable=False, unique=True),
    Column("made_at_ms", BigInteger, nullable=False),
)

ledger_keys = Table(
    "ledger_keys",
    metadata,
    Column("key_id", _UUID, primary_key=True),
    Column("person_id", _UUID, nullable=False),
    Column("battery_id", ForeignKey("batteries.battery_id"), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Index("ix_ledger_keys_person", "person_id"),
    Index("ix_ledger_keys_battery", "battery_id"),
)

ledger_requests = Table(
    "ledger_requests",
    metadata,
    Column("request_id", _UUID, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("person_id", _UUID, nullable=False),
    Column("battery_id", ForeignKey("batteries.battery_id"), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("deadline_s", BigInteger, nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Index("ix_ledger_requests_person", "person_id"),
    Index("ix_ledger_requests_battery", "battery_id"),
)
"""What waits for others' signatures; a row goes once it was carried out or withdrawn."""
