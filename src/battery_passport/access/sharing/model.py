"""Owners, codes, consents, grants and looks, as frozen values.

In: nothing. Out: values; people are ids, and no value has room for a name.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from battery_passport.access.model import Purpose


class CodeKind(StrEnum):
    """What a claim code does: first owner, hand-over by the owner, or correction by the city."""

    FIRST = "first"
    TRANSFER = "transfer"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCode:
    """A code that was made for a battery; only its hash is kept."""

    code_id: UUID
    code_hash: bytes
    battery_id: UUID
    kind: CodeKind
    made_by_person: UUID | None
    made_by_organisation: UUID | None
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """A time during which a person owned a battery; `until` is None while he still does.

    `person_id` is None once that person was erased.
    """

    ownership_id: UUID
    battery_id: UUID
    person_id: UUID | None
    since: datetime
    until: datetime | None = None


class ConsentPurpose(StrEnum):
    """What an owner may agree to, each by itself."""

    SAFETY_ALERTS = "safety-alerts"
    THIRD_PARTIES = "third-parties"
    RESEARCH = "research"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """An agreement to one version of a text; withdrawn consents are kept with their end."""

    consent_id: UUID
    person_id: UUID
    purpose: ConsentPurpose
    text_version: int
    given_at: datetime
    withdrawn_at: datetime | None = None


class Part(StrEnum):
    """What an owner can choose to show; all but the estimate are of Annex XIII point 4."""

    ESTIMATE = "estimate"
    PERFORMANCE = "performance"
    STATUS = "status"
    USE = "use"
    INCIDENTS = "incidents"


class Standing(StrEnum):
    """Whether a grant holds."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A permission to look: for whom holds its link, for a purpose and a time.

    `number` counts an owner's grants of a battery, so that people can tell them apart; `opens`
    counts the browsers in which the page was shown, `last_opened_at` is the latest of them.
    """

    grant_id: UUID
    battery_id: UUID
    person_id: UUID
    number: int
    purpose: Purpose
    parts: frozenset[Part]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    opens: int = 0
    last_opened_at: datetime | None = None

    def standing(self, now: datetime) -> Standing:
        """Return whether the grant holds at a time."""
        if self.revoked_at is not None:
            return Standing.REVOKED
        return Standing.ACTIVE if now < self.expires_at else Standing.EXPIRED

    def left(self, now: datetime) -> timedelta:
        """Return for how long the grant still holds; nothing once it ended."""
        if self.standing(now) is not Standing.ACTIVE:
            return timedelta(0)
        return self.expires_at - now


GRANT_HOLDER = "grant-holder"
"""Who looked, where nobody but the holder of a link is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look at points that are not public: who as role or link, which points, why, when.

    `viewer` is a `Role` value, `machine` or `GRANT_HOLDER`; `points` are numbers of data points.
    """

    look_id: UUID
    battery_id: UUID
    viewer: str
    organisation_id: UUID | None
    grant_id: UUID | None
    points: tuple[int, ...]
    with_estimate: bool
    purpose: Purpose
    at: datetime
