# generated: alembic autogenerate from schema_access.py
"""People, organisations and machines.

In: the tables of the first release. Out: the tables of `schema_access` besides.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.String(length=36), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=True),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key_id"),
        sa.UniqueConstraint("prefix"),
    )
    op.create_index("ix_api_keys_organisation", "api_keys", ["organisation_id"], unique=False)
    op.create_table(
        "challenges",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("use", sa.String(length=24), nullable=False),
        sa.Column("binding", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_challenges_expiry", "challenges", ["expires_at_ms"], unique=False)
    op.create_table(
        "counted_attempts",
        sa.Column("bucket", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failed_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bucket"),
    )
    op.create_index(
        "ix_counted_attempts_last", "counted_attempts", ["last_failed_at_ms"], unique=False
    )
    op.create_table(
        "invitations",
        sa.Column("invitation_id", sa.String(length=36), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("steward", sa.Boolean(), nullable=False),
        sa.Column("email_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_email", sa.LargeBinary(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("invitation_id"),
        sa.UniqueConstraint("token_digest"),
    )
    op.create_index("ix_invitations_organisation", "invitations", ["organisation_id"], unique=False)
    op.create_table(
        "machine_clients",
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("jwk", sa.JSON(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=True),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("client_id"),
    )
    op.create_index(
        "ix_machine_clients_organisation", "machine_clients", ["organisation_id"], unique=False
    )
    op.create_table(
        "one_time_links",
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("use", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_digest"),
    )
    op.create_index("ix_one_time_links_subject", "one_time_links", ["subject_id"], unique=False)
    op.create_table(
        "organisation_accounts",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("registration_number", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("sealed_contact", sa.LargeBinary(), nullable=False),
        sa.Column("applied_by", sa.String(length=36), nullable=True),
        sa.Column("applied_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("decided_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id"),
    )
    op.create_index(
        "ix_organisation_accounts_region",
        "organisation_accounts",
        ["region", "standing"],
        unique=False,
    )
    op.create_table(
        "persons",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("email_lookup", sa.LargeBinary(length=32), nullable=True),
        sa.Column("sealed_email", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
        sa.UniqueConstraint("email_lookup"),
    )
    op.create_table(
        "sign_in_providers",
        sa.Column("provider_id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("provider_id"),
        sa.UniqueConstraint("organisation_id"),
    )
    op.create_table(
        "subject_keys",
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id"),
    )
    op.create_table(
        "used_assertions",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_used_assertions_expiry", "used_assertions", ["expires_at_ms"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("steward", sa.Boolean(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.person_id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id", "person_id"),
    )
    op.create_index("ix_memberships_person", "memberships", ["person_id"], unique=False)
    op.create_table(
        "outside_identities",
        sa.Column("provider_id", sa.String(length=36), nullable=False),
        sa.Column("subject_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.person_id"],
        ),
        sa.PrimaryKeyConstraint("provider_id", "subject_lookup"),
    )
    op.create_index(
        "ix_outside_identities_person", "outside_identities", ["person_id"], unique=False
    )
    op.create_table(
        "passkeys",
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.person_id"],
        ),
        sa.PrimaryKeyConstraint("credential_id"),
    )
    op.create_index("ix_passkeys_person", "passkeys", ["person_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=True),
        sa.Column("bound", sa.Boolean(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.person_id"],
        ),
        sa.PrimaryKeyConstraint("session_id"),
        sa.UniqueConstraint("token_digest"),
    )
    op.create_index("ix_sessions_last_used", "sessions", ["last_used_at_ms"], unique=False)
    op.create_index("ix_sessions_person", "sessions", ["person_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("ix_sessions_person", table_name="sessions")
    op.drop_index("ix_sessions_last_used", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("ix_passkeys_person", table_name="passkeys")
    op.drop_table("passkeys")
    op.drop_index("ix_outside_identities_person", table_name="outside_identities")
    op.drop_table("outside_identities")
    op.drop_index("ix_memberships_person", table_name="memberships")
    op.drop_table("memberships")
    op.drop_index("ix_used_assertions_expiry", table_name="used_assertions")
    op.drop_table("used_assertions")
    op.drop_table("subject_keys")
    op.drop_table("sign_in_providers")
    op.drop_table("persons")
    op.drop_index("ix_organisation_accounts_region", table_name="organisation_accounts")
    op.drop_table("organisation_accounts")
    op.drop_index("ix_one_time_links_subject", table_name="one_time_links")
    op.drop_table("one_time_links")
    op.drop_index("ix_machine_clients_organisation", table_name="machine_clients")
    op.drop_table("machine_clients")
    op.drop_index("ix_invitations_organisation", table_name="invitations")
    op.drop_table("invitations")
    op.drop_index("ix_counted_attempts_last", table_name="counted_attempts")
    op.drop_table("counted_attempts")
    op.drop_index("ix_challenges_expiry", table_name="challenges")
    op.drop_table("challenges")
    op.drop_index("ix_api_keys_organisation", table_name="api_keys")
    op.drop_table("api_keys")
