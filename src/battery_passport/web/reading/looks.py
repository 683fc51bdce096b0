"""Looks at what is not public: who looked, at what and why, remembered once per visit.

In: a principal, a battery, what was shown. Out: `Look` values for the owner's record and the log.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from threading import Lock

from battery_passport.access.model import Principal, PrincipalKind, Purpose, Resource, Role
from battery_passport.access.policy.reading import Reading
from battery_passport.access.sharing.model import GRANT_HOLDER, Look
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.web.reading.views import PUBLIC_POINT, ReaderPassport

SAME_VISIT_S = 600.0
"""A page opened again within ten minutes is the same look at the same things."""

_REMEMBERED = 50_000
_MACHINE = "machine"


def is_own_look(principal: Principal, battery: Resource, purpose: Purpose) -> bool:
    """Return whether an owner looks at his own battery, of which he need not be told."""
    owns = principal.person_id is not None and principal.person_id == battery.owner_id
    return owns and purpose is Purpose.OWN_USE


def look_of(
    principal: Principal,
    reading: Reading,
    passport: ReaderPassport,
    *,
    battery: Resource,
    at: datetime,
) -> Look | None:
    """Return the look to record; None where only what is public was shown."""
    numbers = tuple(
        value.number for value in passport.values if int(value.annex_point[0]) != PUBLIC_POINT
    )
    with_estimate = passport.estimate is not None or passport.measured is not None
    if battery.battery_id is None or not (numbers or with_estimate or passport.events):
        return None
    grant = next((terms.grant_id for terms in reading.grants), None)
    return Look(
        look_id=new_uuid7(at),
        battery_id=battery.battery_id,
        viewer=_viewer(principal, by_grant=grant is not None),
        organisation_id=principal.organisation_id,
        grant_id=grant,
        points=numbers,
        with_estimate=with_estimate,
        purpose=reading.purpose,
        at=at,
    )


def _viewer(principal: Principal, *, by_grant: bool) -> str:
    if principal.kind is PrincipalKind.MACHINE:
        return _MACHINE
    at_work = sorted(role.value for role in principal.roles if role is not Role.OWNER)
    if at_work:
        return at_work[0]
    return GRANT_HOLDER if by_grant else Role.OWNER.value


class RecentLooks:
    """Knows which looks were recorded a moment ago; safe between threads."""

    def __init__(self, *, elapsed_s: Callable[[], float] = time.monotonic) -> None:
        self._elapsed_s = elapsed_s
        self._seen: OrderedDict[Hashable, float] = OrderedDict()
        self._lock = Lock()

    def is_new(self, principal: Principal, look: Look) -> bool:
        """Return whether nothing alike was shown to this visitor within the same visit."""
        key = _sameness(principal, look)
        with self._lock:
            at = self._seen.get(key)
            return at is None or self._elapsed_s() - at > SAME_VISIT_S

    def note(self, principal: Principal, look: Look) -> None:
        """Remember a look that was recorded."""
        with self._lock:
            self._seen[_sameness(principal, look)] = self._elapsed_s()
            while len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)


def _sameness(principal: Principal, look: Look) -> Hashable:
    return (
        principal.session_id,
        principal.person_id,
        principal.organisation_id,
        look.grant_id,
        look.battery_id,
        look.purpose,
        look.points,
        look.with_estimate,
    )
