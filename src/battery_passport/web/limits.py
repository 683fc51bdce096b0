"""How often one caller may ask: a token bucket for each caller and class of route, in memory.

In: requests with their address or principal. Out: the request goes on, or 429 and when to return.
Collection is not counted here: its queue says 503 when the disk cannot follow.
Source: RFC 6585 §4.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_network
from types import MappingProxyType

from starlette.requests import Request
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from battery_passport.access.model import ANONYMOUS, Principal
from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.web.authorization import actions_of, every_route
from battery_passport.web.failures import answer_failure
from battery_passport.web.forms import SAFE_METHODS
from battery_passport.web.log.routes import PREFIX as LOG_PREFIX
from battery_passport.web.problems import problem_of
from battery_passport.web.site import Site

MOST_CALLERS = 20_000
"""About 4 MB. Who has asked least recently is forgotten first, and then has a full bucket again."""


class TooManyRequests(TemporarilyUnavailable):
    """The caller asked more often than anybody needs to."""

    code = "too-many-requests"
    remedy = "Wait for the time that Retry-After gives, then go on more slowly."


class RouteClass(StrEnum):
    """What a request is counted as."""

    READING = "reading"
    CHANGING = "changing"
    MIRRORING = "mirroring"
    """The log's tiles, which a monitor reads by the thousand."""
    PROVING = "proving"
    """Passwords, codes and links: what an attacker would try out one by one."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and then so many a second."""

    burst: float
    per_s: float


ADDRESS_RATES: Mapping[RouteClass, Rate] = MappingProxyType(
    {
        RouteClass.READING: Rate(burst=600, per_s=60),
        RouteClass.MIRRORING: Rate(burst=6_000, per_s=600),
        RouteClass.CHANGING: Rate(burst=120, per_s=5),
        RouteClass.PROVING: Rate(burst=60, per_s=0.5),
    }
)
"""An office or a mobile network shows one address for many people, so these are generous; one
account or code under attack is slowed down much earlier by its own count of failures."""

PRINCIPAL_RATES: Mapping[RouteClass, Rate] = MappingProxyType(
    {
        RouteClass.READING: Rate(burst=300, per_s=20),
        RouteClass.MIRRORING: Rate(burst=6_000, per_s=600),
        RouteClass.CHANGING: Rate(burst=60, per_s=2),
        RouteClass.PROVING: Rate(burst=20, per_s=0.2),
    }
)

PROVING_ACTIONS = frozenset(
    {
        "account.register",
        "account.sign-in",
        "account.recover",
        "battery.claim",
        "device.join",
        "grant.open",
        "machine.token",
        "organisation.apply",
        "organisation.join",
    }
)


class Buckets:
    """The buckets of the callers seen last; for one event loop, not for several threads."""

    def __init__(
        self,
        rates: Mapping[RouteClass, Rate],
        *,
        factor: float = 1.0,
        capacity: int = MOST_CALLERS,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rates = {
            name: Rate(max(1.0, rate.burst * factor), rate.per_s * factor)
            for name, rate in rates.items()
        }
        self._capacity = capacity
        self._now_s = now_s
        self._kept: OrderedDict[tuple[RouteClass, str], tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def wait_s(self, caller: str, route_class: RouteClass) -> float:
        """Take one token and return 0, or return the seconds until there is one."""
        rate, now_s = self._rates[route_class], self._now_s()
        left, seen_s = self._kept.pop((route_class, caller), (rate.burst, now_s))
        left = min(rate.burst, left + (now_s - seen_s) * rate.per_s)
        wait_s = 0.0 if left >= 1 else (1 - left) / rate.per_s
        self._kept[route_class, caller] = (left if wait_s else left - 1, now_s)
        if len(self._kept) > self._capacity:
            self._kept.popitem(last=False)
        return wait_s


Caller = Callable[[Request], str | None]
"""Who a request is counted for; None counts it for nobody."""


def by_address(request: Request) -> str | None:
    """Return the sender's address; of IPv6 the network, which is what one subscriber has."""
    host = "" if request.client is None else request.client.host
    return str(ip_network(f"{host}/64", strict=False)) if ":" in host else host


def by_principal(request: Request) -> str | None:
    """Return who is signed in or which organisation's machine asks; None for everybody else."""
    principal: Principal = request.scope["state"].get("principal", ANONYMOUS)
    known = principal.person_id or principal.organisation_id or principal.grant_id
    return None if known is None else f"{principal.kind.value} {known}"


class RateLimits:
    """Lets requests pass as often as the buckets allow."""

    def __init__(
        self, application: ASGIApp, *, site: Site, buckets: Buckets, caller: Caller
    ) -> None:
        self._application = application
        self._site = site
        self._buckets = buckets
        self._caller = caller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        application = self._application
        if scope["type"] == "http":
            request = Request(scope)
            caller = self._caller(request)
            wait_s = 0.0 if caller is None else self._buckets.wait_s(caller, class_of(request))
            if wait_s:
                error = TooManyRequests("These are more requests than are let in.")
                error.retry_after_s = wait_s
                application = answer_failure(request, problem_of(error), self._site)
        await application(scope, receive, send)


def class_of(request: Request) -> RouteClass:
    """Return what a request is counted as, by its method and the action of its route."""
    if request.method in SAFE_METHODS:
        is_log = request.url.path.startswith(f"{LOG_PREFIX}/")
        return RouteClass.MIRRORING if is_log else RouteClass.READING
    for route in every_route(request.scope["app"].routes):
        if route.matches(request.scope)[0] is Match.FULL:
            named = {action.name for action in actions_of(route)}
            return RouteClass.PROVING if named & PROVING_ACTIONS else RouteClass.CHANGING
    return RouteClass.CHANGING
