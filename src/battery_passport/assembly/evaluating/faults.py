"""`faults`: what an online run over each recording would have raised, and when.

In: a folder of recordings. Out: findings by vehicle, beside the levels that its BMS raised itself.
Nothing is learned: the folder to learn from is not looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from battery_passport.assembly.evaluating.errors import UnusableFolder
from battery_passport.assembly.evaluating.model import Request
from battery_passport.assembly.evaluating.telematics import (
    Recording,
    read_recording,
    recordings_in,
)
from battery_passport.diagnostics.imbalance import cell_drift
from battery_passport.foundation.clock import DAY_S
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.safety.readings import readings
from battery_passport.safety.thermal_event import ThermalWatch
from battery_passport.telemetry.possible import possible_values

_CLOCK = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was raised first at a time in the file's own clock."""

    cell: str | None
    kind: str
    first_time: str
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One recording's findings, and when its BMS first raised each level."""

    name: str
    findings: Sequence[Finding]
    level_times: Sequence[tuple[int, str]]

    def as_json(self) -> JsonObject:
        """Return the vehicle as it is printed."""
        return {
            "id": self.name,
            "findings": [
                {
                    "cell": finding.cell,
                    "kind": finding.kind,
                    "first_time": finding.first_time,
                    "severity": finding.severity,
                }
                for finding in self.findings
            ],
            "bms_levels": [
                {"level": level, "first_time": time} for level, time in self.level_times
            ],
        }

    def lines(self) -> list[str]:
        """Return the vehicle for people to read."""
        found = [
            f"  {each.first_time}  {each.severity} {each.kind} {each.cell or ''}".rstrip()
            + "".join(_lead(each.first_time, level, time) for level, time in self.level_times)
            for each in self.findings
        ]
        levels = [f"  {time}  the BMS's own level {level}" for level, time in self.level_times]
        return [self.name, *(found or ["  nothing found"]), *levels]


@dataclass(frozen=True, slots=True)
class FaultsReport:
    """The findings of all recordings; of each file that could not be read, why."""

    vehicles: Sequence[Vehicle]
    refused: Sequence[tuple[str, str]] = ()

    def as_json(self) -> JsonObject:
        """Return what `--json` prints."""
        return {"vehicles": [vehicle.as_json() for vehicle in self.vehicles]}

    def lines(self) -> list[str]:
        """Return the same for people to read."""
        found = [line for vehicle in self.vehicles for line in vehicle.lines()]
        refused = [line for name, why in self.refused for line in (name, f"  not read: {why}")]
        return found + refused


def run(request: Request) -> FaultsReport:
    """Return what is found in each recording of the folder to score.

    A file that cannot be read is told, and holds up no other.
    Raises: UnusableFolder if none of them can be read.
    """
    vehicles: list[Vehicle] = []
    refused: list[tuple[str, str]] = []
    paths = recordings_in(request.test)
    for number, path in enumerate(paths, start=1):
        place = f"{path.name}: car {number} of {len(paths)}"
        try:
            vehicles.append(watch(read_recording(path)))
        except UnusableFolder as error:
            refused.append((path.name, error.message))
            place = f"{place} not read: {error.message}"
        request.tell(place)
    if not vehicles:
        raise UnusableFolder(refused[0][1])
    return FaultsReport(vehicles, refused)


def watch(recording: Recording) -> Vehicle:
    """Return what an online run over a recording raises, in the order of time."""
    timed = [*_thermal_events(recording), *_drifts(recording)]
    return Vehicle(
        name=recording.name,
        findings=[finding for _, finding in sorted(timed, key=lambda pair: pair[0])],
        level_times=_level_times(recording),
    )


def _thermal_events(recording: Recording) -> list[tuple[int, Finding]]:
    watcher, samples = ThermalWatch(), recording.samples
    found = []
    for reading in readings(samples.sampled_at_ms, samples.columns):
        alarm = watcher.see(reading)
        if alarm is not None:
            name = None if alarm.cell is None else recording.cell_names[alarm.cell]
            finding = Finding(
                cell=name,
                kind=alarm.kind,
                first_time=recording.clock_time(alarm.at_ms),
                severity=alarm.severity.value,
            )
            found.append((alarm.at_ms, finding))
    return found


def _drifts(recording: Recording) -> list[tuple[int, Finding]]:
    raw = recording.samples.columns.get("cell_voltage_mv")
    if raw is None:
        return []
    voltage_v = possible_values(raw.reshape(raw.shape[0], -1), "cell_voltage_mv")
    found = cell_drift.find_drift(
        recording.samples.sampled_at_ms, voltage_v, day_offset_ms=recording.offset_ms
    )
    return [
        (
            each.at_ms,
            Finding(
                cell=recording.cell_names[each.cell],
                kind=cell_drift.KIND,
                first_time=recording.clock_time(each.at_ms),
                severity=each.severity,
            ),
        )
        for each in found
    ]


def _level_times(recording: Recording) -> list[tuple[int, str]]:
    raw = recording.samples.columns.get("bms_warning_level")
    if raw is None:
        return []
    levels = possible_values(raw, "bms_warning_level")
    times = recording.samples.sampled_at_ms
    raised = [int(level) for level in np.unique(levels[levels > 0.0])]
    return [
        (level, recording.clock_time(int(times[np.argmax(levels == level)]))) for level in raised
    ]


def _lead(found: str, level: int, raised: str) -> str:
    ahead = datetime.strptime(raised, _CLOCK) - datetime.strptime(found, _CLOCK)  # noqa: DTZ007
    days = ahead.total_seconds() / DAY_S
    word = "before" if days >= 0.0 else "after"
    return f", {abs(days):.1f} days {word} level {level}"
