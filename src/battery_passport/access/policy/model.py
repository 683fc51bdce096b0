"""A question to the policies and its answer.

In: nothing. Out: frozen values; equal requests always get equal decisions.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from battery_passport.access.model import Principal, Purpose, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantTerms:
    """What a grant opens: these points of one battery, for one purpose, in one span of time.

    A grant is held by whoever has its link, or by the organisation it names; it is given by a
    battery's owner, or by an authority as a customs case. `valid_until` is the first moment at
    which it no longer holds. `data_points` narrows the points down to some of their numbers; the
    policies decide on whole points, who discloses leaves the others out.
    """

    grant_id: UUID
    battery_id: UUID
    points: frozenset[int]
    purpose: Purpose
    valid_from: datetime
    valid_until: datetime
    revoked: bool = False
    giver_id: UUID | None = None
    organisation_id: UUID | None = None
    data_points: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantShown:
    """A grant put forward with a request, and the moment of the request."""

    terms: GrantTerms
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRequest:
    """May this principal do this to that, for this purpose? `action` is a name of the table."""

    principal: Principal
    action: str
    resource: Resource
    purpose: Purpose
    grant: GrantShown | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer. `reason` names the policies that decided, or says that none permits it."""

    allowed: bool
    reason: str
