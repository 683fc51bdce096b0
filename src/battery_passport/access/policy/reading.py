"""Which points of a passport somebody may read, and for which purpose he usually does.

In: a decider, a reader, a battery, the grants he holds. Out: points of Annex XIII.
Source: EU-2023-1542 art-77(2), annex-xiii.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from battery_passport.access.model import (
    ANONYMOUS,
    Principal,
    PrincipalKind,
    Purpose,
    Resource,
    Role,
)
from battery_passport.access.policy.model import AccessRequest, GrantShown, GrantTerms
from battery_passport.access.policy.ports import Decider

ANNEX_POINTS = (1, 2, 3, 4)
READ, PROOF = "passport.read", "passport.proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one look discloses: the points, its purpose, and the grants without which it would not.

    All of it belongs into the record of the look when `points` goes beyond 1.
    """

    points: frozenset[int]
    purpose: Purpose
    by_grant: frozenset[int] = frozenset()
    grants: tuple[GrantTerms, ...] = ()

    def discloses(self, annex_point: int, data_point: int) -> bool:
        """Return whether a data point of a point of Annex XIII may be shown."""
        if annex_point not in self.by_grant:
            return annex_point in self.points
        return any(
            annex_point in terms.points
            and (terms.data_points is None or data_point in terms.data_points)
            for terms in self.grants
        )


def readable_points(
    decider: Decider,
    principal: Principal,
    resource: Resource,
    purpose: Purpose,
    *,
    action: str = READ,
    grants: Sequence[GrantShown] = (),
) -> frozenset[int]:
    """Return the points of the battery's passport that may be read, in one batch of decisions."""
    reading = read_for(decider, principal, resource, purpose, action=action, grants=grants)
    return reading.points


def read_for(
    decider: Decider,
    principal: Principal,
    resource: Resource,
    purpose: Purpose,
    *,
    action: str = READ,
    grants: Sequence[GrantShown] = (),
) -> Reading:
    """Return the points that may be read for one purpose, and the grants that opened some."""
    requests = [
        AccessRequest(
            principal=principal,
            action=action,
            resource=replace(resource, annex_point=point),
            purpose=purpose,
            grant=grant,
        )
        for grant in (None, *grants)
        for point in ANNEX_POINTS
    ]
    allowed = [
        request
        for request, decision in zip(requests, decider.decide_many(requests), strict=True)
        if decision.allowed
    ]
    own = {each.resource.annex_point for each in allowed if each.grant is None}
    granted = [each for each in allowed if each.resource.annex_point not in own]
    terms = (each.grant.terms for each in granted if each.grant is not None)
    return Reading(
        points=frozenset(each.resource.annex_point or 0 for each in allowed),
        purpose=purpose,
        by_grant=frozenset(each.resource.annex_point or 0 for each in granted),
        grants=tuple(dict.fromkeys(terms)),
    )


_PURPOSE_OF_ROLE: Mapping[Role, Purpose] = MappingProxyType(
    {
        Role.AUTHORITY: Purpose.MARKET_SURVEILLANCE,
        Role.COMMISSION: Purpose.MARKET_SURVEILLANCE,
        Role.NOTIFIED_BODY: Purpose.CONFORMITY_ASSESSMENT,
        Role.CUSTOMS: Purpose.CUSTOMS_CHECK,
        Role.INSPECTOR: Purpose.LEGITIMATE_INTEREST,
        Role.DISMANTLER: Purpose.LEGITIMATE_INTEREST,
        Role.RECYCLER: Purpose.LEGITIMATE_INTEREST,
        Role.TRADER: Purpose.PURCHASE,
        Role.SITE_OPERATOR: Purpose.SAFETY,
        Role.CITY_OFFICER: Purpose.CITY_OPERATION,
        Role.ADMINISTRATOR: Purpose.ADMINISTRATION,
    }
)


def usual_purpose(principal: Principal, resource: Resource) -> Purpose:
    """Return what a reader most likely looks for, where nobody has asked him."""
    owns = principal.person_id is not None and principal.person_id == resource.owner_id
    answers = (
        Role.MANUFACTURER in principal.roles
        and principal.organisation_id is not None
        and principal.organisation_id == resource.responsible_id
    )
    if owns or answers:
        return Purpose.OWN_USE
    if principal.grant_id is not None:
        return Purpose.PURCHASE
    usual = (purpose for role, purpose in _PURPOSE_OF_ROLE.items() if role in principal.roles)
    return next(usual, Purpose.OWN_USE)


class Audience(StrEnum):
    """Readers that can be stood in for: in a preview, and at the command line.

    The command line acts as the installation's operator, who holds every section anyway; it names
    the audience for which it makes something, and gets what that audience may see.
    """

    PUBLIC = "public"
    LEGITIMATE_INTEREST = "legitimate-interest"
    AUTHORITY = "authority"
    NOTIFIED_BODY = "notified-body"
    COMMISSION = "commission"
    CUSTOMS = "customs"
    OWNER = "owner"


_NOBODY = UUID(int=0)
_ROLE_OF_AUDIENCE: Mapping[Audience, Role] = MappingProxyType(
    {
        Audience.LEGITIMATE_INTEREST: Role.RECYCLER,
        Audience.AUTHORITY: Role.AUTHORITY,
        Audience.NOTIFIED_BODY: Role.NOTIFIED_BODY,
        Audience.COMMISSION: Role.COMMISSION,
        Audience.CUSTOMS: Role.CUSTOMS,
    }
)


def points_of_audience(
    decider: Decider, audience: Audience, resource: Resource, *, action: str = READ
) -> frozenset[int]:
    """Return what any reader of an audience may see of a battery, by the same policies."""
    principal = ANONYMOUS
    if audience is Audience.OWNER:
        principal = Principal(kind=PrincipalKind.PERSON, person_id=resource.owner_id or _NOBODY)
        resource = replace(resource, owner_id=principal.person_id)
    elif audience in _ROLE_OF_AUDIENCE:
        roles = frozenset({_ROLE_OF_AUDIENCE[audience]})
        principal = Principal(kind=PrincipalKind.PERSON, person_id=_NOBODY, roles=roles)
        resource = replace(resource, owner_id=None)
    purpose = usual_purpose(principal, resource)
    return readable_points(decider, principal, resource, purpose, action=action)
