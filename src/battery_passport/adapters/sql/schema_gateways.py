"""The tables of gateways: chargers, bindings, sessions, what is kept aside, orders, reports.

In: the `MetaData` of `schema`. Out: the same with these tables in it.
Tokens, vehicle numbers and pack codes are keyed hashes here, never text.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from battery_passport.adapters.sql.schema import metadata

_UUID = String(36)
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

charging_sites = Table(
    "charging_sites",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("power_w", Float),
    Column("soc_ratio", Float),
    Column("known_only", Boolean, nullable=False),
    # The organisation whose members see its chargers; empty for the installation's own.
    Column("operator_id", _UUID),
    Column("added_at_ms", BigInteger, nullable=False),
)

charge_points = Table(
    "charge_points",
    metadata,
    Column("charge_point", String(48), primary_key=True),
    Column("site", ForeignKey("charging_sites.site"), nullable=False),
    Column("supply", String(2), nullable=False),
    # HMAC of the password under a key of the keystore.
    Column("password", LargeBinary(32), nullable=False),
    Column("added_at_ms", BigInteger, nullable=False),
    Column("removed_at_ms", BigInteger),
    Column("version", String(8)),
    Column("vendor", String(64)),
    Column("model", String(64)),
    Column("firmware", String(64)),
    Column("seen_at_ms", BigInteger),
    # When it last said something; when its connection was last known to stand, empty once it hung
    # up; the state of each connector by its number.
    Column("heard_at_ms", BigInteger),
    Column("alive_at_ms", BigInteger),
    Column("sockets", JSON),
)

gateway_bindings = Table(
    "gateway_bindings",
    metadata,
    Column("binding_id", _UUID, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subject", LargeBinary(32), nullable=False),
    Column("battery_id", ForeignKey("batteries.battery_id"), nullable=False),
    Column("bound_at_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger),
    Index("ix_gateway_bindings_subject", "subject", "kind"),
    Index("ix_gateway_bindings_battery", "battery_id"),
)

charging_sessions = Table(
    "charging_sessions",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    # What the message that began it said, so that the same message begins it once.
    Column("opening", LargeBinary(32), nullable=False, unique=True),
    Column("charge_point", String(48), nullable=False),
    Column("transaction_id", String(36)),
    Column("connector", Integer, nullable=False),
    Column("subject", LargeBinary(32)),
    Column("battery_id", _UUID),
    Column("state", String(16), nullable=False),
    Column("soc_ratio", Float),
    Column("wish_power_w", Float),
    Column("wish_soc_ratio", Float),
    Column("set_power_w", Float),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger),
    Column("reason", String(64)),
    # What the charger's meter said last: figures by name, and when.
    Column("metered", JSON),
    UniqueConstraint("charge_point", "transaction_id", name="uq_charging_sessions_transaction"),
    Index("ix_charging_sessions_battery", "battery_id"),
    sqlite_autoincrement=True,
)

kept_readings = Table(
    "kept_readings",
    metadata,
    Column("message", LargeBinary(32), primary_key=True),
    Column("gateway", String(16), nullable=False),
    Column("source", String(48), nullable=False),
    Column("subject", LargeBinary(32)),
    Column("reason", String(32), nullable=False),
    Column("assumptions", JSON, nullable=False),
    Column("rows", JSON, nullable=False),
    Column("received_at_ms", BigInteger, nullable=False),
    Index("ix_kept_readings_subject", "subject"),
    Index("ix_kept_readings_received", "received_at_ms"),
)

gateway_refusals = Table(
    "gateway_refusals",
    metadata,
    Column("gateway", String(16), primary_key=True),
    Column("source", String(64), primary_key=True),
    Column("reason", String(32), primary_key=True),
    Column("subject", LargeBinary(32)),
    Column("count", BigInteger, nullable=False),
    Column("first_at_ms", BigInteger, nullable=False),
    Column("last_at_ms", BigInteger, nullable=False),
)

gateway_accounts = Table(
    "gateway_accounts",
    metadata,
    Column("gateway", String(16), primary_key=True),
    Column("account", String(64), primary_key=True),
    Column("password", LargeBinary(32), nullable=False),
    Column("added_at_ms", BigInteger, nullable=False),
)

charging_orders = Table(
    "charging_orders",
    metadata,
    Column("order_id", _UUID, primary_key=True),
    Column("session", BigInteger, nullable=False),
    Column("charge_point", String(48), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("power_w", Float),
    Column("ordered_at_ms", BigInteger, nullable=False),
    Column("taken_at_ms", BigInteger),
    Column("answered_at_ms", BigInteger),
    Column("answer", String(255)),
    Column("accepted", Boolean),
    Index("ix_charging_orders_ordered", "ordered_at_ms"),
)

gateway_reports = Table(
    "gateway_reports",
    metadata,
    Column("gateway", String(16), primary_key=True),
    Column("process", String(36), primary_key=True),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("reported_at_ms", BigInteger, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("figures", JSON, nullable=False),
)
