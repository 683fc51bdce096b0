"""The tables of what was found about measurements, and of how devices do.

In: the `MetaData` of `schema`. Out: the same with these tables in it. All of them are derived from
batches while they are read.
"""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, LargeBinary, String, Table

from battery_passport.adapters.sql.schema import metadata

_UUID = String(36)

quality_findings = Table(
    "quality_findings",
    metadata,
    Column("battery_id", _UUID, primary_key=True),
    Column("device_id", _UUID, primary_key=True),
    # The month of receipt, as in 2026-11: devices' own clocks may say anything.
    Column("month", String(7), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("column_name", String(64), primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("batches", BigInteger, nullable=False),
    Column("first_ms", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
)

device_states = Table(
    "device_states",
    metadata,
    Column("device_id", _UUID, primary_key=True),
    Column("battery_id", _UUID, primary_key=True),
    Column("batches", BigInteger, nullable=False),
    Column("samples", BigInteger, nullable=False),
    Column("backfilled", BigInteger, nullable=False),
    Column("last_received_ms", BigInteger, nullable=False),
    Column("last_sample_ms", BigInteger),
    # Of the latest batch that was not a late one.
    Column("skew_ms", BigInteger),
    Column("lag_ms", BigInteger),
    Column("memory", JSON, nullable=False),
    Index("ix_device_states_battery", "battery_id"),
)

device_boots = Table(
    "device_boots",
    metadata,
    Column("device_id", _UUID, primary_key=True),
    Column("boot_id", LargeBinary(16), primary_key=True),
    Column("battery_id", _UUID, primary_key=True),
    Column("first_sequence", BigInteger, nullable=False),
    Column("last_sequence", BigInteger, nullable=False),
    Column("batches", BigInteger, nullable=False),
    Column("first_received_ms", BigInteger, nullable=False),
    Column("last_received_ms", BigInteger, nullable=False),
)

collection_days = Table(
    "collection_days",
    metadata,
    # Days since 1970 in Korean time, by the devices' clocks.
    Column("day", Integer, primary_key=True),
    Column("battery_id", _UUID, primary_key=True),
    Column("device_id", _UUID, primary_key=True),
    Column("batches", BigInteger, nullable=False),
    Column("samples", BigInteger, nullable=False),
    Column("backfilled", BigInteger, nullable=False),
)

battery_districts = Table(
    "battery_districts",
    metadata,
    Column("battery_id", _UUID, primary_key=True),
    Column("district", String(16), nullable=False),
    Index("ix_battery_districts_district", "district"),
)
