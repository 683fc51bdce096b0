# generated: alembic autogenerate from schema_sharing.py
"""Owners, claim codes, consents, grants, looks, acts and tombstones.

In: the tables of people and organisations. Out: the tables of `schema_sharing`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "act_subjects",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
        sa.UniqueConstraint("pseudonym"),
    )
    op.create_table(
        "audit_records",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("act", sa.String(length=48), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=True),
        sa.Column("record", sa.LargeBinary(), nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index("ix_audit_records_subject", "audit_records", ["subject", "at_ms"], unique=False)
    op.create_table(
        "claim_attempts",
        sa.Column("attempt_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id"),
    )
    op.create_index("ix_claim_attempts_at", "claim_attempts", ["at_ms"], unique=False)
    op.create_index(
        "ix_claim_attempts_person", "claim_attempts", ["person_id", "at_ms"], unique=False
    )
    op.create_table(
        "consents",
        sa.Column("consent_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("given_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("consent_id"),
    )
    op.create_index(
        "uq_consents_given",
        "consents",
        ["person_id", "purpose"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at_ms IS NULL"),
        postgresql_where=sa.text("withdrawn_at_ms IS NULL"),
    )
    op.create_table(
        "erasures_due",
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pseudonym"),
    )
    op.create_table(
        "looks",
        sa.Column("look_id", sa.String(length=36), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("viewer", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=True),
        sa.Column("grant_id", sa.String(length=36), nullable=True),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("with_estimate", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("look_id"),
    )
    op.create_index("ix_looks_battery", "looks", ["battery_id", "at_ms"], unique=False)
    op.create_table(
        "owner_visits",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("previous_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("latest_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "battery_id"),
    )
    op.create_table(
        "tombstones",
        sa.Column("tombstone_id", sa.String(length=36), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tombstone_id"),
    )
    op.create_table(
        "claim_codes",
        sa.Column("code_id", sa.String(length=36), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("made_by_person", sa.String(length=36), nullable=True),
        sa.Column("made_by_organisation", sa.String(length=36), nullable=True),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["battery_id"],
            ["batteries.battery_id"],
        ),
        sa.PrimaryKeyConstraint("code_id"),
        sa.UniqueConstraint("code_hash"),
    )
    op.create_index("ix_claim_codes_battery", "claim_codes", ["battery_id"], unique=False)
    op.create_table(
        "grants",
        sa.Column("grant_id", sa.String(length=36), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["battery_id"],
            ["batteries.battery_id"],
        ),
        sa.PrimaryKeyConstraint("grant_id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(
        "uq_grants_number", "grants", ["person_id", "battery_id", "number"], unique=True
    )
    op.create_table(
        "ownerships",
        sa.Column("ownership_id", sa.String(length=36), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["battery_id"],
            ["batteries.battery_id"],
        ),
        sa.PrimaryKeyConstraint("ownership_id"),
    )
    op.create_index("ix_ownerships_person", "ownerships", ["person_id"], unique=False)
    op.create_index(
        "uq_ownerships_current",
        "ownerships",
        ["battery_id"],
        unique=True,
        sqlite_where=sa.text("until_ms IS NULL"),
        postgresql_where=sa.text("until_ms IS NULL"),
    )
    op.create_table(
        "grant_sessions",
        sa.Column("session_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("grant_id", sa.String(length=36), nullable=False),
        sa.Column("begun_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_at_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["grants.grant_id"],
        ),
        sa.PrimaryKeyConstraint("session_hash"),
    )
    op.create_index("ix_grant_sessions_grant", "grant_sessions", ["grant_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("ix_grant_sessions_grant", table_name="grant_sessions")
    op.drop_table("grant_sessions")
    op.drop_index(
        "uq_ownerships_current",
        table_name="ownerships",
        sqlite_where=sa.text("until_ms IS NULL"),
        postgresql_where=sa.text("until_ms IS NULL"),
    )
    op.drop_index("ix_ownerships_person", table_name="ownerships")
    op.drop_table("ownerships")
    op.drop_index("uq_grants_number", table_name="grants")
    op.drop_table("grants")
    op.drop_index("ix_claim_codes_battery", table_name="claim_codes")
    op.drop_table("claim_codes")
    op.drop_table("tombstones")
    op.drop_table("owner_visits")
    op.drop_index("ix_looks_battery", table_name="looks")
    op.drop_table("looks")
    op.drop_table("erasures_due")
    op.drop_index(
        "uq_consents_given",
        table_name="consents",
        sqlite_where=sa.text("withdrawn_at_ms IS NULL"),
        postgresql_where=sa.text("withdrawn_at_ms IS NULL"),
    )
    op.drop_table("consents")
    op.drop_index("ix_claim_attempts_person", table_name="claim_attempts")
    op.drop_index("ix_claim_attempts_at", table_name="claim_attempts")
    op.drop_table("claim_attempts")
    op.drop_index("ix_audit_records_subject", table_name="audit_records")
    op.drop_table("audit_records")
    op.drop_table("act_subjects")
