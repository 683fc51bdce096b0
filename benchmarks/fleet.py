"""2,500 live devices on one machine for ten minutes, over HTTP, over MQTT, and with sudden ends.

In: a folder. Out: lag, share of a core and memory of every process; a batch lost or doubled fails.
Every device is the reference agent with its own key and queue; each sends a batch a minute.
"""

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from benchmarks.figures import Figure
from tests.integration.support.fleet_campaign import Campaign, Result, run_campaign
from tests.integration.support.powerfail import make_recorder

DEVICES = 2_500
RATE = 42.0
SECONDS = 600.0
CRASH_SECONDS = 240.0
MOST_LAG_S = 2.0


def measure_http(folder: Path, *, seconds: float = SECONDS) -> list[Figure]:
    """Return the figures of a fleet over HTTP."""
    return _measure(folder, _campaign("http", seconds), "fleet over HTTP")


def measure_mqtt(folder: Path, *, seconds: float = SECONDS) -> list[Figure]:
    """Return the figures of a fleet over MQTT, through mosquitto and one collector."""
    return _measure(folder, _campaign("mqtt", seconds), "fleet over MQTT")


def measure_crashes(folder: Path, *, transport: str, on_postgresql: bool) -> list[Figure]:
    """Return the figures of a fleet each of whose processes is killed again and again."""
    campaign = Campaign(
        devices=DEVICES,
        seconds=CRASH_SECONDS,
        rate=RATE,
        transport=transport,
        on_postgresql=on_postgresql,
        kill_every_s=15.0,
    )
    name = f"fleet over {transport.upper()} through kill -9"
    return _measure(folder, campaign, name, lag_goal=None)


def measure_power_failures(folder: Path) -> list[Figure]:
    """Return the figures of a fleet whose server loses its power while it seals and compacts."""
    shared = Path(os.environ.get("BATTERY_PASSPORT_SHARED") or "../shared")
    campaign = Campaign(
        devices=DEVICES,
        seconds=CRASH_SECONDS,
        rate=RATE,
        kill_every_s=25.0,
        recorder=make_recorder(shared.resolve(), folder),
        settings={"history_gather_batches": "2"},
    )
    return _measure(folder / "fleet", campaign, "fleet through power failures", lag_goal=None)


FLEETS: Mapping[str, Callable[[Path], list[Figure]]] = MappingProxyType(
    {
        "fleet-http": measure_http,
        "fleet-mqtt": measure_mqtt,
        "fleet-crashes": partial(measure_crashes, transport="mqtt", on_postgresql=True),
        "fleet-crashes-http": partial(measure_crashes, transport="http", on_postgresql=False),
        "fleet-powerfail": measure_power_failures,
        "fleet-minute": partial(measure_http, seconds=60.0),
    }
)
"""Measured only when they are named: they take their time."""


def _campaign(transport: str, seconds: float) -> Campaign:
    return Campaign(devices=DEVICES, seconds=seconds, rate=RATE, transport=transport)


def _measure(
    folder: Path, campaign: Campaign, name: str, *, lag_goal: float | None = MOST_LAG_S
) -> list[Figure]:
    result = run_campaign(folder, campaign)
    result.check_nothing_lost()
    seen = result.seen
    return [
        Figure(name=f"{name}: batches acknowledged", value=len(set(result.heard)), unit=""),
        Figure(name=f"{name}: lost or doubled", value=0, unit="", goal=0, at_most=True),
        Figure(name=f"{name}: lag, half within", value=1_000 * seen["p50_s"], unit="ms"),
        Figure(
            name=f"{name}: lag, 99 of 100 within",
            value=1_000 * seen["p99_s"],
            unit="ms",
            goal=None if lag_goal is None else 1_000 * lag_goal,
            at_most=True,
        ),
        *_used(result, name),
    ]


def _used(result: Result, name: str) -> list[Figure]:
    figures = []
    for part in result.parts:
        share = 100 * part.used_cpu_s / result.seconds
        figures.append(Figure(name=f"{name}: {part.name}, of a core", value=share, unit="%"))
        memory = part.most_bytes / 1e6
        figures.append(Figure(name=f"{name}: {part.name}, memory", value=memory, unit="MB"))
        if part.kills:
            figures.append(
                Figure(name=f"{name}: {part.name}, killed", value=part.kills, unit="times")
            )
    return figures
