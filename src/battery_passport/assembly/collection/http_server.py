"""How a process takes batches over HTTP: its door for the usual form, its route for all others.

In: a database, a writer, settings. Out: what a uvicorn server is made of.
"""

import gc
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from battery_passport.adapters.metrics.prometheus import PlatformMetrics
from battery_passport.adapters.sql.database import Database
from battery_passport.assembly.collection.quick_http import QuickDoor, quick_protocol
from battery_passport.assembly.collection.taking import awaiting, counter_of, taking
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.ingest_writer import IngestWriter
from battery_passport.assembly.settings import Settings
from battery_passport.foundation.clock import Clock
from battery_passport.web.api.telemetry import TelemetryAnswers, TelemetryRoute
from battery_passport.web.security import HostNames, MachineResponses, machine_headers

TRANSPORT = "http"
_GRACE_S = 5
_COLLECTOR_ROUNDS = (10_000, 20, 50)
"""New objects before a round, rounds before one of the middle-aged, those before one of all."""

_MOST_CONNECTIONS = 4_000
"""Beyond this uvicorn answers 503: a city's devices send and hang up, they do not stay."""


@dataclass(frozen=True, slots=True)
class Collection:
    """The two ways of a batch into one intake, and the names that the server answers to."""

    quick: QuickDoor
    route: ASGIApp
    names: HostNames


def open_collection(
    database: Database,
    writer: IngestWriter,
    *,
    clock: Clock,
    metrics: PlatformMetrics,
    settings: Settings,
    public_address: str,
) -> Collection:
    """Return what takes batches for a server of these settings."""
    directory = DeviceDirectory(database)
    take = taking(directory, writer, clock, counter_of(metrics, TRANSPORT))
    answers = TelemetryAnswers(public_address=public_address)
    names = HostNames((urlsplit(public_address).hostname or "", settings.host))
    headers = machine_headers(public_address)
    return Collection(
        quick=QuickDoor(take, answers, names=names, headers=headers),
        route=MachineResponses(
            TelemetryRoute(awaiting(take), answers), public_address=public_address
        ),
        names=names,
    )


def server_config(front: ASGIApp, settings: Settings, quick: QuickDoor) -> uvicorn.Config:
    """Return how uvicorn serves an application beside its door for batches."""
    return uvicorn.Config(
        front,
        http=quick_protocol(quick),
        ws="none",
        log_config=None,
        access_log=False,
        # Only a proxy that is named is believed on who sends, and how.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        server_header=False,
        lifespan="off",
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_GRACE_S,
    )


def allow_connections() -> None:
    """Let the process open as many sockets as it takes connections, where the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * _MOST_CONNECTIONS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@contextmanager
def collector_spared() -> Iterator[None]:
    """Take what was loaded out of the collector's rounds, which under load come many a second."""
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTOR_ROUNDS)
    try:
        yield
    finally:
        # What stays frozen when the process ends is never freed, and native modules complain.
        gc.set_threshold(*usual)
        gc.unfreeze()
