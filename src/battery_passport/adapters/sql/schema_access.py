"""The tables of people, organisations and machines.

In: the `MetaData` of `schema`. Out: the same with these tables in it. Columns `sealed_*` open only
under a row of `subject_keys`; secrets of sessions, links and keys are kept as hashes.
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
    Text,
)

from battery_passport.adapters.sql.schema import metadata

_UUID = String(36)
_DIGEST = LargeBinary(32)

subject_keys = Table(
    "subject_keys",
    metadata,
    Column("subject_id", _UUID, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

persons = Table(
    "persons",
    metadata,
    Column("person_id", _UUID, primary_key=True),
    # Null once the person was erased.
    Column("email_lookup", _DIGEST, unique=True),
    Column("sealed_email", LargeBinary, nullable=False),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("language", String(8), nullable=False),
    Column("status", String(16), nullable=False),
    Column("password_hash", Text),
    Column("created_at_ms", BigInteger, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", _UUID, primary_key=True),
    Column("token_digest", _DIGEST, nullable=False, unique=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("organisation_id", _UUID),
    Column("bound", Boolean, nullable=False),
    Column("method", String(16), nullable=False),
    Column("label", String(64), nullable=False),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("last_used_at_ms", BigInteger, nullable=False),
    # When a passkey was last shown in this session; null if none was.
    Column("proved_at_ms", BigInteger),
    Index("ix_sessions_person", "person_id"),
    Index("ix_sessions_last_used", "last_used_at_ms"),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("credential_id", LargeBinary, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("label", String(80), nullable=False),
    Column("added_at_ms", BigInteger, nullable=False),
    Column("last_used_at_ms", BigInteger),
    Index("ix_passkeys_person", "person_id"),
)

outside_identities = Table(
    "outside_identities",
    metadata,
    Column("provider_id", _UUID, primary_key=True),
    Column("subject_lookup", _DIGEST, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Index("ix_outside_identities_person", "person_id"),
)

one_time_links = Table(
    "one_time_links",
    metadata,
    Column("token_digest", _DIGEST, primary_key=True),
    Column("use", String(24), nullable=False),
    Column("subject_id", _UUID, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Index("ix_one_time_links_subject", "subject_id"),
)

challenges = Table(
    "challenges",
    metadata,
    Column("digest", _DIGEST, primary_key=True),
    Column("use", String(24), nullable=False),
    Column("binding", _DIGEST, nullable=False),
    Column("person_id", _UUID),
    Column("details", JSON, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Index("ix_challenges_expiry", "expires_at_ms"),
)

counted_attempts = Table(
    "counted_attempts",
    metadata,
    Column("bucket", _DIGEST, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_failed_at_ms", BigInteger, nullable=False),
    Index("ix_counted_attempts_last", "last_failed_at_ms"),
)

organisation_accounts = Table(
    "organisation_accounts",
    metadata,
    Column("organisation_id", _UUID, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("name", Text, nullable=False),
    Column("registration_number", String(40), nullable=False),
    Column("region", String(32), nullable=False),
    Column("standing", String(16), nullable=False),
    Column("sealed_contact", LargeBinary, nullable=False),
    Column("applied_by", _UUID),
    Column("applied_at_ms", BigInteger, nullable=False),
    Column("decided_at_ms", BigInteger),
    Index("ix_organisation_accounts_region", "region", "standing"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("organisation_id", _UUID, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), primary_key=True),
    Column("roles", JSON, nullable=False),
    Column("steward", Boolean, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Index("ix_memberships_person", "person_id"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("invitation_id", _UUID, primary_key=True),
    Column("token_digest", _DIGEST, nullable=False, unique=True),
    Column("organisation_id", _UUID, nullable=False),
    Column("roles", JSON, nullable=False),
    Column("steward", Boolean, nullable=False),
    Column("email_lookup", _DIGEST, nullable=False),
    Column("sealed_email", LargeBinary, nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Index("ix_invitations_organisation", "organisation_id"),
)

sign_in_providers = Table(
    "sign_in_providers",
    metadata,
    Column("provider_id", _UUID, primary_key=True),
    Column("organisation_id", _UUID, nullable=False, unique=True),
    Column("issuer", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("sealed_secret", LargeBinary),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", _UUID, primary_key=True),
    Column("prefix", String(16), nullable=False, unique=True),
    Column("digest", _DIGEST, nullable=False),
    Column("organisation_id", _UUID, nullable=False),
    Column("label", String(80), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("made_by", _UUID),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("last_used_at_ms", BigInteger),
    Column("revoked_at_ms", BigInteger),
    Index("ix_api_keys_organisation", "organisation_id"),
)

machine_clients = Table(
    "machine_clients",
    metadata,
    Column("client_id", _UUID, primary_key=True),
    Column("organisation_id", _UUID, nullable=False),
    Column("label", String(80), nullable=False),
    Column("jwk", JSON, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("made_by", _UUID),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("revoked_at_ms", BigInteger),
    Index("ix_machine_clients_organisation", "organisation_id"),
)

used_assertions = Table(
    "used_assertions",
    metadata,
    Column("digest", _DIGEST, primary_key=True),
    Column("expires_at_ms", BigInteger, nullable=False),
    Index("ix_used_assertions_expiry", "expires_at_ms"),
)
