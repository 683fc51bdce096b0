"""Healthy telemetry of a made-up car, and thermal runaways written into any car's telemetry.

In: samples and the shape of the event. Out: samples; nothing given is changed in place.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from battery_passport.foundation.clock import HOUR_MS
from battery_passport.telemetry.model import Samples

BEGINS_MS = 1_620_000_000_000
CELLS, PROBES = 24, 6

Columns = dict[str, NDArray[np.int64]]


def make_drive(
    *, samples: int = 900, step_s: int = 10, seed: int = 1, cells: int = CELLS
) -> Samples:
    """Return a healthy car's drive: load swings, noise, two modules 70 mV apart."""
    chance = np.random.default_rng(seed)
    current_a = 40.0 * np.sin(np.arange(samples) / 9.0) + chance.normal(0.0, 10.0, samples)
    typical_v = 3.9 - 0.2 * np.arange(samples) / samples - 0.0012 * current_a
    offsets_v = np.where(np.arange(cells) < cells // 2, -0.035, 0.035)
    cells_v = typical_v[:, None] + offsets_v + chance.normal(0.0, 0.001, (samples, cells))
    return Samples(
        sampled_at_ms=BEGINS_MS + 1_000 * step_s * np.arange(samples, dtype=np.int64),
        columns={
            "current_ma": np.rint(1_000 * current_a).astype(np.int64),
            "cell_voltage_mv": np.rint(1_000 * cells_v).astype(np.int64),
            "pack_voltage_mv": np.rint(1_000 * cells_v.sum(axis=1)).astype(np.int64),
            "probe_temperature_dc": np.full((samples, PROBES), 300, dtype=np.int64)
            + 5 * np.arange(PROBES),
            "temperature_max_dc": np.full(samples, 325, dtype=np.int64),
            "insulation_kohm": np.full(samples, 2_400, dtype=np.int64),
        },
    )


def cells_collapse(columns: Columns, row: int, since: int) -> None:
    """A module falls to less than half, the more the later."""
    left = 0.6 - 0.1 * min(since, 5)
    columns["cell_voltage_mv"][row, 4:10] = (left * columns["cell_voltage_mv"][row, 4:10]).astype(
        np.int64
    )


def cells_die(columns: Columns, row: int, _since: int) -> None:
    """A module reads exactly zero."""
    columns["cell_voltage_mv"][row, 4:10] = 0


def cells_nearly_die(columns: Columns, row: int, _since: int) -> None:
    """A module is left with a fifth of a volt."""
    columns["cell_voltage_mv"][row, 4:10] = 200


def all_cells_die(columns: Columns, row: int, _since: int) -> None:
    """Every cell and the pack read exactly zero."""
    columns["cell_voltage_mv"][row] = 0
    columns["pack_voltage_mv"][row] = 0


def probe_jumps(columns: Columns, row: int, _since: int) -> None:
    """One probe reads 109 °C."""
    columns["probe_temperature_dc"][row, 2] = 1_090
    columns["temperature_max_dc"][row] = 1_090


def probe_climbs(columns: Columns, row: int, since: int) -> None:
    """One probe climbs by 5 °C a sample from 62 °C, as the BMS's own maximum does not."""
    columns["probe_temperature_dc"][row, 2] = min(620 + 50 * since, 1_090)


def stated_heat(columns: Columns, row: int, _since: int) -> None:
    """Only the BMS's own maximum shows the heat."""
    columns["temperature_max_dc"][row] = 1_090


def insulation_falls(columns: Columns, row: int, _since: int) -> None:
    """Insulation falls to what a short leaves."""
    columns["insulation_kohm"][row] = 15


def car_alarms(columns: Columns, row: int, _since: int) -> None:
    """The car raises its own thermal alarm."""
    columns["thermal_alarm"][row] = 1


Change = Callable[[Columns, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Runaway:
    """Which changes happen together, over so many samples, after how many silent hours."""

    changes: tuple[Change, ...]
    samples: int = 12
    silent_h: float = 11.0


SHAPES = {
    "cells, probe and insulation": Runaway(changes=(cells_collapse, probe_jumps, insulation_falls)),
    "cells and a climbing probe": Runaway(changes=(cells_collapse, probe_climbs)),
    "cells that read zero and a probe": Runaway(changes=(cells_die, probe_jumps)),
    "nearly dead cells and insulation": Runaway(changes=(cells_nearly_die, insulation_falls)),
    "all cells that read zero and a probe": Runaway(changes=(all_cells_die, probe_jumps)),
    "cells and insulation": Runaway(changes=(cells_collapse, insulation_falls)),
    "the stated maximum and insulation": Runaway(changes=(stated_heat, insulation_falls)),
    "one sample only": Runaway(changes=(cells_collapse, probe_jumps), samples=1),
    "without silence": Runaway(changes=(cells_collapse, probe_climbs), silent_h=0.0),
    "the car's alarm and a probe": Runaway(changes=(car_alarms, probe_jumps)),
}


def with_runaway(samples: Samples, runaway: Runaway) -> tuple[Samples, int]:
    """Return the samples with the event as the last of them, and the event's first moment.

    The car stands still and is silent before: its last state is repeated once the event begins.
    """
    columns = {name: values.copy() for name, values in samples.columns.items()}
    count = samples.sampled_at_ms.size
    if "insulation_kohm" not in columns:
        columns["insulation_kohm"] = np.full(count, 2_400, dtype=np.int64)
    columns.setdefault("thermal_alarm", np.zeros(count, dtype=np.int64))
    first = count - runaway.samples
    for values in columns.values():
        values[first:] = values[first - 1]
    columns["current_ma"][first:] = 0
    times_ms = samples.sampled_at_ms.copy()
    times_ms[first:] = (
        times_ms[first - 1]
        + round(runaway.silent_h * HOUR_MS)
        + 1_000 * np.arange(1, runaway.samples + 1)
    )
    for row in range(first, count):
        for change in runaway.changes:
            change(columns, row, row - first)
    return Samples(sampled_at_ms=times_ms, columns=columns), int(times_ms[first])
