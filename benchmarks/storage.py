"""What follows the commit, compaction against bare Parquet, reading, sealing, write amplification.

In: batches of the simulated city. Out: rates per CPU-second beside the same table written by
pyarrow alone, times of reading, on SQLite and PostgreSQL where a database takes part.
"""

import dataclasses
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

import nacl.bindings
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from battery_passport.adapters.parquet.history import ParquetHistory
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.intake import admit_batch, store_group
from battery_passport.assembly.operation_table import OPERATIONS
from battery_passport.foundation.clock import DAY_MS
from battery_passport.foundation.digests import sha256
from battery_passport.simulation.activity import Kind
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.history import HistoryPart
from battery_passport.telemetry.many import BatchDecoder
from battery_passport.telemetry.model import DecodedBatch, Samples
from battery_passport.telemetry.table import TelemetryTable, assemble_table
from benchmarks.amplification import rows_written
from benchmarks.batches import (
    CELLS,
    SAMPLES_A_BATCH,
    BenchDevice,
    city_samples,
    sealed_batches,
)
from benchmarks.figures import Figure
from tests.factories.postgresql import running_cluster
from tests.integration.support.fleet import opened
from tests.integration.support.homes import TestHome

DIFFERENT = 1_000
COMPACTED = 4_096
FOLLOWED = 8_000
WARM_UP = 600
DEVICES = 8
GROUP = 256
YEAR_ROWS = 500_000
FLEET_ROWS = 10_000_000
COLUMNS = ("current_ma", "pack_voltage_mv", "bms_soc_permyriad")
RUNS = 5
"""Of so many the best counts, for the peers too: what a neighbour takes, it takes from one."""

_BATTERY = UUID(int=7)


def measure(folder: Path) -> list[Figure]:
    """Return the figures of storage."""
    samples = list(islice(city_samples({Kind.DRIVING}), DIFFERENT))
    decoded = _decoded(samples)
    return [
        *_compaction(folder / "compaction", samples, decoded),
        *_reading(folder / "reading", decoded),
        *_amplification(),
        *_following(folder / "sqlite", samples, "SQLite", ""),
        *_on_postgresql(folder / "postgresql", samples),
    ]


def _on_postgresql(folder: Path, samples: Sequence[Samples]) -> list[Figure]:
    try:
        url = running_cluster().fresh()
    except pytest.skip.Exception as reason:
        print(f"SKIPPED, PostgreSQL beside SQLite: {reason}", file=sys.stderr)
        return []
    return _following(folder, samples, "PostgreSQL", url)


def _device() -> BenchDevice:
    return BenchDevice(device_id=UUID(int=1), battery_ref=bytes(16), seed=bytes(32))


def _decoded(samples: Sequence[Samples]) -> list[DecodedBatch]:
    decoder = BatchDecoder()
    decoder.prepare_for(DIFFERENT)
    encoded = sealed_batches(samples, [_device()], count=DIFFERENT)
    return [decoder.decode(open_envelope(each)) for each in encoded]


class _Manifest:
    """The manifest of a measurement, in memory."""

    def __init__(self) -> None:
        self.parts: list[HistoryPart] = []

    def history_parts(self, battery_id: UUID | None = None) -> Sequence[HistoryPart]:
        return [part for part in self.parts if battery_id in {None, part.battery_id}]

    def add_history_part(self, part: HistoryPart) -> None:
        same = (part.battery_id, part.month)
        self.parts = [
            held
            for held in self.parts
            if (held.battery_id, held.month) != same or held.generation not in part.replaces
        ]
        self.parts.append(part)


