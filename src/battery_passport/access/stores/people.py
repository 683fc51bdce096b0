"""What persons' services need from outside: stores within one transaction, and proofs.

In: nothing. Out: Protocols that adapters fulfil.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from battery_passport.access.records.people import (
    Attempts,
    Challenge,
    ChallengeUse,
    LinkUse,
    OneTimeLink,
    Passkey,
    PasskeyRecovery,
    Person,
    Session,
    SubjectKey,
)


class Sealing(Protocol):
    """Seals personal data under one random key a person, and hashes what it is found by."""

    def new_key(self, subject_id: UUID) -> SubjectKey: ...

    def seal(self, key: SubjectKey, field: str, text: str) -> bytes: ...

    def unseal(self, key: SubjectKey, field: str, sealed: bytes) -> str:
        """Return the text. Raises: SealBroken if key, field or bytes do not belong together."""
        ...

    def lookup(self, kind: str, text: str) -> bytes:
        """Return a keyed hash, equal for equal text of one kind and telling nothing else."""
        ...


class Passwords(Protocol):
    """Slow hashes of passwords."""

    @property
    def decoy(self) -> str:
        """A hash that no password fits: checked where there is no account, to take as long."""
        ...

    def hash(self, password: str) -> str: ...

    def matches(self, hashed: str, password: str) -> bool: ...

    def is_outdated(self, hashed: str) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyHolder:
    """For whom a passkey is made, as the authenticator shows it."""

    person_id: UUID
    email: str
    name: str
    known: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class NewCredential:
    """What an authenticator made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


class Passkeys(Protocol):
    """The ceremonies of WebAuthn for one relying party."""

    def registration_options(self, challenge: bytes, holder: PasskeyHolder) -> str: ...

    def check_registration(self, answer: str, challenge: bytes, origin: str) -> NewCredential:
        """Return the new credential. Raises: PasskeyRefused."""
        ...

    def authentication_options(self, challenge: bytes) -> str: ...

    def credential_id(self, answer: str) -> bytes:
        """Return which credential an answer names. Raises: PasskeyRefused."""
        ...

    def check_authentication(
        self, answer: str, challenge: bytes, origin: str, passkey: Passkey
    ) -> int:
        """Return the new sign count. Raises: PasskeyRefused."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAccount:
    """An organisation's own sign-in provider, and how this installation is registered there."""

    provider_id: UUID
    organisation_id: UUID
    issuer: str
    client_id: str
    client_secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """The secrets of one visit to a provider."""

    state: str
    nonce: str
    verifier: str
    redirect: str


@dataclass(frozen=True, slots=True)
class OutsidePerson:
    """Whom a provider vouches for."""

    subject: str
    email: str
    name: str


class Providers(Protocol):
    """OpenID providers, over the network; never asked within a transaction."""

    def address(self, account: ProviderAccount, trip: RoundTrip) -> str:
        """Return where to send the browser. Raises: ProviderUnreachable."""
        ...

    def identify(self, account: ProviderAccount, trip: RoundTrip, code: str) -> OutsidePerson:
        """Return whom the provider vouches for. Raises: ProviderUnreachable, ProviderRefused."""
        ...


class PeopleStore(Protocol):
    """Persons and their proofs within one transaction."""

    def add_subject_key(self, key: SubjectKey) -> None: ...

    def subject_key(self, subject_id: UUID) -> SubjectKey | None: ...

    def delete_subject_key(self, subject_id: UUID) -> None: ...

    def add_person(self, person: Person) -> None: ...

    def person(self, person_id: UUID) -> Person | None: ...

    def person_by_lookup(self, email_lookup: bytes) -> Person | None: ...

    def save_person(self, person: Person) -> None: ...

    def add_passkey(self, passkey: Passkey) -> bool:
        """Save a passkey; False if the credential is known already."""
        ...

    def passkey(self, credential_id: bytes) -> Passkey | None: ...

    def passkeys_of(self, person_id: UUID) -> list[Passkey]: ...

    def note_passkey_use(self, credential_id: bytes, sign_count: int, moment: datetime) -> None: ...

    def remove_passkey(self, person_id: UUID, credential_id: bytes) -> bool: ...

    def remove_passkeys(self, person_id: UUID) -> None: ...

    def outside_person(self, provider_id: UUID, subject_lookup: bytes) -> UUID | None: ...

    def link_outside_person(
        self, provider_id: UUID, subject_lookup: bytes, person_id: UUID
    ) -> None: ...

    def unlink_outside_persons(self, person_id: UUID) -> None: ...


class SessionStore(Protocol):
    """Sessions within one transaction."""

    def add(self, session: Session) -> None: ...

    def by_digest(self, token_digest: bytes) -> Session | None: ...

    def of_person(self, person_id: UUID) -> list[Session]: ...

    def note_use(self, session_id: UUID, moment: datetime) -> None: ...

    def act_for(self, session_id: UUID, organisation_id: UUID | None) -> None: ...

    def prove(self, session_id: UUID, *, token_digest: bytes, moment: datetime) -> None:
        """Save that a passkey was shown, and the token that the session has from now on."""
        ...

    def end(self, person_id: UUID, session_id: UUID) -> bool: ...

    def end_all(self, person_id: UUID, *, but: UUID | None = None) -> int: ...

    def end_all_for(self, person_id: UUID, organisation_id: UUID) -> None: ...

    def forget_older_than(self, moment: datetime) -> None: ...


class LinkStore(Protocol):
    """One-time links, challenges and counted attempts within one transaction."""

    def add_link(self, link: OneTimeLink) -> None: ...

    def link(self, token_digest: bytes, use: LinkUse, moment: datetime) -> OneTimeLink | None: ...

    def take_link(self, token_digest: bytes, use: LinkUse, moment: datetime) -> OneTimeLink | None:
        """Return a link that is in time and was not used, and use it up."""
        ...

    def drop_links(self, subject_id: UUID) -> None: ...

    def add_challenge(self, challenge: Challenge) -> None: ...

    def take_challenge(
        self, digest: bytes, use: ChallengeUse, moment: datetime
    ) -> Challenge | None: ...

    def attempts(self, bucket: bytes) -> Attempts | None: ...

    def save_attempts(self, bucket: bytes, attempts: Attempts) -> None: ...

    def forget_attempts(self, bucket: bytes) -> None: ...

    def tidy(self, moment: datetime) -> None:
        """Remove what has expired."""
        ...


class RecoveryStore(Protocol):
    """Requests to make passkeys anew, within one transaction."""

    def add(self, recovery: PasskeyRecovery) -> None: ...

    def by_id(self, recovery_id: UUID) -> PasskeyRecovery | None: ...

    def save(self, recovery: PasskeyRecovery) -> None: ...

    def open_of_person(self, person_id: UUID, moment: datetime) -> PasskeyRecovery | None: ...

    def open_in(self, region: str, moment: datetime) -> list[PasskeyRecovery]:
        """Return a city's requests that wait, the oldest first."""
        ...

    def forget(self, person_id: UUID) -> None:
        """Remove a person's requests, and his name from those of others."""
        ...
