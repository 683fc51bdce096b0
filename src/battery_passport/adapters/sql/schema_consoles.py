"""The tables of people's work in progress: drafts, audits asked for.

In: the `MetaData` of `schema`. Out: the same with these tables in it. People are ids here.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from battery_passport.adapters.sql.schema import metadata

_UUID = String(36)

work_drafts = Table(
    "work_drafts",
    metadata,
    Column("draft_id", _UUID, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("battery_id", _UUID, nullable=False),
    Column("organisation_id", _UUID, nullable=False),
    Column("person_id", _UUID, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("begun_at_ms", BigInteger, nullable=False),
    Column("saved_at_ms", BigInteger, nullable=False),
    Index("ix_work_drafts_person", "person_id", "organisation_id"),
)

audit_runs = Table(
    "audit_runs",
    metadata,
    Column("run_id", _UUID, primary_key=True),
    Column("asked_by", _UUID),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("checked", Integer, nullable=False),
    Column("ended_at_ms", BigInteger),
    Column("intact", Boolean),
    Column("finding", Text),
    Index("ix_audit_runs_started", "started_at_ms"),
)
