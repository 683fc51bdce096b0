"""Which data points each part of a grant opens, and what a grant tells the policies.

In: grants. Out: numbers of data points of Annex XIII point 4; terms for a decision.
Source: EU-2023-1542 annex-xiii point 4; EC guidance version 2.0.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from battery_passport.access.policy.model import GrantTerms
from battery_passport.access.sharing.model import Grant, Part

INDIVIDUAL_POINT = 4

POINTS_OF_PART: Mapping[Part, frozenset[int]] = MappingProxyType(
    {
        Part.ESTIMATE: frozenset(),
        Part.PERFORMANCE: frozenset(range(51, 67)),
        Part.STATUS: frozenset({67}),
        Part.USE: frozenset({68, 70, 71}),
        Part.INCIDENTS: frozenset({69}),
    }
)
"""The estimate is no data point: it is this platform's own, in a statement beside the passport."""

WHOLE_POINT_FOUR = frozenset().union(*POINTS_OF_PART.values())


def points_of(parts: Iterable[Part]) -> frozenset[int]:
    """Return the numbers of the data points that parts open."""
    return frozenset(number for part in parts for number in POINTS_OF_PART[part])


def opens_whole_section(parts: Iterable[Part]) -> bool:
    """Return whether the signed section of point 4 may be handed out, which cannot be cut."""
    return points_of(parts) == WHOLE_POINT_FOUR


def terms_of(grant: Grant) -> GrantTerms:
    """Return what the policies are told of a grant."""
    return GrantTerms(
        grant_id=grant.grant_id,
        battery_id=grant.battery_id,
        points=frozenset({INDIVIDUAL_POINT}),
        purpose=grant.purpose,
        valid_from=grant.created_at,
        valid_until=grant.expires_at,
        revoked=grant.revoked_at is not None,
        giver_id=grant.person_id,
        data_points=points_of(grant.parts),
    )
