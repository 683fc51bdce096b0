"""What the pages of one collection device need.

In: nothing. Out: the port that assembly fulfils, and its values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from battery_passport.access.model import Principal
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.web.consoles.fleet.ports import DeviceRow
from battery_passport.web.consoles.frame.views import BatteryCard


class Turn(StrEnum):
    """What happened in a device's life."""

    ENROLLED = "enrolled"
    KEY_RENEWED = "key-renewed"
    FITTED = "fitted"
    TAKEN_OFF = "taken-off"
    CODE_MADE = "code-made"
    SUSPENDED = "suspended"
    LIFTED = "lifted"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeStep:
    """One thing that happened; `reason` is a code, `battery` the one that it was about."""

    at: datetime
    turn: Turn
    reason: str = ""
    battery: BatteryIdentifier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFact:
    """A key of a device by its fingerprint; `ended_at` is None while it is the current one."""

    fingerprint: str
    since: datetime
    ended_at: datetime | None
    taken_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFact:
    """A batch that came in."""

    sequence: int
    received_at: datetime
    collected_at: datetime
    samples: int | None
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePortrait:
    """A device with its life; `battery` is the one that decides who may see and change it."""

    row: DeviceRow
    battery: BatteryCard
    fitted: bool
    reason: str
    reported_at: datetime | None
    set_aside: int | None
    quarantined: int
    steps: Sequence[LifeStep]
    keys: Sequence[KeyFact]
    batches: Sequence[BatchFact]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePaper:
    """A one-time code as it is handed out; `link` is what its QR code holds."""

    code: str
    link: str
    expires_at: datetime


class DeviceBook(Protocol):
    """Devices, changed by the operations that the verbs run; each change tells who made it."""

    def portrait(self, device_id: UUID) -> DevicePortrait | None: ...

    def make_code(self, principal: Principal, card: BatteryCard, *, hours: int) -> CodePaper: ...

    def replace(self, principal: Principal, device_id: UUID) -> CodePaper:
        """Return a code for the device that follows. Raises: DeviceStandsOtherwise."""

    def suspend(self, principal: Principal, device_id: UUID, *, reason: str) -> None:
        """Raises: DeviceStandsOtherwise."""

    def lift(self, principal: Principal, device_id: UUID) -> None:
        """Raises: DeviceStandsOtherwise."""

    def move(self, principal: Principal, device_id: UUID, card: BatteryCard) -> None:
        """Raises: DeviceStandsOtherwise."""

    def retire(self, principal: Principal, device_id: UUID, *, compromised: bool) -> None:
        """Raises: DeviceStandsOtherwise."""
