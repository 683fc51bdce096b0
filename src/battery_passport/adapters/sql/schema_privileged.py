"""The tables of privileged work: ways back to a lost passkey, customs cases and checks.

In: the `MetaData` of `schema`. Out: the same with these tables in it.
"""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, String, Table

from battery_passport.adapters.sql.schema import metadata

_UUID = String(36)

passkey_recoveries = Table(
    "passkey_recoveries",
    metadata,
    Column("recovery_id", _UUID, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("organisation_id", _UUID, nullable=False),
    Column("region", String(32), nullable=False),
    Column("asked_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("first_by", _UUID),
    Column("first_at_ms", BigInteger),
    Column("second_by", _UUID),
    # When both had said yes, or one of them no, or the person took the request back.
    Column("ended_at_ms", BigInteger),
    Index("ix_passkey_recoveries_region", "region", "asked_at_ms"),
    Index("ix_passkey_recoveries_person", "person_id"),
)

customs_cases = Table(
    "customs_cases",
    metadata,
    Column("case_id", _UUID, primary_key=True),
    Column("battery_id", ForeignKey("batteries.battery_id"), nullable=False),
    Column("opened_by", _UUID, nullable=False),
    Column("holder_id", _UUID, nullable=False),
    Column("points", JSON, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("region", String(32), nullable=False),
    Column("opened_at_ms", BigInteger, nullable=False),
    Column("valid_until_ms", BigInteger, nullable=False),
    Column("closed_at_ms", BigInteger),
    Index("ix_customs_cases_battery", "battery_id", "holder_id"),
    Index("ix_customs_cases_holder", "holder_id", "opened_at_ms"),
    Index("ix_customs_cases_opened_by", "opened_by", "opened_at_ms"),
)

customs_checks = Table(
    "customs_checks",
    metadata,
    Column("check_id", _UUID, primary_key=True),
    Column("battery_id", ForeignKey("batteries.battery_id"), nullable=False),
    Column("organisation_id", _UUID, nullable=False),
    Column("region", String(32)),
    Column("case_id", _UUID),
    Column("declaration", String(40), nullable=False),
    Column("result", String(24), nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("passport_version", BigInteger),
    Column("verdict", String(32), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Index("ix_customs_checks_organisation", "organisation_id", "at_ms"),
    Index("ix_customs_checks_battery", "battery_id", "at_ms"),
)
