"""Compiles the numerical kernels of the hot paths, so that no user waits for a compiler.

In: nothing. Out: machine code beside the modules, in their cache folders.
"""

import sys

import numpy as np

from battery_passport.assembly.diagnosing.digests.joining import joined
from battery_passport.assembly.diagnosing.digests.making import digest_of
from battery_passport.diagnostics.fleet_capacity.charges import Charge
from battery_passport.diagnostics.fleet_capacity.kernels import typical_cells
from battery_passport.diagnostics.fleet_capacity.learning import first_belief, learn
from battery_passport.ledger.vector_hashing import LANES, VectorHashes
from battery_passport.simulation.calendar import day_of_date
from battery_passport.simulation.diary import diary_of
from battery_passport.simulation.fleet import OPENS, city
from battery_passport.simulation.recording import recorded
from battery_passport.telemetry.kernels import read_frame
from battery_passport.telemetry.quality.limits import limits_of
from battery_passport.telemetry.quality.scanning import compiled_scanners
from battery_passport.telemetry.table import TelemetryTable


def main() -> int:
    """Return 0 once everything is compiled for this machine's processor."""
    VectorHashes().leaves([bytes(33)] * (4 * LANES))
    _compile_quality()
    _compile_decoding()
    _compile_city()
    _compile_fleet_capacity()
    _compile_digests()
    return 0


def _compile_quality() -> None:
    scan = compiled_scanners()
    times, cells = np.arange(4, dtype=np.int64), np.full((4, 3), 3_700, dtype=np.int64)
    known = limits_of("cell_voltage_mv", None)
    if known is not None:
        scan.cells(times, cells, *known)
        scan.series(times, times, *known)


def _compile_decoding() -> None:
    """Read a frame of one column with one value."""
    plan = np.array([[0, 0, 1, 1, 1, 0]], dtype=np.int64)
    places = np.empty(4, dtype=np.uint64)
    read_frame(np.zeros(1, dtype=np.uint8), plan, 1, places[:1], places)


def _compile_city() -> None:
    """Let a car drive and charge for some days."""
    car = city(1, 1).cars[0]
    first = day_of_date(OPENS)
    for plan in diary_of(car).days(first, first + 10):
        for activity in plan.activities:
            recorded(car, activity)


def _compile_fleet_capacity() -> None:
    """Run what `fleet learn` and `diagnose` run, on next to nothing."""
    steps = np.linspace(0.0, 0.4, 8)
    charge = Charge(
        row=(0, 7),
        moved_ah=40.0,
        charge=steps,
        voltage_v=3.6 + steps,
        load=np.full(8, 0.1),
        memory=np.full(8, 0.1),
        soc=0.4 + steps,
    )
    learn([[charge]], first_belief(None))
    typical_cells(np.full((2, 4), 3_700, dtype=np.int64), np.arange(2), 500, 4_900)


def _compile_digests() -> None:
    """Look at the cells of two days, as the daily run does."""
    rows, day_ms = 48, 86_400_000
    times = np.arange(rows, dtype=np.int64) * (2 * day_ms // rows)
    cells = np.tile(np.arange(3_700, 3_724, dtype=np.int64), (rows, 1))
    looked_at = TelemetryTable(
        sampled_at_ms=times,
        batch_ordinal=np.zeros(rows, dtype=np.int32),
        batch_digests=(bytes(32),),
        columns={"cell_voltage_mv": cells, "probe_temperature_dc": cells[:, :2] - 3_500},
        assumptions=(),
    )
    joined([digest_of(looked_at)])


if __name__ == "__main__":
    sys.exit(main())
