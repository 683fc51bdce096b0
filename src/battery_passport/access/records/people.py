"""Persons, their proofs and their sessions as frozen values.

In: what services checked. Out: what stores keep; names and addresses only sealed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class PersonStatus(StrEnum):
    """Whether an account may be used."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectKey:
    """The key that one person's data is sealed under, itself wrapped; deleting it erases."""

    subject_id: UUID
    wrapped: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account. `email_lookup` finds it, `sealed_*` open under its subject key only."""

    person_id: UUID
    email_lookup: bytes | None
    sealed_email: bytes
    sealed_name: bytes
    language: str
    status: PersonStatus
    password_hash: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A person's data in clear, for himself and for letters to him; never kept, never logged."""

    person_id: UUID
    name: str
    email: str
    language: str


class SignInMethod(StrEnum):
    """How somebody proved who he is."""

    PASSWORD = "password"  # noqa: S105 - names a method
    PASSKEY = "passkey"
    PROVIDER = "provider"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in browser. `organisation_id` is the membership that it acts for.

    A session that an organisation's provider vouched for is `bound`: it can act for no other.
    `proved_at` is when a passkey was last shown in it.
    """

    session_id: UUID
    token_digest: bytes
    person_id: UUID
    organisation_id: UUID | None
    bound: bool
    method: SignInMethod
    label: str
    started_at: datetime
    last_used_at: datetime
    proved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A public key that an authenticator signs with."""

    credential_id: bytes
    person_id: UUID
    public_key: bytes
    sign_count: int
    label: str
    added_at: datetime
    last_used_at: datetime | None = None


class LinkUse(StrEnum):
    """What a one-time link does."""

    CONFIRM_ADDRESS = "confirm-address"
    RECOVER = "recover"


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeLink:
    """A link that was sent by letter; what it will do is sealed under the subject's key."""

    token_digest: bytes
    use: LinkUse
    subject_id: UUID
    sealed: bytes
    expires_at: datetime


class ChallengeUse(StrEnum):
    """What a challenge is for; one made for another use is not accepted."""

    ADD_PASSKEY = "add-passkey"
    USE_PASSKEY = "use-passkey"
    PROVE_PASSKEY = "prove-passkey"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A random value that must come back once, soon, and in the same browser.

    `binding` is the hash of the secret that this browser's form or session cookie holds.
    """

    digest: bytes
    use: ChallengeUse
    binding: bytes
    person_id: UUID | None
    details: dict[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """How often something failed of late, and when last."""

    failures: int
    last_failed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRecovery:
    """A request to let a person make passkeys anew, which two administrators must grant."""

    recovery_id: UUID
    person_id: UUID
    organisation_id: UUID
    region: str
    asked_at: datetime
    expires_at: datetime
    first_by: UUID | None = None
    first_at: datetime | None = None
    second_by: UUID | None = None
    ended_at: datetime | None = None
