"""How long the daily run takes over batteries with a year of data each, and a day later.

In: a folder. Out: processor time a battery, the whole for 2,500 on two cores, memory.
`fleet-year-2500` really runs 2,500; `fleet-year` a few dozen, and says what that makes of 2,500.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import psutil

from battery_passport.assembly.fleet.daily import diagnose_fleet, on_this_machine
from battery_passport.assembly.installation import Installation
from benchmarks.figures import Figure
from benchmarks.year_home import MadeCar, add_day, fill, make_cars
from tests.factories.installation import installed

BATTERIES = 2_500
FEW = 75
FEW_CARS = 12
WORKERS = 2
GOAL_FULL_MIN, GOAL_DAY_MIN = 10.0, 1.0
_LOOKED_AT_EVERY_S = 0.5
_S_PER_MIN = 60.0


def measure(folder: Path) -> list[Figure]:
    """Return the figures of a few batteries, and what they make of 2,500."""
    return _measure(folder, batteries=FEW, cars=FEW_CARS)


def measure_all(folder: Path) -> list[Figure]:
    """Return the figures of 2,500 batteries."""
    return _measure(folder, batteries=BATTERIES)


YEARS: Mapping[str, Callable[[Path], list[Figure]]] = MappingProxyType(
    {"fleet-year-2500": measure_all}
)
"""Measured only when named: it takes a quarter of an hour and 12 GB of disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One run: processor time of all its processes, to begin with and a battery; memory."""

    name: str
    batteries: int
    seconds: float
    beginning_s: float
    battery_s: float
    parent_bytes: int
    worker_bytes: int


def _measure(folder: Path, *, batteries: int, cars: int | None = None) -> list[Figure]:
    ends = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=40)
    source = folder / "cars"
    made = make_cars(source, ends) if cars is None else make_cars(source, ends, count=cars)
    with installed(folder / "home") as installation:
        fill(installation, made, source, batteries=batteries)
        full = _run(installation, "a year", batteries)
        add_day(installation, made, source, batteries=batteries)
        day = _run(installation, "a day more", batteries)
    return [
        Figure(name="fleet: batteries with a year each", value=batteries, unit=""),
        Figure(name="fleet: rows a battery", value=_mean_rows(made), unit="rows"),
        *_figures(full, GOAL_FULL_MIN),
        *_figures(day, GOAL_DAY_MIN),
    ]


def _mean_rows(made: list[MadeCar]) -> float:
    return sum(each.rows for each in made) / len(made)


def _run(installation: Installation, name: str, batteries: int) -> _Run:
    used, begun = _used_s(), time.perf_counter()
    told: list[tuple[int, float]] = []
    with _watched() as most:
        report = diagnose_fleet(
            installation,
            on_this_machine(WORKERS),
            lambda done, _total: told.append((done, _used_s() - used)),
        )
    seconds = time.perf_counter() - begun
    if report.diagnosed != batteries or report.failed:
        raise AssertionError(f"{report.diagnosed} of {batteries}, failed: {report.failed[:3]}")
    (few, early_s), (_, whole_s) = told[0], told[-1]
    battery_s = (whole_s - early_s) / (batteries - few)
    return _Run(
        name=name,
        batteries=batteries,
        seconds=seconds,
        beginning_s=max(0.0, whole_s - batteries * battery_s),
        battery_s=battery_s,
        parent_bytes=most["parent"],
        worker_bytes=most["worker"],
    )


def _figures(run: _Run, goal_min: float) -> list[Figure]:
    name = f"fleet, {run.name}"
    whole = run.seconds / _S_PER_MIN
    figures = [
        Figure(name=f"{name}: a battery's processor time", value=1_000 * run.battery_s, unit="ms"),
        Figure(name=f"{name}: seconds", value=run.seconds, unit="s"),
        Figure(name=f"{name}: memory of the run", value=run.parent_bytes / 1e6, unit="MB"),
        Figure(name=f"{name}: memory of a worker", value=run.worker_bytes / 1e6, unit="MB"),
    ]
    label = f"{name}: 2,500 on two cores"
    if run.batteries != BATTERIES:
        # By processor time: a few batteries are over before their processes have begun.
        whole = (run.beginning_s + BATTERIES * run.battery_s) / WORKERS / _S_PER_MIN
        label = f"{label}, extrapolated from {run.batteries}"
    return [*figures, Figure(name=label, value=whole, unit="min", goal=goal_min, at_most=True)]


def _used_s() -> float:
    """Return the processor time of this process and of all its children so far."""
    own = psutil.Process()
    used = own.cpu_times()
    ended_s = used.children_user + used.children_system
    return float(used.user + used.system + ended_s) + sum(map(_s_of, own.children()))


def _s_of(process: psutil.Process) -> float:
    try:
        used = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(used.user + used.system)


@contextmanager
def _watched() -> Iterator[dict[str, int]]:
    """Give the most memory that this process and the largest of its children had meanwhile."""
    most = {"parent": 0, "worker": 0}
    over = threading.Event()

    def watch() -> None:
        own = psutil.Process(os.getpid())
        while not over.wait(_LOOKED_AT_EVERY_S):
            most["parent"] = max(most["parent"], own.memory_info().rss)
            for child in own.children():
                most["worker"] = max(most["worker"], _bytes_of(child))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


def _bytes_of(child: psutil.Process) -> int:
    try:
        return int(child.memory_info().rss)
    except psutil.Error:
        return 0
