"""Customs: cases that an authority opens for a customs office, and checks that the office records.

In: what officers choose, as words. Out: frozen values, checked; the terms that policies decide on.
Source: EU-2023-1542 art-77(2), which does not name customs.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from battery_passport.access.model import Purpose
from battery_passport.access.policy.model import GrantTerms
from battery_passport.foundation.errors import InvalidInput

CASE_POINTS = (2, 3)
"""What a case can open; point 1 is everybody's, point 4 is not for supervision."""

LONGEST_DAYS = 30
LONGEST_DECLARATION = 40
_DECLARATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]*")


class UnusableCase(InvalidInput):
    """A customs case or check with a value that cannot be used."""

    code = "unusable-case"


class CaseReason(StrEnum):
    """Why an authority lets customs see more."""

    DOCUMENTS = "documents"
    SAFETY = "safety"
    RECALL = "recall"
    SAMPLE = "sample"


class CheckResult(StrEnum):
    """What customs does with the goods."""

    RELEASED = "released"
    HELD = "held"
    REFERRED = "referred"


class CheckReason(StrEnum):
    """What was found wrong."""

    NO_PASSPORT = "no-passport"
    NOT_IN_FORCE = "not-in-force"
    OTHER_BATTERY = "other-battery"
    LABEL_MISSING = "label-missing"
    DOCUMENTS_MISSING = "documents-missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomsCase:
    """An authority lets one customs office see points of one battery, for a time."""

    case_id: UUID
    battery_id: UUID
    opened_by: UUID
    holder_id: UUID
    points: frozenset[int]
    reason: CaseReason
    region: str
    opened_at: datetime
    valid_until: datetime
    closed_at: datetime | None = None

    def is_open(self, moment: datetime) -> bool:
        """Return whether the case opens anything now."""
        return self.closed_at is None and self.opened_at <= moment < self.valid_until

    @property
    def terms(self) -> GrantTerms:
        """The case as policies see it."""
        return GrantTerms(
            grant_id=self.case_id,
            battery_id=self.battery_id,
            points=self.points,
            purpose=Purpose.CUSTOMS_CHECK,
            valid_from=self.opened_at,
            valid_until=self.valid_until,
            revoked=self.closed_at is not None,
            organisation_id=self.holder_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomsCheck:
    """What a customs office found about one battery, and what the platform had answered."""

    check_id: UUID
    battery_id: UUID
    organisation_id: UUID
    region: str | None
    case_id: UUID | None
    declaration: str
    result: CheckResult
    reasons: tuple[CheckReason, ...]
    passport_version: int | None
    verdict: str
    at: datetime


def check_points(points: Collection[int]) -> frozenset[int]:
    """Return the points that a case opens. Raises: UnusableCase."""
    if not points or not set(points) <= set(CASE_POINTS):
        raise UnusableCase("Choose what the case opens.")
    return frozenset(points)


def check_days(days: int, opened_at: datetime) -> datetime:
    """Return when a case ends. Raises: UnusableCase."""
    if not 1 <= days <= LONGEST_DAYS:
        raise UnusableCase("A case lasts 1 to 30 days.")
    return opened_at + timedelta(days=days)


def check_declaration(text: str) -> str:
    """Return the number of a customs declaration, or an empty text. Raises: UnusableCase."""
    number = text.strip()
    if number and (len(number) > LONGEST_DECLARATION or not _DECLARATION.fullmatch(number)):
        raise UnusableCase("A declaration number has at most 40 letters, figures, dots and dashes.")
    return number


def check_reasons(result: CheckResult, reasons: Collection[CheckReason]) -> tuple[CheckReason, ...]:
    """Return what was found wrong; goods that are not released need a reason.

    Raises: UnusableCase.
    """
    if result is not CheckResult.RELEASED and not reasons:
        raise UnusableCase("Say what is wrong when goods are not released.")
    return tuple(sorted(set(reasons)))
