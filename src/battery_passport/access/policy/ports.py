"""What decisions need from outside: an engine that knows the policies, and the grants there are.

In: nothing. Out: the ports that adapters and the assembly fill.
"""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from battery_passport.access.model import Principal
from battery_passport.access.policy.model import AccessRequest, Decision, GrantTerms


class Decider(Protocol):
    """Answers requests from the policies alone; it holds no state and asks nobody."""

    def decide(self, request: AccessRequest) -> Decision: ...

    def decide_many(self, requests: Sequence[AccessRequest]) -> tuple[Decision, ...]:
        """Return the decisions in the order of the requests."""


class GrantBook(Protocol):
    """Knows the grants that a reader could put forward."""

    def held_by(self, principal: Principal, battery_id: UUID) -> Sequence[GrantTerms]:
        """Return the grants of one battery held by this link, person or organisation.

        Grants that have ended or were revoked may be among them: the policies refuse those.
        """


class NoGrants:
    """A grant book without grants."""

    def held_by(self, principal: Principal, battery_id: UUID) -> Sequence[GrantTerms]:  # noqa: ARG002 -- the port's signature
        return ()
