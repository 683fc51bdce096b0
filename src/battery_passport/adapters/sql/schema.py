"""The tables of records and evidence.

In: nothing. Out: one `MetaData` that migrations are compared with (tested).
Identifiers are UUID text, digests and keys raw bytes, times whole milliseconds since 1970 in UTC.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

_UUID = String(36)
# SQLite gives out its own row numbers only for a column declared INTEGER.
_POSITION = BigInteger().with_variant(Integer, "sqlite")

organisations = Table(
    "organisations",
    metadata,
    Column("organisation_id", _UUID, primary_key=True),
    Column("slug", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("roles", JSON, nullable=False),
    Column("registered_at_ms", BigInteger, nullable=False),
)

battery_models = Table(
    "battery_models",
    metadata,
    Column("model_id", _UUID, primary_key=True),
    Column("name", String(128), nullable=False, unique=True),
    Column("gtin", String(14), nullable=False),
    Column("category", String(16), nullable=False),
    Column("manufacturer_id", ForeignKey("organisations.organisation_id"), nullable=False),
    Column("rated_capacity_ah", Float),
    Column("cells_in_series", Integer),
    Column("chemistry", String(8)),
    Column("cells_per_module", JSON(none_as_null=True)),
    Column("data_points", JSON, nullable=False),
    Column("registered_at_ms", BigInteger, nullable=False),
)

batteries = Table(
    "batteries",
    metadata,
    Column("battery_id", _UUID, primary_key=True),
    Column("gtin", String(14), nullable=False),
    Column("serial", String(20), nullable=False),
    Column("alias", String(64), unique=True),
    Column("battery_ref", LargeBinary(16), nullable=False, unique=True),
    Column("log_key", LargeBinary(16), nullable=False, unique=True),
    Column("model_id", ForeignKey("battery_models.model_id")),
    Column("rated_capacity_ah", Float),
    Column("cells_in_series", Integer),
    Column("chemistry", String(8)),
    Column("responsible_id", ForeignKey("organisations.organisation_id"), nullable=False),
    Column("registered_at_ms", BigInteger, nullable=False),
    UniqueConstraint("gtin", "serial", name="uq_batteries_identifier"),
)

devices = Table(
    "devices",
    metadata,
    Column("device_id", _UUID, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("public_key", LargeBinary(32), nullable=False, unique=True),
    Column("battery_id", ForeignKey("batteries.battery_id")),
    Column("enrolled_at_ms", BigInteger, nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("device_id", _UUID, nullable=False),
    Column("boot_id", LargeBinary(16), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("battery_id", _UUID, nullable=False),
    Column("collected_at_ms", BigInteger, nullable=False),
    Column("received_at_ms", BigInteger, nullable=False),
    # Empty once the bytes lie in a segment, or were erased when their time was over.
    Column("encoded", LargeBinary, nullable=False),
    Column("segment_number", Integer),
    Column("segment_offset", BigInteger),
    Column("segment_octets", Integer),
    UniqueConstraint("device_id", "boot_id", "sequence", name="uq_batches_key"),
    Index("ix_batches_battery", "battery_id", "collected_at_ms"),
)

quarantined_batches = Table(
    "quarantined_batches",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("known_digest", LargeBinary(32), nullable=False),
    Column("device_id", _UUID, nullable=False),
    Column("boot_id", LargeBinary(16), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("battery_id", _UUID, nullable=False),
    Column("received_at_ms", BigInteger, nullable=False),
    Column("encoded", LargeBinary, nullable=False),
)

batch_contents = Table(
    "batch_contents",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("battery_id", _UUID, nullable=False),
    Column("samples", Integer, nullable=False),
    Column("first_ms", BigInteger),
    Column("last_ms", BigInteger),
    Column("flags", JSON, nullable=False),
    Column("assumptions", JSON, nullable=False),
    Column("error", Text),
    Index("ix_batch_contents_battery", "battery_id"),
    # The few that cannot be read are found among millions that can.
    Index(
        "ix_batch_contents_unreadable",
        "battery_id",
        sqlite_where=text("error IS NOT NULL"),
        postgresql_where=text("error IS NOT NULL"),
    ),
)

facts = Table(
    "facts",
    metadata,
    Column("position", _POSITION, primary_key=True, autoincrement=True),
    Column("fact_id", _UUID, nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("battery_id", _UUID, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("salt", LargeBinary(16), nullable=False),
    Column("recorded_at_ms", BigInteger, nullable=False),
    # The event or credential that the fact announces; a batch is found by its digest.
    Column("record_id", _UUID),
    Column("log_index", BigInteger, unique=True),
    sqlite_autoincrement=True,
)
IS_NO_BATCH = text("kind <> 'batch-stored'")
# Digests fall anywhere in an index, so that each would cost every batch a page of the disk. The
# fact of a batch is found by the time it was made at, in which its id begins.
Index("ix_facts_digest", facts.c.digest, sqlite_where=IS_NO_BATCH, postgresql_where=IS_NO_BATCH)
# Most facts announce batches, which have no record id: they cost this index nothing.
Index(
    "ix_facts_record",
    facts.c.record_id,
    sqlite_where=facts.c.record_id.is_not(None),
    postgresql_where=facts.c.record_id.is_not(None),
)

handler_cursors = Table(
    "handler_cursors",
    metadata,
    Column("handler", String(64), primary_key=True),
    Column("next_log_index", BigInteger, nullable=False),
)

poisoned_facts = Table(
    "poisoned_facts",
    metadata,
    Column("fact_id", _UUID, primary_key=True),
    Column("handler", String(64), primary_key=True),
    Column("error", Text, nullable=False),
    Column("failed_at_ms", BigInteger, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("event_id", _UUID, primary_key=True),
    Column("battery_id", _UUID, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("type", String(64), nullable=False),
    Column("occurred_at_ms", BigInteger, nullable=False),
    Column("record", LargeBinary, nullable=False),
    UniqueConstraint("battery_id", "sequence", name="uq_events_sequence"),
)

credentials = Table(
    "credentials",
    metadata,
    Column("credential_id", _UUID, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("battery_id", _UUID, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("issued_at_ms", BigInteger, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("issuer_jwt", Text, nullable=False),
    UniqueConstraint("kind", "battery_id", "sequence", name="uq_credentials_sequence"),
)

disclosures = Table(
    "disclosures",
    metadata,
    Column("credential_id", _UUID, primary_key=True),
    Column("section", String(32), primary_key=True),
    Column("disclosure", Text, nullable=False),
)

log_tiles = Table(
    "log_tiles",
    metadata,
    Column("level", Integer, primary_key=True),
    Column("tile_index", BigInteger, primary_key=True),
    Column("octets", LargeBinary, nullable=False),
)

log_heads = Table(
    "log_heads",
    metadata,
    Column("log", Integer, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True),
    Column("root", LargeBinary(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("anchored_at_ms", BigInteger),
    Column("anchor", JSON),
)

history_parts = Table(
    "history_parts",
    metadata,
    Column("battery_id", _UUID, primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("file", String(255), nullable=False, unique=True),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("row_count", BigInteger, nullable=False),
    Column("first_ms", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
    Column("evidence", LargeBinary, nullable=False),
    Column("level", Integer, nullable=False, server_default="0"),
)

history_waiting = Table(
    "history_waiting",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("battery_id", _UUID, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Index("ix_history_waiting_battery", "battery_id", "since_ms"),
)

passports_due = Table(
    "passports_due",
    metadata,
    Column("battery_id", _UUID, primary_key=True),
    Column("since_ms", BigInteger, nullable=False),
)
