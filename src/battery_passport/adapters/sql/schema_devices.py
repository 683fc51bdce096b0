"""The tables of the life of devices.

In: the `MetaData` of `schema`. Out: the same with these tables in it. `devices.public_key` is a
device's current key and `devices.battery_id` its current battery; here stands what was before, too.
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

device_keys = Table(
    "device_keys",
    metadata,
    Column("public_key", LargeBinary(32), primary_key=True),
    Column("device_id", ForeignKey("devices.device_id"), nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("sealed_until_ms", BigInteger),
    Column("taken_until_ms", BigInteger),
    Index("ix_device_keys_device", "device_id"),
)

device_fittings = Table(
    "device_fittings",
    metadata,
    Column("device_id", ForeignKey("devices.device_id"), primary_key=True),
    Column("battery_id", ForeignKey("batteries.battery_id"), primary_key=True),
    Column("fitted_at_ms", BigInteger, primary_key=True),
    Column("removed_at_ms", BigInteger),
    Column("taken_until_ms", BigInteger),
    Index("ix_device_fittings_battery", "battery_id"),
)

device_standings = Table(
    "device_standings",
    metadata,
    Column("device_id", ForeignKey("devices.device_id"), primary_key=True),
    Column("standing", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("tenant", String(64), nullable=False),
    Column("broker_secret_hash", Text),
    Column("changed_at_ms", BigInteger, nullable=False),
    Index("ix_device_standings_standing", "standing"),
)
"""How a device stands; without a row it is active. `broker_secret_hash` is as mosquitto has it."""

device_codes = Table(
    "device_codes",
    metadata,
    Column("handle", String(8), primary_key=True),
    Column("secret_hash", LargeBinary(64), nullable=False),
    Column("battery_id", ForeignKey("batteries.battery_id"), nullable=False),
    Column("replaces", ForeignKey("devices.device_id")),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("used_by", ForeignKey("devices.device_id")),
    Index("ix_device_codes_battery", "battery_id"),
)

device_reports = Table(
    "device_reports",
    metadata,
    Column("device_id", ForeignKey("devices.device_id"), primary_key=True),
    Column("reported_at_ms", BigInteger, nullable=False),
    Column("clock_ahead_ms", BigInteger),
    Column("waiting", Integer),
    Column("set_aside", Integer),
    Column("software", String(64)),
)
"""What a device last told about itself; `clock_ahead_ms` is its clock minus the server's."""

device_changes = Table(
    "device_changes",
    metadata,
    Column("only_row", Integer, primary_key=True, autoincrement=False),
    Column("changes", BigInteger, nullable=False),
)
"""One row that counts changes, so that every process notices them by one cheap look."""
