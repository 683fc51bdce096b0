"""The tables of alarms, and of what the watch over incoming batches remembers.

In: the `MetaData` of `schema`. Out: the same with these tables in it.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    text,
)

from battery_passport.adapters.sql.schema import metadata

_UUID = String(36)

alarms = Table(
    "alarms",
    metadata,
    Column("battery_id", _UUID, primary_key=True),
    Column("kind", String(32), primary_key=True),
    # The time of the sample that raised it, by the device's clock.
    Column("at_ms", BigInteger, primary_key=True),
    Column("severity", String(16), nullable=False),
    Column("cell", Integer),
    Column("signals", JSON, nullable=False),
    Column("batch_digest", LargeBinary(32), nullable=False),
    Column("received_at_ms", BigInteger, nullable=False),
    Column("raised_at_ms", BigInteger, nullable=False),
    Column("late", Boolean, nullable=False),
    # The lifecycle event that tells of it; an empty text where the history takes none.
    Column("event_id", _UUID),
    Index("ix_alarms_raised", "raised_at_ms"),
    Index(
        "ix_alarms_untold",
        "battery_id",
        sqlite_where=text("event_id IS NULL"),
        postgresql_where=text("event_id IS NULL"),
    ),
)

insulation_memories = Table(
    "insulation_memories",
    metadata,
    Column("battery_id", _UUID, primary_key=True),
    # The highest of the span before, and of the one that began then.
    Column("earlier_kohm", Float, nullable=False),
    Column("highest_kohm", Float, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
)