def _compaction(
    folder: Path, samples: Sequence[Samples], decoded: Sequence[DecodedBatch]
) -> list[Figure]:
    """Signed batches into durable parts, merges too, against the same table by pyarrow alone."""
    encoded = list(sealed_batches(samples, [_device()], count=COMPACTED))
    manifest = _Manifest()
    history = ParquetHistory(folder, manifest)
    decoder = BatchDecoder()
    decoder.prepare_for(COMPACTED)
    with _cpu() as used:
        for start in range(0, COMPACTED, GROUP):
            group = [decoder.decode(open_envelope(each)) for each in encoded[start : start + GROUP]]
            _keep(history, manifest, _one_after_another(group, first=start))
    rows = COMPACTED * SAMPLES_A_BATCH
    octets = sum((folder / part.file).stat().st_size for part in manifest.parts)
    stored = sum(part.rows for part in manifest.parts)
    decoded = _one_after_another(decoded, first=0)
    table = assemble_table(decoded)
    raw = max(_raw_rate(table) for _ in range(RUNS))
    alone = max(_own_rate(folder / f"run-{number}", decoded) for number in range(RUNS))
    whole = rows / used()
    return [
        Figure(name="pyarrow alone writes an equal table", value=raw, unit="rows/s/core"),
        Figure(name="compaction of decoded batches", value=alone, unit="rows/s/core"),
        Figure(name="that, of pyarrow's rate", value=100 * alone / raw, unit="%", goal=40),
        Figure(name="with opening, decoding and merging", value=100 * whole / raw, unit="%"),
        Figure(name="a stored sample of 96 cells", value=octets / stored, unit="B"),
    ]


def _own_rate(folder: Path, decoded: Sequence[DecodedBatch]) -> float:
    """Return rows a second from decoded batches to a part that is on the disk."""
    history = ParquetHistory(folder, _Manifest())
    with _cpu() as used:
        history.compact(_BATTERY, decoded)
    return len(decoded) * SAMPLES_A_BATCH / used()


def _one_after_another(batches: Sequence[DecodedBatch], *, first: int) -> list[DecodedBatch]:
    """Return the batches as a car sends them, one a minute."""
    begin = int(np.datetime64("2026-01-01", "ms").astype(np.int64)) + 60_000 * first
    return [
        dataclasses.replace(
            batch,
            sampled_at_ms=np.arange(SAMPLES_A_BATCH, dtype=np.int64) * 1_000
            + np.int64(begin + 60_000 * place),
        )
        for place, batch in enumerate(batches)
    ]


def _keep(history: ParquetHistory, manifest: _Manifest, batches: Sequence[DecodedBatch]) -> None:
    for part in history.compact(_BATTERY, batches):
        manifest.add_history_part(part)
    while parts := history.merge(_BATTERY):
        for part in parts:
            manifest.add_history_part(part)


def _raw_rate(table: TelemetryTable) -> float:
    """Return rows a second of pyarrow's own writing of plain columns, as it does it by itself."""
    arrays = {"time": table.sampled_at_ms, "ordinal": table.batch_ordinal}
    for name, values in table.columns.items():
        flat = [values] if values.ndim == 1 else list(np.ascontiguousarray(values.T))
        arrays |= {f"{name}.{place}": column for place, column in enumerate(flat)}
    plain = pa.table(arrays)
    with _cpu() as used:
        pa.parquet.write_table(plain, pa.BufferOutputStream())
    return table.row_count / used()


