"""What an installation tells Prometheus, and to whom.

In: access lines, batches, decisions, the state of records, log and chain. Out: `GET /metrics`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from battery_passport.adapters.metrics.prometheus import CONTENT_TYPE, PlatformMetrics
from battery_passport.adapters.metrics.state import PlatformState
from battery_passport.adapters.sql.alarms import AlarmStore
from battery_passport.adapters.sql.evidence import EvidenceStore
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.adapters.sql.manifest import SqlManifest
from battery_passport.assembly.background import Repeating
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.monitoring.home_monitor import HomeMonitor
from battery_passport.web.authorization import ActionRoute
from battery_passport.web.ports import AccessLine
from battery_passport.web.security import LOOPBACK_NAMES, SECURITY_HEADERS
from battery_passport.web.site import Site

METRICS_PATH = "/metrics"
METRICS_ACTION = "metrics.read"
REFUSED = "refused"

_WAYS_IN: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("POST", "/sign-in"): "password",
        ("POST", "/sign-in/passkey"): "passkey",
        ("GET", "/sign-in/provider/return"): "provider",
        ("POST", "/recover/{token:str}"): "recovery",
        ("POST", "/oauth/token"): "machine",
    }
)
_FORWARDED = (b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via")
_LOOPBACK_PEERS = frozenset({"127.0.0.1", "::1"})


def observe_line(metrics: PlatformMetrics, line: AccessLine) -> None:
    """Count an answered request, and the attempt to sign in that it may have been."""
    metrics.count_request(
        route=line.route,
        method=line.method,
        status=line.status,
        duration_s=line.duration_ms / 1_000,
    )
    way = _WAYS_IN.get((line.method, line.route))
    if way is not None:
        metrics.count_sign_in(way=way, outcome=_outcome(line.status))


def _outcome(status: int) -> str:
    if status == 429:
        return "slowed-down"
    return "admitted" if status < 400 else REFUSED


def state_reader(
    installation: Installation,
    *,
    waiting_batches: Callable[[], int],
    tasks: Sequence[Repeating] = (),
) -> Callable[[], PlatformState]:
    """Return a function that reads how far everything has come."""

    def read() -> PlatformState:
        now = installation.clock.now()
        lag = installation.anchoring.lag()
        standing = HomeMonitor(installation).standing()
        room = installation.storage.watch.waiting
        with installation.database.read() as connection:
            facts, checkpoints = FactStore(connection), SqlCheckpointStore(connection)
            alarms = AlarmStore(connection).count()
            oldest, newest = facts.pending(1), checkpoints.latest()
            return PlatformState(
                intake_waiting_batches=waiting_batches(),
                pipeline_pending_facts=facts.count_pending(),
                pipeline_poisoned_facts=len(facts.poisoned()),
                pipeline_lag_s=_age_s(now, oldest[0].recorded_at) if oldest else 0.0,
                log_size_entries=checkpoints.tree_head().size,
                checkpoint_age_s=None if newest is None else _age_s(now, newest.signed_at),
                anchoring_waiting_checkpoints=lag.waiting,
                anchoring_lag_s=lag.oldest_age_s,
                anchors_rolled_back=installation.anchoring.notes.rolled_back,
                monitor_checked_entries=standing.checked,
                monitor_findings=int(standing.finding is not None),
                quarantined_batches=EvidenceStore(connection).count_quarantined(),
                task_failures=sum(task.failures for task in tasks),
                storage_waiting_tasks=len(room),
                storage_wait_s=_age_s(now, min(room.values())) if room else 0.0,
                history_waiting_batches=SqlManifest(connection).count_waiting()[0],
                alarms_raised=sum(alarms.values()),
                alarms_late=alarms[True],
            )

    return read


def _age_s(now: datetime, then: datetime) -> float:
    return max(0.0, (now - then).total_seconds())


def metrics_group(metrics: PlatformMetrics) -> Callable[[Site], Sequence[BaseRoute]]:
    """Return the route for machines whose key has the scope `metrics.read`."""

    def show(_request: Request) -> Response:
        return Response(metrics.exposition(), media_type=CONTENT_TYPE)

    def routes(_site: Site) -> Sequence[BaseRoute]:
        return [ActionRoute(METRICS_PATH, show, methods=("GET",), action=METRICS_ACTION)]

    return routes


class LoopbackMetrics:
    """Answers `GET /metrics` without a key to this very machine, where that says anything.

    It does in a demonstration, which only listens on loopback. In production a proxy on the same
    machine would make every stranger look like a neighbour: there everybody needs a key.
    """

    def __init__(
        self, site: ASGIApp, metrics: PlatformMetrics, *, mode: str, public_address: str
    ) -> None:
        self._site = site
        self._metrics = metrics
        self._open = mode == "demo" and urlsplit(public_address).scheme != "https"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        application: Callable[[Scope, Receive, Send], Awaitable[None]] = self._site
        if self._open and scope["type"] == "http" and _asks_a_neighbour(scope):
            headers = {**SECURITY_HEADERS, "Cache-Control": "no-store"}
            application = Response(
                self._metrics.exposition(), media_type=CONTENT_TYPE, headers=headers
            )
        await application(scope, receive, send)


def _asks_a_neighbour(scope: Scope) -> bool:
    if scope["path"] != METRICS_PATH or scope["method"] != "GET":
        return False
    peer = scope["client"][0] if scope.get("client") else ""
    headers = dict(scope["headers"])
    host = urlsplit(f"//{headers.get(b'host', b'').decode('latin-1')}").hostname
    forwarded = any(name in headers for name in _FORWARDED)
    return peer in _LOOPBACK_PEERS and host in LOOPBACK_NAMES and not forwarded
