"""The questions that pages, routes and commands ask.

In: a decider, a clock, a book of grants. Out: decisions, denials as errors, readable points.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from battery_passport.access.model import (
    PLATFORM,
    Principal,
    PrincipalKind,
    Purpose,
    Resource,
    ResourceKind,
)
from battery_passport.access.policy.action import Action
from battery_passport.access.policy.actions import action_named
from battery_passport.access.policy.errors import AccessDenied, NothingHere, SignInNeeded
from battery_passport.access.policy.model import AccessRequest, Decision, GrantShown
from battery_passport.access.policy.ports import Decider, GrantBook, NoGrants
from battery_passport.access.policy.reading import READ, Reading, read_for, usual_purpose
from battery_passport.foundation.clock import Clock

_SOME_BATTERY = UUID(int=0)


class Authorizer:
    """Asks the policies. One for the whole process; safe between threads."""

    def __init__(self, decider: Decider, clock: Clock, *, grants: GrantBook | None = None) -> None:
        self.decider = decider
        self._clock = clock
        self._grants = grants or NoGrants()

    def may_enter(self, principal: Principal, action: Action) -> Decision:
        """Return whether there is anything at all to which this principal may do this.

        The policies allow on grounds of what belongs to the principal; so the question is asked
        for a thing that is his, his organisation's and in his region. What they deny there, they
        deny everywhere.
        """
        return self.decider.decide(
            AccessRequest(
                principal=principal,
                action=action.name,
                resource=_most_favourable(principal, action),
                purpose=Purpose.OWN_USE,
            )
        )

    def decide(
        self, principal: Principal, action: str, resource: Resource, purpose: Purpose
    ) -> Decision:
        """Return the decision on one thing, with the grants that the principal holds."""
        known = action_named(action)
        request = AccessRequest(
            principal=principal, action=action, resource=resource, purpose=purpose
        )
        grants = self._shown_grants(principal, resource) if known.points else ()
        asked = [request, *(replace(request, grant=grant) for grant in grants)]
        decisions = self.decider.decide_many(asked)
        return next((each for each in decisions if each.allowed), decisions[0])

    def require(
        self, principal: Principal, action: str, resource: Resource, purpose: Purpose
    ) -> Decision:
        """Return the decision if it allows.

        Raises: SignInNeeded, AccessDenied; NothingHere where existence is not to be told.
        """
        decision = self.decide(principal, action, resource, purpose)
        if decision.allowed:
            return decision
        raise denial(principal, action_named(action))

    def reading(
        self,
        principal: Principal,
        battery: Resource,
        purpose: Purpose | None = None,
        *,
        action: str = READ,
    ) -> Reading:
        """Return what a look at a passport discloses.

        Without a purpose, the one among the reader's usual purpose and those of his grants that
        opens most.
        """
        grants = self._shown_grants(principal, battery)
        purposes = [purpose]
        if purpose is None:
            granted = (grant.terms.purpose for grant in grants)
            purposes = [*dict.fromkeys((usual_purpose(principal, battery), *granted))]
        readings = [
            read_for(self.decider, principal, battery, each, action=action, grants=grants)
            for each in purposes
            if each is not None
        ]
        return max(readings, key=lambda reading: len(reading.points))

    def _shown_grants(self, principal: Principal, resource: Resource) -> Sequence[GrantShown]:
        if resource.battery_id is None or principal.kind is PrincipalKind.ANONYMOUS:
            return ()
        now = self._clock.now()
        held = self._grants.held_by(principal, resource.battery_id)
        return tuple(GrantShown(terms=terms, at=now) for terms in held)


def denial(principal: Principal, action: Action, *, at_the_door: bool = False) -> Exception:
    """Return the error that tells a denial, and no more than may be told."""
    if principal.kind is PrincipalKind.ANONYMOUS:
        return SignInNeeded(f"Nobody has signed in: {action.title_en}.")
    if action.hides and not at_the_door:
        return NothingHere("There is nothing here for you.")
    return AccessDenied(f"You may not do this: {action.title_en}.")


def _most_favourable(principal: Principal, action: Action) -> Resource:
    if action.resource is ResourceKind.PLATFORM:
        return replace(PLATFORM, region=principal.region)
    return Resource(
        kind=action.resource,
        battery_id=_SOME_BATTERY,
        owner_id=principal.person_id,
        responsible_id=principal.organisation_id,
        region=principal.region,
        inspector_ids=frozenset(filter(None, [principal.organisation_id])),
        annex_point=1 if action.points else None,
        grant_id=principal.grant_id,
    )
