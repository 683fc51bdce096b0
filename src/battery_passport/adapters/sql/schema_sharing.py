"""The tables of owners, consents, grants, looks and acts.

In: the `MetaData` of `schema`. Out: the same with these tables in it. People are ids here; who they
are lies sealed in the tables of `schema_access`.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    text,
)

from battery_passport.adapters.sql.schema import metadata

_UUID = String(36)
_STILL_OWNED = text("until_ms IS NULL")
_STILL_GIVEN = text("withdrawn_at_ms IS NULL")

ownerships = Table(
    "ownerships",
    metadata,
    Column("ownership_id", _UUID, primary_key=True),
    Column("battery_id", ForeignKey("batteries.battery_id"), nullable=False),
    Column("person_id", _UUID),
    Column("since_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    Index("ix_ownerships_person", "person_id"),
    Index(
        "uq_ownerships_current",
        "battery_id",
        unique=True,
        sqlite_where=_STILL_OWNED,
        postgresql_where=_STILL_OWNED,
    ),
)

claim_codes = Table(
    "claim_codes",
    metadata,
    Column("code_id", _UUID, primary_key=True),
    Column("code_hash", LargeBinary(32), nullable=False, unique=True),
    Column("battery_id", ForeignKey("batteries.battery_id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("made_by_person", _UUID),
    Column("made_by_organisation", _UUID),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("used_at_ms", BigInteger),
    Column("withdrawn_at_ms", BigInteger),
    Index("ix_claim_codes_battery", "battery_id"),
)

claim_attempts = Table(
    "claim_attempts",
    metadata,
    Column("attempt_id", _UUID, primary_key=True),
    Column("person_id", _UUID, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Index("ix_claim_attempts_person", "person_id", "at_ms"),
    Index("ix_claim_attempts_at", "at_ms"),
)

consents = Table(
    "consents",
    metadata,
    Column("consent_id", _UUID, primary_key=True),
    Column("person_id", _UUID, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("text_version", Integer, nullable=False),
    Column("given_at_ms", BigInteger, nullable=False),
    Column("withdrawn_at_ms", BigInteger),
    Index(
        "uq_consents_given",
        "person_id",
        "purpose",
        unique=True,
        sqlite_where=_STILL_GIVEN,
        postgresql_where=_STILL_GIVEN,
    ),
)

grants = Table(
    "grants",
    metadata,
    Column("grant_id", _UUID, primary_key=True),
    Column("battery_id", ForeignKey("batteries.battery_id"), nullable=False),
    Column("person_id", _UUID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("parts", JSON, nullable=False),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("revoked_at_ms", BigInteger),
    Index("uq_grants_number", "person_id", "battery_id", "number", unique=True),
)

grant_sessions = Table(
    "grant_sessions",
    metadata,
    Column("session_hash", LargeBinary(32), primary_key=True),
    Column("grant_id", ForeignKey("grants.grant_id"), nullable=False),
    Column("begun_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("seen_at_ms", BigInteger),
    Index("ix_grant_sessions_grant", "grant_id"),
)

looks = Table(
    "looks",
    metadata,
    Column("look_id", _UUID, primary_key=True),
    Column("battery_id", _UUID, nullable=False),
    Column("viewer", String(32), nullable=False),
    Column("organisation_id", _UUID),
    Column("grant_id", _UUID),
    Column("points", JSON, nullable=False),
    Column("with_estimate", Boolean, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Index("ix_looks_battery", "battery_id", "at_ms"),
)

owner_visits = Table(
    "owner_visits",
    metadata,
    Column("person_id", _UUID, primary_key=True),
    Column("battery_id", _UUID, primary_key=True),
    Column("previous_at_ms", BigInteger),
    Column("latest_at_ms", BigInteger, nullable=False),
)

act_subjects = Table(
    "act_subjects",
    metadata,
    Column("person_id", _UUID, primary_key=True),
    Column("pseudonym", String(32), nullable=False, unique=True),
)

audit_records = Table(
    "audit_records",
    metadata,
    Column("record_id", _UUID, primary_key=True),
    Column("act", String(48), nullable=False),
    # Both are None once the record was erased on purpose; its place in the log stays.
    Column("subject", String(32)),
    Column("record", LargeBinary),
    Column("at_ms", BigInteger, nullable=False),
    # Whose act it was, and in which city: what its readers are told apart by.
    Column("organisation_id", _UUID),
    Column("region", String(32)),
    Index("ix_audit_records_subject", "subject", "at_ms"),
    Index("ix_audit_records_region", "region", "at_ms"),
    Index("ix_audit_records_act", "act", "at_ms"),
)

erasures_due = Table(
    "erasures_due",
    metadata,
    Column("pseudonym", String(32), primary_key=True),
    Column("since_ms", BigInteger, nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("tombstone_id", _UUID, primary_key=True),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("note", LargeBinary, nullable=False),
)