def _reading(folder: Path, decoded: Sequence[DecodedBatch]) -> list[Figure]:
    """A year of one battery, and a figure over a fleet with as much each."""
    manifest = _Manifest()
    history = ParquetHistory(folder, manifest)
    for month in _a_year(decoded):
        _keep(history, manifest, month)
    year = [_wall_ms(lambda: history.read(_BATTERY, columns=COLUMNS)) for _ in range(RUNS)]
    rows = history.read(_BATTERY, columns=COLUMNS).row_count
    for number in range(FLEET_ROWS // rows):
        _copy_battery(folder, manifest, UUID(int=100 + number))
    history.summarise(COLUMNS[0])  # the first time, files are hashed
    fleet = [_wall_ms(lambda: history.summarise(COLUMNS[0])) for _ in range(RUNS)]
    summed = sum(each.count for each in history.summarise(COLUMNS[0]))
    return [
        Figure(name="samples of one battery in a year", value=rows, unit="rows"),
        Figure(name="the first read of three columns", value=year[0], unit="ms"),
        Figure(
            name="three columns of them",
            value=min(year[1:]),
            unit="ms",
            goal=50,
            at_most=True,
        ),
        Figure(name="samples of the fleet", value=summed, unit="rows"),
        Figure(
            name="lowest, highest, mean of each battery",
            value=min(fleet),
            unit="ms",
            goal=500,
            at_most=True,
        ),
    ]


def _a_year(decoded: Sequence[DecodedBatch]) -> Iterator[list[DecodedBatch]]:
    """Yield batches month by month, 500,000 samples in all, each under a digest of its own."""
    first = np.datetime64("2026-01", "M")
    for month in range(12):
        begin = int((first + month).astype("datetime64[ms]").astype(np.int64))
        number = YEAR_ROWS // SAMPLES_A_BATCH // 12 + 1
        step = 28 * DAY_MS // number
        yield [
            dataclasses.replace(
                (batch := decoded[place % len(decoded)]),
                digest=sha256(b"%d/%d" % (month, place)),
                sampled_at_ms=batch.sampled_at_ms
                - batch.sampled_at_ms[0]
                + np.int64(begin + place * step),
            )
            for place in range(number)
        ]


def _copy_battery(folder: Path, manifest: _Manifest, battery_id: UUID) -> None:
    (folder / battery_id.hex).mkdir()
    for part in manifest.history_parts(_BATTERY):
        file = f"{battery_id.hex}/{Path(part.file).name}"
        shutil.copyfile(folder / part.file, folder / file)
        manifest.parts.append(dataclasses.replace(part, battery_id=battery_id, file=file))


def _amplification() -> list[Figure]:
    """Rows written for each row received, by the very rules that choose what is merged."""
    name = "rows written for each received, 2,500 cars with a batch a minute"
    return [
        Figure(name=f"{name}, in a day", value=rows_written(days=1), unit="x"),
        Figure(name=f"{name}, in a month", value=rows_written(days=31), unit="x"),
    ]


def _following(folder: Path, samples: Sequence[Samples], name: str, url: str) -> list[Figure]:
    """What follows the commit, and what sealing takes."""
    settings = {"log_level": "warning", "evidence_seal_after_days": "0"}
    home = TestHome(folder / "home", settings | ({"database_url": url} if url else {}))
    with opened(home) as installation:
        devices = [_enrolled(installation, f"car-{number}") for number in range(DEVICES)]
        encoded = list(sealed_batches(samples, devices, count=WARM_UP + FOLLOWED))
        _store(installation, encoded[:WARM_UP])
        installation.pipeline.settle()
        _store(installation, encoded[WARM_UP:])
        with _cpu() as used:
            installation.pipeline.settle()
        sealer = installation.storage.sealer
        before = installation.clock.now() + timedelta(days=1)
        sealed = 0
        with _cpu() as sealing:
            while count := sealer.seal_next(before):
                sealed += count
    return [
        Figure(
            name=f"what follows the commit, {name}: log, decoding, checks, history",
            value=FOLLOWED / used(),
            unit="batches/s/core",
        ),
        Figure(name=f"sealing, {name}", value=sealed / sealing(), unit="batches/s/core"),
    ]


def _enrolled(installation: Installation, alias: str) -> BenchDevice:
    """Register a battery of the city's kind with its device."""
    OPERATIONS["battery-add"](
        installation,
        {
            "battery": alias,
            "rated_capacity_ah": 100.0,
            "cells_in_series": CELLS,
            "chemistry": "NMC",
        },
    )
    seed = sha256(alias.encode())
    public_key: bytes = nacl.bindings.crypto_sign_seed_keypair(seed)[0]
    told = OPERATIONS["device-add"](
        installation, {"battery": alias, "public_key": public_key.hex()}
    )
    return BenchDevice(UUID(str(told["device"])), bytes.fromhex(str(told["battery_ref"])), seed)


def _store(installation: Installation, encoded: Sequence[bytes]) -> None:
    directory = DeviceDirectory(installation.database)
    batches = [admit_batch(each, directory, datetime.now(UTC)) for each in encoded]
    for start in range(0, len(batches), GROUP):
        store_group(installation.database, batches[start : start + GROUP])


@contextmanager
def _cpu() -> Iterator[Callable[[], float]]:
    """Give a function that says how many CPU-seconds of this process the block took."""
    begun, ended = time.process_time(), list[float]()
    yield lambda: ended[0] - begun
    ended.append(time.process_time())


def _wall_ms(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - begun)
