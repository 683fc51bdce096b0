"""Decisions of the policies, counted on their way.

In: a decider. Out: the same decisions, each told to a counter by its action.
"""

from collections.abc import Sequence
from typing import Protocol

from battery_passport.access.policy.model import AccessRequest, Decision
from battery_passport.access.policy.ports import Decider


class CountDecision(Protocol):
    """Counts one decision."""

    def __call__(self, action: str, *, allowed: bool) -> None: ...


class CountingDecider:
    """Fulfils `access.policy.ports.Decider` by another one."""

    def __init__(self, decider: Decider, count: CountDecision) -> None:
        self._decider = decider
        self._count = count

    def decide(self, request: AccessRequest) -> Decision:
        """Return the decision, counted."""
        return self._counted(request, self._decider.decide(request))

    def decide_many(self, requests: Sequence[AccessRequest]) -> tuple[Decision, ...]:
        """Return the decisions, counted one by one."""
        return tuple(map(self._counted, requests, self._decider.decide_many(requests)))

    def _counted(self, request: AccessRequest, decision: Decision) -> Decision:
        self._count(request.action, allowed=decision.allowed)
        return decision
