"""Durable verified HTTP ingest of a real server process, against bare verification and JSON.

In: batches of the simulated city. Out: rates per CPU-second, and their ratios to the peers'.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID

import nacl.bindings

from battery_passport.foundation.clock import format_utc, from_unix_ms
from battery_passport.simulation.activity import Kind
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.model import Samples
from benchmarks.batches import (
    SAMPLES_A_BATCH,
    BenchDevice,
    city_samples,
    real_samples,
    sealed_batches,
)
from benchmarks.figures import Figure
from benchmarks.load_generator import write_bodies
from benchmarks.timing import cpu_s, rate_per_cpu_s
from tests.integration.support.effects import effects_of
from tests.integration.support.fleet import enrol_fleet
from tests.integration.support.homes import TestHome
from tests.integration.support.parts import free_port, intake_part
from tests.integration.support.servers import running_server

BATCHES = 18_000
RUNS = 3
"""Of so many runs the best counts, for the peers too: what a neighbour takes, it takes from one."""

DIFFERENT = 1_000
"""So many batches differ in their samples; the others repeat them under numbers of their own."""

LONG = 600
"""Samples in a batch of a device that was offline."""

LONG_BATCHES = 2_000
DEVICES = 8
CONNECTIONS = 128
MOST_S = 60.0
# Only the way to the acknowledgement is measured first; what follows the commit waits.
UNLIMITED = {"log_level": "warning", "rate_limit_factor": "0"}
LATER = {"pipeline_interval_s": "60", "anchor_interval_s": "3600", "monitor_share": "0"}
QUIET = {**LATER, **UNLIMITED}
_SOCE = {"soce_percent": "97"}


@dataclass(frozen=True, slots=True)
class Run:
    """What a load generator saw, and what the server used."""

    answers: int
    seconds: float
    p99_ms: float
    cpu_s: float

    @property
    def rate_per_cpu_s(self) -> float:
        return self.answers / self.cpu_s


def measure(folder: Path) -> list[Figure]:
    """Return the figures of ingest."""
    samples = list(islice(city_samples({Kind.DRIVING}), DIFFERENT))
    figures, own = _against_verification(folder / "city", "the city's drives", samples)
    real = real_samples()
    if real is not None:
        figures += _against_verification(
            folder / "real", "packfault/car1", [*islice(real, DIFFERENT)]
        )[0]
    peer = _json_samples_per_cpu_s(folder, samples)
    long = _ingest(folder / "long", _long_batches(), QUIET, batches=LONG_BATCHES)
    rate = "samples/s/core"
    return [
        *figures,
        Figure(name="ingest: the city's drives", value=own, unit=rate),
        Figure(name="FastAPI + pydantic, JSON of them, nothing kept", value=peer, unit=rate),
        Figure(name="ingest, times FastAPI + pydantic", value=own / peer, unit="x", goal=10),
        Figure(
            name=f"the same at {LONG} samples a batch",
            value=LONG * long.rate_per_cpu_s / peer,
            unit="x",
        ),
    ]


def _against_verification(
    folder: Path, name: str, samples: Sequence[Samples]
) -> tuple[list[Figure], float]:
    """Return the figures of batches of these samples, and samples a second ingested."""
    verified = _bare_verification(samples)
    quiet = _ingest(folder / "quiet", samples, QUIET, batches=BATCHES)
    decoded = _ingest_decoding(folder / "decoding", samples)
    busy = _ingest_to_the_end(folder / "busy", samples)
    ratio, whole = 100 * quiet.rate_per_cpu_s / verified, 100 * busy / verified
    clock = quiet.answers / quiet.seconds
    per_core = "batches/s/core"
    return [
        Figure(name=f"PyNaCl verifies {name}", value=verified, unit=per_core),
        Figure(name=f"durable ingest of {name}", value=quiet.rate_per_cpu_s, unit=per_core),
        Figure(name="that, by the clock of one server", value=clock, unit="batches/s"),
        Figure(name="that, 99 of 100 acknowledged within", value=quiet.p99_ms, unit="ms"),
        Figure(name="that, of PyNaCl's rate", value=ratio, unit="%", goal=30),
        Figure(
            name="decoded before the commit instead, of PyNaCl's rate",
            value=100 * decoded.rate_per_cpu_s / verified,
            unit="%",
            goal=18,
        ),
        Figure(name="and with log, decoding, flags and history", value=whole, unit="%"),
    ], SAMPLES_A_BATCH * quiet.rate_per_cpu_s


def _long_batches() -> list[Samples]:
    return list(islice(city_samples({Kind.DRIVING}, samples_a_batch=LONG), DIFFERENT // 10))


def _bare_verification(samples: Sequence[Samples]) -> float:
    device = BenchDevice(device_id=UUID(int=0), battery_ref=bytes(16), seed=bytes(32))
    public_key = nacl.bindings.crypto_sign_seed_keypair(device.seed)[0]
    envelopes = [open_envelope(each) for each in sealed_batches(samples, [device], count=1_000)]
    signed = [each.signature + each.signed for each in envelopes]
    return max(
        rate_per_cpu_s(lambda each: nacl.bindings.crypto_sign_open(each, public_key), signed)
        for _ in range(RUNS)
    )


def _ingest(
    folder: Path, samples: Sequence[Samples], settings: Mapping[str, str], *, batches: int
) -> Run:
    """Send batches to a fresh server in equal runs; every one must be stored. Return the best."""
    home = TestHome(folder / "home", settings)
    files = _write_batches(folder, home, samples, batches=batches, files=RUNS)
    with running_server(home) as server:
        runs = [send_bodies(server.port, file, pid=server.process.pid) for file in files]
    assert sum(run.answers for run in runs) == len(effects_of(home.database).batches) == batches
    return max(runs, key=lambda run: run.rate_per_cpu_s)


def _ingest_decoding(folder: Path, samples: Sequence[Samples]) -> Run:
    """Send batches to an intake that decodes each before it is stored. Return the best run."""
    home = TestHome(folder / "home", QUIET)
    files = _write_batches(folder, home, samples, batches=BATCHES, files=RUNS)
    port = free_port()
    part = intake_part(home, port)
    part.command = [sys.executable, "-m", "benchmarks.decoding_intake", str(port)]
    part.environment = {**part.environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    part.start()
    try:
        assert part.process is not None
        runs = [send_bodies(port, file, pid=part.process.pid) for file in files]
    finally:
        part.stop()
    assert sum(run.answers for run in runs) == len(effects_of(home.database).batches) == BATCHES
    return max(runs, key=lambda run: run.rate_per_cpu_s)


def _ingest_to_the_end(folder: Path, samples: Sequence[Samples]) -> float:
    """Return batches per CPU-second until all are in the log, decoded, flagged and in history."""
    home = TestHome(folder / "home", UNLIMITED)
    batches = BATCHES // 4
    (file,) = _write_batches(folder, home, samples, batches=batches, files=1)
    with running_server(home) as server:
        before = cpu_s(server.process.pid)
        send_bodies(server.port, file, pid=server.process.pid)
        # An event's acknowledgement waits for everything that was stored before it.
        server.ask("event-add", {"battery": "car-0", "type": "soce_reported", "values": {**_SOCE}})
        used = cpu_s(server.process.pid) - before
    assert effects_of(home.database).faults() == []
    return batches / used


def _write_batches(
    folder: Path, home: TestHome, samples: Sequence[Samples], *, batches: int, files: int
) -> list[Path]:
    """Enrol devices and write their batches, evenly, into so many files."""
    folder.mkdir(parents=True)
    fleet = enrol_fleet(home, devices=DEVICES)
    devices = [BenchDevice(each.device_id, each.battery_ref, each.seed) for each in fleet]
    sealed = list(sealed_batches(samples, devices, count=batches))
    paths = [folder / f"batches-{number}" for number in range(files)]
    for number, path in enumerate(paths):
        write_bodies(path, sealed[number::files])
    return paths


def send_bodies(port: int, bodies: Path, *, pid: int, media_type: str = "application/cose") -> Run:
    """Send prepared bodies over many connections; all must be answered with 200."""
    words = [str(port), str(bodies), "--connections", str(CONNECTIONS)]
    limits = ["--seconds", str(MOST_S), "--media-type", media_type]
    command = [sys.executable, "-m", "benchmarks.load_generator", *words, *limits]
    before = cpu_s(pid)
    seen = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    used = cpu_s(pid) - before
    assert set(seen["statuses"]) == {"200"}, seen
    return Run(seen["answers"], seen["seconds"], seen["p99_ms"], used)


def _json_samples_per_cpu_s(folder: Path, samples: Sequence[Samples]) -> float:
    file = folder / "json"
    write_bodies(file, [_as_json(each, number) for number, each in enumerate(samples)])
    with _json_server() as (port, pid):
        runs = [
            send_bodies(port, file, pid=pid, media_type="application/json") for _ in range(RUNS)
        ]
    return SAMPLES_A_BATCH * max(run.rate_per_cpu_s for run in runs)


def _as_json(samples: Samples, number: int) -> bytes:
    """Return a batch as a telematics interface would send it: volts, amperes, ISO times."""
    columns = samples.columns
    rows = [
        {
            "sampled_at": format_utc(from_unix_ms(at_ms)),
            "current_a": float(columns["current_ma"][row]) / 1_000,
            "pack_voltage_v": float(columns["pack_voltage_mv"][row]) / 1_000,
            "state_of_charge_percent": float(columns["bms_soc_permyriad"][row]) / 100,
            "cell_voltages_v": (columns["cell_voltage_mv"][row] / 1_000).tolist(),
            "probe_temperatures_celsius": (columns["probe_temperature_dc"][row] / 10).tolist(),
        }
        for row, at_ms in enumerate(samples.sampled_at_ms.tolist())
    ]
    return json.dumps({"device": "car", "sequence": number, "samples": rows}).encode()


@contextmanager
def _json_server() -> Iterator[tuple[int, int]]:
    """Run the JSON peer; give its port and process id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.json_peer", str(port)])
    try:
        _wait_until_it_listens(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_it_listens(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("The JSON peer did not start.")
