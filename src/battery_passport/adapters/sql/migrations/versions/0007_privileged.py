# generated: alembic autogenerate from schema_privileged.py, schema_access.py, schema_sharing.py
"""Passkeys bound to sessions, acts by city, customs cases and checks.

In: the tables up to status lists. Out: those of `schema_privileged`, and columns beside.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and columns, and fill the columns of acts that are there."""
    op.create_table(
        "passkey_recoveries",
        sa.Column("recovery_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("first_by", sa.String(length=36), nullable=True),
        sa.Column("first_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("second_by", sa.String(length=36), nullable=True),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"]),
        sa.PrimaryKeyConstraint("recovery_id"),
    )
    op.create_index("ix_passkey_recoveries_region", "passkey_recoveries", ["region", "asked_at_ms"])
    op.create_index("ix_passkey_recoveries_person", "passkey_recoveries", ["person_id"])
    op.create_table(
        "customs_cases",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("opened_by", sa.String(length=36), nullable=False),
        sa.Column("holder_id", sa.String(length=36), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("valid_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("closed_at_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["battery_id"], ["batteries.battery_id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("ix_customs_cases_battery", "customs_cases", ["battery_id", "holder_id"])
    op.create_index("ix_customs_cases_holder", "customs_cases", ["holder_id", "opened_at_ms"])
    op.create_index("ix_customs_cases_opened_by", "customs_cases", ["opened_by", "opened_at_ms"])
    op.create_table(
        "customs_checks",
        sa.Column("check_id", sa.String(length=36), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=True),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("declaration", sa.String(length=40), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("passport_version", sa.BigInteger(), nullable=True),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["battery_id"], ["batteries.battery_id"]),
        sa.PrimaryKeyConstraint("check_id"),
    )
    op.create_index(
        "ix_customs_checks_organisation", "customs_checks", ["organisation_id", "at_ms"]
    )
    op.create_index("ix_customs_checks_battery", "customs_checks", ["battery_id", "at_ms"])
    op.add_column("sessions", sa.Column("proved_at_ms", sa.BigInteger(), nullable=True))
    op.add_column("audit_records", sa.Column("organisation_id", sa.String(length=36)))
    op.add_column("audit_records", sa.Column("region", sa.String(length=32)))
    op.create_index("ix_audit_records_region", "audit_records", ["region", "at_ms"])
    _place_acts()


def downgrade() -> None:
    """Drop the columns and tables."""
    op.drop_index("ix_audit_records_region", "audit_records")
    op.drop_column("audit_records", "region")
    op.drop_column("audit_records", "organisation_id")
    op.drop_column("sessions", "proved_at_ms")
    op.drop_table("customs_checks")
    op.drop_table("customs_cases")
    op.drop_table("passkey_recoveries")


def _place_acts() -> None:
    """Write beside each act the organisation it names and its city, or its battery's city."""
    bind, text = op.get_bind(), sa.text
    found = bind.execute(text("SELECT organisation_id, region FROM organisation_accounts"))
    regions = {row.organisation_id: row.region for row in found}
    operators = {
        row.battery_id: row.responsible_id
        for row in bind.execute(text("SELECT battery_id, responsible_id FROM batteries"))
    }
    acts = bind.execute(
        text("SELECT record_id, record FROM audit_records WHERE record IS NOT NULL")
    ).all()
    placed = [_placed(row.record_id, row.record, regions, operators) for row in acts]
    if placed:
        bind.execute(
            text(
                "UPDATE audit_records SET organisation_id = :organisation, region = :region"
                " WHERE record_id = :record_id"
            ),
            placed,
        )


def _placed(
    record_id: str, record: bytes, regions: dict[str, str], operators: dict[str, str]
) -> dict[str, Any]:
    told = json.loads(bytes(record))
    named = told["details"].get("organisation")
    organisation = named if isinstance(named, str) else None
    region = regions.get(organisation or "") or regions.get(operators.get(told["battery"], ""))
    return {"record_id": record_id, "organisation": organisation, "region": region}
