"""From acknowledgement to the chain: a real server under a steady load; and the audit's rate.

In: sealed batches at a fixed rate. Out: how long each took to be under an anchored checkpoint, by
what the home notes, and what the server used; microseconds a record of an audit.
"""

import hashlib
import http.client
import sqlite3
import time
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from battery_passport.assembly.auditing import run_audit
from battery_passport.simulation.activity import Kind
from benchmarks.batches import BenchDevice, city_samples, sealed_batches
from benchmarks.figures import Figure
from benchmarks.timing import cpu_s
from tests.factories.big_home import Mix, fill
from tests.factories.made_up_cars import opened
from tests.integration.support.fleet import enrol_fleet
from tests.integration.support.homes import TestHome
from tests.integration.support.servers import running_server

RATE = 42
"""Batches a second of a city of 100,000 cars."""

SECONDS = 60
DEVICES = 8
PATIENCE_S = 90
AUDITED = 50_000
_DIFFERENT = 200
"""So many batches differ in their samples."""


def measure(folder: Path) -> list[Figure]:
    """Return the figures of anchoring under load, and of the audit."""
    return [*_anchoring(folder / "server"), *_audit(folder / "audit")]


def _anchoring(folder: Path) -> list[Figure]:
    home = TestHome(folder, {"log_level": "warning"})
    cars = enrol_fleet(home, devices=DEVICES)
    devices = [BenchDevice(car.device_id, car.battery_ref, car.seed) for car in cars]
    samples = list(islice(city_samples({Kind.DRIVING}), _DIFFERENT))
    bodies = list(sealed_batches(samples, devices, count=RATE * SECONDS))
    with running_server(home) as server:
        before_s = cpu_s(server.process.pid)
        started_s = time.monotonic()
        acknowledged = _send(server.port, bodies)
        seconds = time.monotonic() - started_s
        used_s = cpu_s(server.process.pid) - before_s
        anchored = _wait(home.database, acknowledged)
    waits_s = sorted(anchored[digest] - at for digest, at in acknowledged.items())
    return [
        Figure(name=f"batches sent at {RATE}/s", value=len(waits_s), unit="batches"),
        Figure(name="acknowledged to anchored, half of them", value=_part(waits_s, 0.5), unit="s"),
        Figure(name="that, 99 of 100", value=_part(waits_s, 0.99), unit="s"),
        Figure(name="that, the slowest", value=waits_s[-1], unit="s", goal=60, at_most=True),
        Figure(name="the server's share of a core", value=100 * used_s / seconds, unit="%"),
    ]


def _part(waits_s: list[float], share: float) -> float:
    return waits_s[min(len(waits_s) - 1, int(share * len(waits_s)))]


def _send(port: int, bodies: list[bytes]) -> dict[bytes, float]:
    """Send bodies at the rate; return when each was acknowledged, by its digest."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    acknowledged: dict[bytes, float] = {}
    headers = {"Content-Type": "application/cose"}
    started_s = time.monotonic()
    for number, body in enumerate(bodies):
        time.sleep(max(0.0, started_s + number / RATE - time.monotonic()))
        connection.request("POST", "/v1/telemetry", body, headers)
        response = connection.getresponse()
        response.read()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"A batch was answered {response.status}.")
        acknowledged[_digest(body)] = time.time()
    connection.close()
    return acknowledged


def _wait(database: Path, acknowledged: Mapping[bytes, float]) -> dict[bytes, float]:
    """Return when each batch was seen under an anchored checkpoint, by the wall clock."""
    seen: dict[bytes, float] = {}
    sizes: dict[int, float] = {}
    deadline_s = time.monotonic() + PATIENCE_S
    query = (
        "SELECT f.digest, (SELECT min(size) FROM checkpoints"
        " WHERE size > f.log_index AND anchored_at_ms IS NOT NULL),"
        " (SELECT min(anchored_at_ms) FROM checkpoints"
        " WHERE size > f.log_index AND anchored_at_ms IS NOT NULL)"
        " FROM facts f WHERE f.kind = 'batch-stored'"
    )
    while len(seen) < len(acknowledged):
        if time.monotonic() > deadline_s:
            raise RuntimeError(f"Only {len(seen)} of {len(acknowledged)} batches were anchored.")
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            rows = connection.execute(query).fetchall()
        connection.close()
        for digest, size, anchored_at_ms in rows:
            if size is not None and digest in acknowledged:
                sizes.setdefault(size, anchored_at_ms / 1_000)
                # A block's time is a whole second: at the latest its end.
                seen.setdefault(digest, sizes[size] + 1)
        time.sleep(0.5)
    return seen


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def _audit(folder: Path) -> list[Figure]:
    with opened(folder) as installation:
        size = fill(installation, Mix(leaves=AUDITED, batteries=100, events=600, passports=150))
        started_s, used_s = time.monotonic(), time.process_time()
        report = run_audit(installation, lambda _size: None)
        seconds, used = time.monotonic() - started_s, time.process_time() - used_s
    if report["finding"] is not None:
        raise RuntimeError(f"The audit found: {report['finding']}")
    return [
        Figure(name="audit, processor time a record", value=used / size * 1e6, unit="us"),
        Figure(
            name="audit of a million records, at that rate",
            value=seconds / size * 1e6 / 60,
            unit="min",
            goal=6,
            at_most=True,
        ),
    ]
