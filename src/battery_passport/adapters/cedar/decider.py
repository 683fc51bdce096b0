"""Cedar as the decider: policies parsed once, checked against their schema, asked in batches.

In: requests. Out: decisions; anything but a clean "allow" is a denial.
"""

from collections.abc import Sequence
from dataclasses import replace

import cedarpy

from battery_passport.access.model import Principal, Resource
from battery_passport.access.policy.errors import PolicyFault
from battery_passport.access.policy.model import AccessRequest, Decision
from battery_passport.adapters.cedar.entities import (
    cedar_request,
    principal_entity,
    resource_entity,
)
from battery_passport.adapters.cedar.policy_files import policy_texts, schema_text

NOTHING_PERMITS = "no policy permits it"


class CedarDecider:
    """Fulfils `access.policy.ports.Decider`. Safe between threads: nothing changes in it."""

    def __init__(self, policies: str, schema: str) -> None:
        """Parse and check the policies.

        Raises: PolicyFault.
        """
        try:
            self._schema = cedarpy.Schema.from_str(schema)
            self._policies = cedarpy.PolicySet.from_str(policies)
        except ValueError as error:
            raise PolicyFault(f"The policies cannot be read: {error}.") from error
        checked = cedarpy.validate_policies(policies, self._schema)
        if not checked.validation_passed:
            faults = "; ".join(str(fault) for fault in checked.errors)
            raise PolicyFault(f"The policies do not fit their schema: {faults}.")

    def decide(self, request: AccessRequest) -> Decision:
        return self.decide_many((request,))[0]

    def decide_many(self, requests: Sequence[AccessRequest]) -> tuple[Decision, ...]:
        """Return the decisions in the order of the requests."""
        groups: dict[tuple[Principal, Resource], list[int]] = {}
        for place, request in enumerate(requests):
            thing = replace(request.resource, annex_point=None)
            groups.setdefault((request.principal, thing), []).append(place)
        decisions: dict[int, Decision] = {}
        for (principal, thing), places in groups.items():
            batch = [requests[place] for place in places]
            decided = self._decide_batch(principal, thing, batch)
            decisions.update(zip(places, decided, strict=True))
        return tuple(decisions[place] for place in range(len(requests)))

    def _decide_batch(
        self, principal: Principal, thing: Resource, batch: Sequence[AccessRequest]
    ) -> list[Decision]:
        answers = cedarpy.is_authorized_batch(
            [cedar_request(request) for request in batch],
            self._policies,
            [principal_entity(principal), resource_entity(thing)],
            self._schema,
        )
        return [_decision(answer) for answer in answers]


def shipped_decider() -> CedarDecider:
    """Return the decider of the policies that this package carries. Raises: PolicyFault."""
    return CedarDecider("\n".join(policy_texts().values()), schema_text())


def _decision(answer: cedarpy.AuthzResult) -> Decision:
    diagnostics = answer.diagnostics
    if diagnostics.errors:
        return Decision(allowed=False, reason=f"not decidable: {'; '.join(diagnostics.errors)}")
    named = diagnostics.id_annotations_by_reason
    reasons = sorted(named.get(reason, reason) for reason in diagnostics.reasons)
    return Decision(allowed=answer.allowed, reason=", ".join(reasons) or NOTHING_PERMITS)
