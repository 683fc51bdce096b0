"""People's keys for batteries on the ledger, and what waits for signatures, as they are kept.

In: rows. Out: frozen values; what tells an address is sealed under the person's own key.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class RequestKind(StrEnum):
    """What is waited for."""

    TRANSFER = "transfer"
    REBINDING = "rebinding"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerToken:
    """Under which salted key the ledger knows a battery."""

    battery_id: UUID
    salt: bytes
    digest: bytes
    onchain_key: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedKey:
    """A person's key for one battery; the private half is on the person's own device."""

    key_id: UUID
    person_id: UUID
    battery_id: UUID
    sealed: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRequest:
    """A message that `person_id` signed and others have not yet."""

    request_id: UUID
    kind: RequestKind
    person_id: UUID
    battery_id: UUID
    sealed: bytes
    deadline_s: int
    made_at: datetime
