"""Joins the policies with this installation: who decides, and who the command line is.

In: a clock, a book of grants. Out: the authorizer of the process; sections for an audience.
"""

from functools import cache

from battery_passport.access.model import (
    ANONYMOUS,
    PLATFORM,
    Principal,
    PrincipalKind,
    Purpose,
    Resource,
    ResourceKind,
)
from battery_passport.access.policy.actions import OPERATOR_SCOPE, action_named
from battery_passport.access.policy.ports import Decider, GrantBook
from battery_passport.access.policy.reading import READ, points_of_audience
from battery_passport.access.policy.reading import Audience as Reader
from battery_passport.access.policy.remembering import RememberingDecider
from battery_passport.access.policy.service import Authorizer
from battery_passport.adapters.cedar.decider import shipped_decider
from battery_passport.assembly.counting import CountDecision, CountingDecider
from battery_passport.foundation.clock import Clock, SystemClock
from battery_passport.passport.disclosure import SECTIONS, Audience
from battery_passport.registry.model import Battery

OPERATOR = Principal(kind=PrincipalKind.MACHINE, scopes=frozenset({OPERATOR_SCOPE}))
"""The command line: whoever can read the home folder operates the installation."""

TELEMETRY_ACTION = "telemetry.send"


@cache
def process_decider() -> Decider:
    """Return the shipped policies, read once in this process. Raises: PolicyFault."""
    return RememberingDecider(shipped_decider())


def build_authorizer(
    clock: Clock | None = None,
    *,
    grants: GrantBook | None = None,
    count: CountDecision | None = None,
) -> Authorizer:
    """Return the authorizer of an installation; without a book nobody holds a grant.

    Every decision is told to `count`, if it is given.
    """
    decider = process_decider()
    counted = decider if count is None else CountingDecider(decider, count)
    return Authorizer(counted, clock or SystemClock(), grants=grants)


def authorize_operator(authorizer: Authorizer, action: str) -> None:
    """Return if the command line may do this.

    Raises: AccessDenied, UnknownAction.
    """
    resource = Resource(kind=action_named(action).resource)
    authorizer.require(OPERATOR, action, resource, Purpose.ADMINISTRATION)


def authorize_collection(authorizer: Authorizer) -> None:
    """Return if batches may be handed in, which is the same question for every one of them.

    Raises: SignInNeeded.
    """
    authorizer.require(ANONYMOUS, TELEMETRY_ACTION, PLATFORM, Purpose.OWN_USE)


def sections_of_audience(audience: Audience, battery: Battery, *, action: str = READ) -> list[str]:
    """Return the sections of a credential that a document for this audience discloses.

    The command line holds every section, being the operator's; it makes documents for an audience
    that it names, and the policies say what that audience may see.
    """
    thing = Resource(
        kind=ResourceKind.BATTERY,
        battery_id=battery.battery_id,
        responsible_id=battery.responsible_id,
    )
    points = points_of_audience(process_decider(), Reader(audience.value), thing, action=action)
    return [name for point, name in SECTIONS.items() if point in points]
