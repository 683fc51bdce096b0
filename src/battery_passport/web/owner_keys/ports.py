"""What the pages of an owner's keys need of the ledger.

In: nothing. Out: the port that `assembly/ledger_keys` fills, and what it tells.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.owner.ports import OwnerServices


class Holder(StrEnum):
    """Who holds a battery on the ledger, as its owner is told."""

    ORGANISATION = "organisation"
    ME = "me"
    ANOTHER = "another"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A lost key's replacement: approvals first, then the delay in which the old key can object.

    `ready_at` is None until enough members approved.
    """

    approvals: int
    needed: int
    members: int
    ready_at: datetime | None
    is_ready: bool
    is_mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """How a battery stands on the ledger, for its owner.

    `take`, `appoint`, `lost` and `objection` are typed messages to be signed in the browser; the
    receiver of `take` and `lost` is the key that the browser makes. `copy` is the wrapped key that
    is kept here, if one is. `asked_until` is set while the former owner's signature is waited for.
    """

    holder: Holder
    organisation: str
    address: str
    copy: str
    asked_until: datetime | None
    delay_s: int
    take: JsonObject
    appoint: JsonObject | None
    lost: JsonObject | None
    objection: JsonObject | None
    replacement: Replacement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingForMe:
    """The next owner of a battery has signed and waits for mine, or somebody says my key is lost.

    `copy` is the wrapped key that is kept here, if one is.
    """

    request_id: UUID | None
    battery_id: UUID
    address: str
    copy: str
    message: JsonObject
    until: datetime
    is_objection: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a browser signed: the message's own nonce and deadline, and the signature."""

    address: str
    number: int
    deadline_s: int
    signature: bytes
    copy: str = ""


class LedgerKeys(Protocol):
    """What a person does on the ledger. All raise ChainUnavailable and RegistryRefused."""

    def state(self, person_id: UUID, battery_id: UUID) -> KeyState:
        """Return how a battery stands. Raises: NotOnLedger."""

    def waiting(self, person_id: UUID) -> list[WaitingForMe]:
        """Return what waits for the person's signature, whoever owns the batteries now."""

    def take(self, person_id: UUID, battery_id: UUID, signed: Signed) -> bool:
        """Let a new key hold the battery; False if the former owner has to sign as well.

        Raises: MessageOutdated, SignatureNotTheirs.
        """

    def give(self, person_id: UUID, request_id: UUID, signature: bytes) -> None:
        """Give a battery to its next owner. Raises: MessageOutdated, SignatureNotTheirs."""

    def appoint(self, person_id: UUID, battery_id: UUID, signed: Signed) -> None:
        """Let the organisation hold the battery. Raises: MessageOutdated, SignatureNotTheirs."""

    def lost(self, person_id: UUID, battery_id: UUID, signed: Signed) -> None:
        """Ask for another key in the place of a lost one.

        Raises: MessageOutdated, SignatureNotTheirs.
        """

    def object_to(self, person_id: UUID, battery_id: UUID, signed: Signed) -> None:
        """Stop a replacement: the old key is there. Raises: SignatureNotTheirs."""

    def finish(self, person_id: UUID, battery_id: UUID) -> None:
        """Carry a replacement out after its delay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerKeyServices:
    """All that the pages are given."""

    owner: OwnerServices
    ledger: LedgerKeys
