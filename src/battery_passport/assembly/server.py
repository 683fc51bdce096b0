"""The server: web and API, ingest writer, pipeline and anchoring in one process.

In: settings. Out: a listening server on loopback, found by verbs through `run/server.json`.
"""

import json
import logging
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from battery_passport import __version__
from battery_passport.access.policy.actions import OPERATOR_SCOPE
from battery_passport.adapters.metrics.prometheus import PlatformMetrics
from battery_passport.assembly.authorizing import (
    TELEMETRY_ACTION,
    authorize_collection,
    authorize_operator,
    build_authorizer,
)
from battery_passport.assembly.background import Repeating
from battery_passport.assembly.collection.http_server import (
    TRANSPORT,
    Collection,
    allow_connections,
    collector_spared,
    open_collection,
    server_config,
)
from battery_passport.assembly.control import ControlEndpoint
from battery_passport.assembly.flow_control import flow_control
from battery_passport.assembly.gateways.telling_metrics import gateway_states
from battery_passport.assembly.home import Home
from battery_passport.assembly.ingest_writer import IngestWriter
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.leases import Role
from battery_passport.assembly.listening import ended_by_request, listening
from battery_passport.assembly.logs import configure_logs
from battery_passport.assembly.metrics import (
    METRICS_ACTION,
    METRICS_PATH,
    LoopbackMetrics,
    state_reader,
)
from battery_passport.assembly.monitoring.background import monitoring_task
from battery_passport.assembly.public_site import build_site
from battery_passport.assembly.settings import Settings
from battery_passport.assembly.takers import telling, told
from battery_passport.web.api.telemetry import PATH as TELEMETRY_PATH
from battery_passport.web.security import HostGuard, MachineResponses

_LOG = logging.getLogger(__name__)
_CONTROL_PREFIX = "/control"
FRONT_ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        TELEMETRY_PATH: TELEMETRY_ACTION,
        f"{_CONTROL_PREFIX}/{{operation}}": OPERATOR_SCOPE,
        METRICS_PATH: METRICS_ACTION,
    }
)
"""The actions of what never reaches the web framework. Batches and metrics on loopback are let in
once and for all at start, control by its token and then operation by operation (`performing`)."""

_SERVER_LEASE_S = 5
Companion = Callable[[Installation, str], None]
"""Begins something that lives beside the server, given its address; ends with the process."""


class Front:
    """Sends collection and control past the web framework: they are no pages."""

    def __init__(self, *, telemetry: ASGIApp, control: ASGIApp, site: ASGIApp) -> None:
        self._telemetry = telemetry
        self._control = control
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one request to its application."""
        path = scope.get("path", "")
        if scope["type"] == "http" and path == TELEMETRY_PATH:
            await self._telemetry(scope, receive, send)
        elif scope["type"] == "http" and path.startswith(f"{_CONTROL_PREFIX}/"):
            inner = {**scope, "path": path[len(_CONTROL_PREFIX) :]}
            await self._control(inner, receive, send)
        else:
            await self._site(scope, receive, send)


def serve(
    settings: Settings, *, announce: Callable[[str], None], companion: Companion | None = None
) -> None:
    """Run until the process is told to end; `announce` is given the address once it listens.

    Raises: RoleTaken if another server holds this home; PortTaken.
    """
    configure_logs(settings.log_level)
    with opened_installation(settings) as installation:
        if installation.keys.insecure:
            _LOG.warning("INSECURE demonstration keys: whoever reads the disk has them")
        installation.leases.keep(Role.SERVER, timeout_s=_SERVER_LEASE_S)
        with listening(settings.host, settings.port) as listener:
            host, port = listener.getsockname()[:2]
            token = secrets.token_urlsafe(32)
            metrics = PlatformMetrics(version=__version__)
            with _background(installation, metrics) as background:
                collection = open_collection(
                    installation.database,
                    background.writer,
                    clock=installation.clock,
                    metrics=metrics,
                    settings=settings,
                    public_address=installation.base_url,
                )
                front = _front(
                    installation, background, metrics, collection=collection, token=token
                )
                server = uvicorn.Server(server_config(front, settings, collection.quick))
                _announce(installation.home, host=host, port=port, token=token)
                if companion is not None:
                    companion(installation, f"http://{host}:{port}")
                announce(f"http://{host}:{port}")
                try:
                    allow_connections()
                    with collector_spared(), ended_by_request():
                        server.run(sockets=[listener])
                finally:
                    installation.home.server_file.unlink(missing_ok=True)


def _front(
    installation: Installation,
    background: "_Background",
    metrics: PlatformMetrics,
    *,
    collection: Collection,
    token: str,
) -> ASGIApp:
    authorizer = build_authorizer(installation.clock)
    authorize_collection(authorizer)
    authorize_operator(authorizer, METRICS_ACTION)
    writer = background.writer
    metrics.watch_state(
        state_reader(installation, waiting_batches=writer.waiting, tasks=background.tasks)
    )
    metrics.watch_takers(lambda: told(installation.home.run))
    metrics.watch_gateways(lambda: gateway_states(installation.database, installation.clock))
    address = installation.base_url
    front = Front(
        telemetry=collection.route,
        control=MachineResponses(
            ControlEndpoint(installation, token).application(), public_address=address
        ),
        site=LoopbackMetrics(
            build_site(installation, waiting_batches=writer.waiting, metrics=metrics, warmed=True),
            metrics,
            mode=installation.settings.mode,
            public_address=address,
        ),
    )
    return HostGuard(front, names=collection.names)


@dataclass(frozen=True, slots=True)
class _Background:
    """What works beside requests."""

    writer: IngestWriter
    tasks: tuple[Repeating, ...]


@contextmanager
def _background(installation: Installation, metrics: PlatformMetrics) -> Iterator[_Background]:
    settings = installation.settings
    writer = IngestWriter(
        installation.database,
        queue_batches=settings.ingest_queue_batches,
        observe=metrics.observe_commit,
        observe_wait=metrics.observe_wait,
        flow=flow_control(installation.database, settings),
    )
    tasks = (
        Repeating(
            "pipeline", installation.pipeline.keep_up, interval_s=settings.pipeline_interval_s
        ),
        Repeating(
            "anchorer", installation.anchoring.anchor_now, interval_s=settings.anchor_interval_s
        ),
        Repeating("registry", installation.registry.run, interval_s=settings.anchor_interval_s),
        monitoring_task(installation),
        Repeating(
            "witnesses", installation.cosigning.ask_all, interval_s=settings.witness_interval_s
        ),
    )
    writer.start()
    for task in tasks:
        task.start()
    try:
        with telling(installation.home.run, lambda: writer.state(TRANSPORT)):
            yield _Background(writer, tasks)
    finally:
        for task in tasks:
            task.stop()
        writer.stop()


def _announce(home: Home, *, host: str, port: int, token: str) -> None:
    document = {"pid": os.getpid(), "host": host, "port": port, "token": token}
    _write_private(home.server_file, json.dumps(document))


def _write_private(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)
