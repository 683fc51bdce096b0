"""What pages of customs cases and checks need.

In: nothing. Out: the port that assembly fulfils, and its values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from battery_passport.access.customs import (
    CaseReason,
    CheckReason,
    CheckResult,
    CustomsCase,
    CustomsCheck,
)
from battery_passport.access.model import Principal
from battery_passport.web.consoles.frame.views import BatteryCard


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseToOpen:
    """What an authority chose."""

    submission: UUID
    holder_id: UUID
    points: frozenset[int]
    reason: CaseReason
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckToRecord:
    """What a customs officer found; `verdict` and `version` are what the platform had answered."""

    submission: UUID
    declaration: str
    result: CheckResult
    reasons: tuple[CheckReason, ...]
    verdict: str
    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case with its battery and both sides' names; `own` tells that the reader opened it."""

    case: CustomsCase
    card: BatteryCard
    opened_by: str
    holder: str
    own: bool
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """A check with its battery and the office that made it."""

    check: CustomsCheck
    card: BatteryCard
    office: str


class CustomsBook(Protocol):
    """Cases and checks as the two sides see them."""

    def offices(self) -> Sequence[tuple[UUID, str]]:
        """Return the customs offices that take part."""

    def cases(self, principal: Principal) -> Sequence[CaseLine]:
        """Return the cases that the principal's organisation opened or holds."""

    def held(self, card: BatteryCard, principal: Principal) -> CaseLine | None:
        """Return the case about a battery that is open to the principal's organisation now."""

    def open_case(self, card: BatteryCard, principal: Principal, case: CaseToOpen) -> UUID:
        """Open a case, once for each form. Raises: UnusableCase."""

    def close_case(self, principal: Principal, case_id: UUID) -> None:
        """Close a case of one's own organisation. Raises: NothingOfYours."""

    def checks(self, principal: Principal) -> Sequence[CheckLine]:
        """Return a customs office's own checks; for an authority those referred to it."""

    def record(self, card: BatteryCard, principal: Principal, check: CheckToRecord) -> UUID:
        """Record a check, once for each form. Raises: UnusableCase."""
