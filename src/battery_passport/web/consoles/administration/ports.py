"""What administrators' pages need.

In: nothing. Out: the port that assembly fulfils, and its values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from battery_passport.access.model import Principal
from battery_passport.web.consoles.frame.views import BatteryCard


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFact:
    """A key of the installation by what it is for; its public half only."""

    purpose: str
    algorithm: str
    key_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchState:
    """How far the monitor has come; `finding` stays until somebody has looked into it."""

    checked: int
    size: int
    finished_at: datetime | None
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningState:
    """How the installation does: what waits, what is stuck, how far the chain lags."""

    applications: int
    organisations: int
    members: int
    quarantined: int
    stuck: int
    pending: int
    log_origin: str
    log_size: int
    checkpoint_at: datetime | None
    anchored_size: int
    anchored_at: datetime | None
    anchor_block: int | None
    lag_s: float
    watch: WatchState
    keys: tuple[KeyFact, ...]
    keys_are_insecure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedBatch:
    """A batch under a number that another batch had taken; neither was overwritten."""

    digest: str
    known_digest: str
    card: BatteryCard | None
    device_id: UUID
    sequence: int
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckRecord:
    """A record on which a step of the platform fails."""

    fact_id: UUID
    kind: str
    card: BatteryCard | None
    step: str
    error: str
    failed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRun:
    """An audit that was asked for; `intact` is None while it runs, or if it was cut off."""

    run_id: UUID
    started_at: datetime
    checked: int
    ended_at: datetime | None
    intact: bool | None
    finding: str
    running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPasskeys:
    """Somebody of the city who says that his passkeys are lost.

    `vouched` tells that one administrator has said yes; `own_turn` that the reader may say so.
    """

    recovery_id: UUID
    name: str
    email: str
    organisation: str
    asked_at: datetime
    expires_at: datetime
    vouched: bool
    own_turn: bool


class RecoveryBook(Protocol):
    """Requests of people who have lost their passkeys."""

    def waiting(self, principal: Principal) -> Sequence[LostPasskeys]: ...

    def vouch(self, principal: Principal, recovery_id: UUID) -> bool:
        """Say that somebody is who he says; return whether he may make passkeys now.

        Raises: NothingHere, NotAllowedNow.
        """

    def turn_down(self, principal: Principal, recovery_id: UUID) -> None:
        """End a request without anything changed. Raises: NothingHere."""


class AdministrationBook(Protocol):
    """The installation as far as one city's administrator sees it."""

    def state(self, principal: Principal) -> RunningState: ...

    def quarantine(self, principal: Principal) -> Sequence[QuarantinedBatch]: ...

    def stuck(self, principal: Principal) -> Sequence[StuckRecord]: ...

    def audits(self) -> Sequence[AuditRun]:
        """Return audits, the latest first."""

    def start_audit(self, principal: Principal, submission: UUID) -> UUID:
        """Begin an audit in the background, or return the one that runs already."""
