"""What owning and sharing need from the record store.

In: nothing. Out: Protocols that adapters fulfil within one transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from battery_passport.access.sharing.model import (
    ClaimCode,
    Consent,
    ConsentPurpose,
    Grant,
    Look,
    Ownership,
)


class Ownerships(Protocol):
    """Who owns and owned which battery."""

    def current(self, battery_id: UUID) -> Ownership | None:
        """Return the ownership that a battery is in now."""

    def of_person(self, person_id: UUID) -> Sequence[Ownership]:
        """Return a person's ownerships, ended ones too, the latest first."""

    def begin(self, ownership: Ownership) -> None:
        """Save an ownership; the store refuses a second one of the same battery."""

    def end(self, battery_id: UUID, moment: datetime) -> None:
        """End the ownership that a battery is in now, if it is in one."""

    def forget(self, person_id: UUID) -> None:
        """Cut a person from his ownerships, which stay as times without a name."""


class ClaimCodes(Protocol):
    """Codes by their hashes, and the guesses at them."""

    def add(self, code: ClaimCode) -> None: ...

    def by_hash(self, code_hash: bytes) -> ClaimCode | None: ...

    def use(self, code_id: UUID, moment: datetime) -> bool:
        """Mark a code as used; False if it was used before, even a moment ago."""

    def withdraw_open(self, battery_id: UUID, moment: datetime) -> None:
        """Withdraw the codes of a battery that were not used yet."""

    def add_attempt(self, person_id: UUID, moment: datetime) -> None:
        """Remember a wrong guess."""

    def attempts(self, person_id: UUID | None, since: datetime) -> int:
        """Return how many wrong guesses a person, or everybody, made since then."""

    def forget(self, person_id: UUID) -> None:
        """Cut a person from his codes and guesses."""


class Consents(Protocol):
    """What people agreed to."""

    def given(self, person_id: UUID, purpose: ConsentPurpose) -> Consent | None:
        """Return the consent that holds now; every use of data asks here, each time."""

    def of_person(self, person_id: UUID) -> Sequence[Consent]:
        """Return a person's consents, withdrawn ones too, the latest first."""

    def add(self, consent: Consent) -> None: ...

    def withdraw(self, consent_id: UUID, moment: datetime) -> None: ...

    def forget(self, person_id: UUID) -> None:
        """Remove a person's consents."""


class Grants(Protocol):
    """Grants by owner and by the hash of their link's secret."""

    def add(self, grant: Grant, token_hash: bytes) -> None: ...

    def by_id(self, grant_id: UUID) -> Grant | None: ...

    def by_token(self, token_hash: bytes) -> Grant | None: ...

    def of_person(self, person_id: UUID) -> Sequence[Grant]:
        """Return a person's grants, the latest first."""

    def next_number(self, person_id: UUID, battery_id: UUID) -> int:
        """Return the number of the next grant, from 1."""

    def revoke(self, grant_id: UUID, moment: datetime) -> None: ...

    def revoke_all(self, battery_id: UUID, moment: datetime) -> None:
        """Revoke every grant of a battery that still holds."""

    def begin_session(
        self, session_hash: bytes, grant_id: UUID, *, begun_at: datetime, expires_at: datetime
    ) -> None:
        """Remember a browser that opened the link."""

    def of_session(self, session_hash: bytes, now: datetime) -> Grant | None:
        """Return the grant that a browser opened, as long as its session lasts."""

    def mark_seen(self, session_hash: bytes, moment: datetime) -> bool:
        """Remember that the page was shown in that browser; False if it was before."""

    def forget(self, person_id: UUID) -> None:
        """Remove a person's grants with their sessions."""


class Looks(Protocol):
    """Looks at points that are not public, as the owner reads them."""

    def of_battery(
        self, battery_id: UUID, *, since: datetime, until: datetime | None, limit: int, offset: int
    ) -> Sequence[Look]:
        """Return looks within a time, the latest first."""

    def count(self, battery_id: UUID, *, since: datetime, until: datetime | None) -> int:
        """Return how many looks there were within a time."""

    def forget(self, battery_id: UUID, *, since: datetime, until: datetime) -> None:
        """Remove the looks of a time in which somebody owned the battery who is to be erased."""


class LookLog(Protocol):
    """Keeps looks for the owner and for the log."""

    def record(self, look: Look) -> None:
        """Save a look with the act that logs it, in the transaction that read the points."""


class PersonalRecords(Protocol):
    """Sealed personal data and sessions of people; kept by `access.people`."""

    def destroy(self, person_id: UUID) -> None:
        """Destroy a person's subject key, account, passkeys, memberships and sessions."""


class Pseudonyms(Protocol):
    """Ties between people and the pseudonyms of their act records."""

    def request(self, person_id: UUID, moment: datetime) -> None:
        """Cut the tie, and put the records in line to be erased."""
