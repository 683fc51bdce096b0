"""`intake serve`: a process that takes batches over HTTP and nothing else; several share a home.

In: settings. Out: a server for `POST /v1/telemetry`; what it acknowledges, the platform's process
finds in the database. It holds no keys and no lease.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import uvicorn
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from battery_passport import __version__
from battery_passport.adapters.metrics.prometheus import PlatformMetrics
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.migrate import upgrade
from battery_passport.adapters.sql.opening import locks_of, open_database
from battery_passport.assembly.authorizing import authorize_collection, build_authorizer
from battery_passport.assembly.collection.http_server import (
    TRANSPORT,
    allow_connections,
    collector_spared,
    open_collection,
    server_config,
)
from battery_passport.assembly.flow_control import flow_control
from battery_passport.assembly.home import Home
from battery_passport.assembly.identity import lasting_base_url
from battery_passport.assembly.ingest_writer import IngestWriter
from battery_passport.assembly.leases import Leases, Role
from battery_passport.assembly.listening import ended_by_request, listening
from battery_passport.assembly.logs import configure_logs
from battery_passport.assembly.metrics import LoopbackMetrics
from battery_passport.assembly.settings import Settings
from battery_passport.assembly.takers import telling
from battery_passport.foundation.clock import SystemClock
from battery_passport.web.api.telemetry import PATH
from battery_passport.web.security import HostGuard, MachineResponses

HEALTH_PATH = "/healthz"
_SETUP_PATIENCE_S = 30


class _Front:
    """Batches, health and metrics; nothing else is served here."""

    def __init__(self, telemetry: ASGIApp, others: ASGIApp) -> None:
        self._telemetry = telemetry
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one request to its application."""
        is_batch = scope["type"] == "http" and scope["path"] == PATH
        await (self._telemetry if is_batch else self._others)(scope, receive, send)


async def _health(scope: Scope, receive: Receive, send: Send) -> None:
    answer: Response = PlainTextResponse("Only batches are taken here.\n", status_code=404)
    if scope["path"] == HEALTH_PATH:
        answer = PlainTextResponse("ok\n")
    await answer(scope, receive, send)


def serve_intake(settings: Settings, *, announce: Callable[[str], None]) -> None:
    """Run until the process is told to end; `announce` is given the address once it listens.

    Raises: PortTaken, RoleTaken while another process has set up the home for too long.
    """
    configure_logs(settings.log_level)
    with (
        _opened_database(settings) as database,
        listening(settings.host, settings.port) as listener,
    ):
        host, port = listener.getsockname()[:2]
        metrics = PlatformMetrics(version=__version__)
        writer = IngestWriter(
            database,
            queue_batches=settings.ingest_queue_batches,
            observe=metrics.observe_commit,
            observe_wait=metrics.observe_wait,
            flow=flow_control(database, settings),
        )
        server = uvicorn.Server(_config(database, writer, metrics, settings))
        writer.start()
        try:
            announce(f"http://{host}:{port}")
            allow_connections()
            run_folder = Home(settings.home).run
            with (
                telling(run_folder, lambda: writer.state(TRANSPORT)),
                collector_spared(),
                ended_by_request(),
            ):
                server.run(sockets=[listener])
        finally:
            writer.stop()


@contextmanager
def _opened_database(settings: Settings) -> Iterator[Database]:
    """Open the records of a home, brought to this release's form."""
    home = Home(settings.home)
    home.prepare()
    database = open_database(settings.database_url, home.database)
    try:
        leases = Leases(home.run, shared=locks_of(database))
        with leases.hold(Role.SETUP, timeout_s=_SETUP_PATIENCE_S):
            upgrade(database)
        yield database
    finally:
        database.close()


def _config(
    database: Database, writer: IngestWriter, metrics: PlatformMetrics, settings: Settings
) -> uvicorn.Config:
    clock = SystemClock()
    authorize_collection(build_authorizer(clock))
    address = lasting_base_url(settings, Home(settings.home).identity)
    collection = open_collection(
        database,
        writer,
        clock=clock,
        metrics=metrics,
        settings=settings,
        public_address=address,
    )
    metrics.watch_waiting(writer.waiting)
    others = LoopbackMetrics(
        MachineResponses(_health, public_address=address),
        metrics,
        mode=settings.mode,
        # Its own address: metrics are shown where that is this very machine.
        public_address=address if urlsplit(address).scheme == "https" else "",
    )
    front = HostGuard(_Front(collection.route, others), names=collection.names)
    return server_config(front, settings, collection.quick)
