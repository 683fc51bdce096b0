"""Readers of every kind, things they ask for, grants, and the shipped policies.

In: what a test varies. Out: valid values around one invented city.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

from battery_passport.access.model import (
    Principal,
    PrincipalKind,
    Purpose,
    Resource,
    ResourceKind,
    Role,
)
from battery_passport.access.policy.model import GrantShown, GrantTerms
from battery_passport.access.policy.remembering import RememberingDecider
from battery_passport.access.policy.service import Authorizer
from battery_passport.adapters.cedar.decider import CedarDecider, shipped_decider
from battery_passport.foundation.clock import FixedClock

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
CITY, OTHER_CITY = "busan", "pohang"

PERSON = UUID("01900000-0000-7000-8000-000000000001")
OTHER_PERSON = UUID("01900000-0000-7000-8000-000000000002")
FIRM = UUID("01900000-0000-7000-8000-000000000011")
OTHER_FIRM = UUID("01900000-0000-7000-8000-000000000012")
BATTERY = UUID("01900000-0000-7000-8000-000000000021")
OTHER_BATTERY = UUID("01900000-0000-7000-8000-000000000022")
GRANT = UUID("01900000-0000-7000-8000-000000000031")
OTHER_GRANT = UUID("01900000-0000-7000-8000-000000000032")


def person(
    *roles: Role,
    person_id: UUID | None = PERSON,
    organisation_id: UUID | None = FIRM,
    region: str | None = CITY,
    scopes: Sequence[str] = (),
    grant_id: UUID | None = None,
) -> Principal:
    """Return somebody signed in; without a role from work, he acts for nobody but himself."""
    works = bool(set(roles) - {Role.OWNER})
    return Principal(
        kind=PrincipalKind.PERSON,
        person_id=person_id,
        organisation_id=organisation_id if works else None,
        region=region if works else None,
        roles=frozenset({Role.OWNER, *roles}),
        scopes=frozenset(scopes),
        grant_id=grant_id,
        session_id="session",
    )


def machine(
    *roles: Role,
    scopes: Sequence[str] = (),
    organisation_id: UUID | None = FIRM,
    region: str | None = CITY,
) -> Principal:
    """Return an organisation's program with its key."""
    return Principal(
        kind=PrincipalKind.MACHINE,
        organisation_id=organisation_id,
        region=region,
        roles=frozenset(roles),
        scopes=frozenset(scopes),
    )


def grant_holder(grant_id: UUID = GRANT) -> Principal:
    """Return whoever opened the link of a grant without signing in."""
    return Principal(kind=PrincipalKind.GRANT_HOLDER, grant_id=grant_id)


def battery(**known: object) -> Resource:
    """Return a battery of another person and another firm in the same city; vary by name."""
    usual = Resource(
        kind=ResourceKind.BATTERY,
        battery_id=BATTERY,
        owner_id=OTHER_PERSON,
        responsible_id=OTHER_FIRM,
        region=CITY,
    )
    return replace(usual, **known)  # type: ignore[arg-type] # a test names real fields


def terms(**known: object) -> GrantTerms:
    """Return an owner's grant of point 4 of the battery, for three days, to a buyer."""
    usual = GrantTerms(
        grant_id=GRANT,
        battery_id=BATTERY,
        points=frozenset({4}),
        purpose=Purpose.PURCHASE,
        valid_from=NOW - timedelta(hours=1),
        valid_until=NOW + timedelta(days=3),
        giver_id=OTHER_PERSON,
    )
    return replace(usual, **known)  # type: ignore[arg-type] # a test names real fields


def shown(grant: GrantTerms, *, at: datetime = NOW) -> GrantShown:
    """Return a grant as it is put forward at a time."""
    return GrantShown(terms=grant, at=at)


@dataclass
class MemoryGrantBook:
    """The grants there are, whoever asks."""

    grants: list[GrantTerms] = field(default_factory=list)

    def held_by(self, principal: Principal, battery_id: UUID) -> Sequence[GrantTerms]:
        return [
            each
            for each in self.grants
            if each.battery_id == battery_id
            and (
                principal.grant_id == each.grant_id
                or (
                    each.organisation_id is not None
                    and each.organisation_id == principal.organisation_id
                )
            )
        ]


@cache
def decider() -> CedarDecider:
    """Return the engine on the shipped policies, parsed once for all tests."""
    return shipped_decider()


def authorizer(*grants: GrantTerms, at: datetime = NOW) -> Authorizer:
    """Return the shipped policies over the given grants."""
    return Authorizer(
        RememberingDecider(decider()), FixedClock(at), grants=MemoryGrantBook(list(grants))
    )
