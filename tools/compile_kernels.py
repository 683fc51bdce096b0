"""Compiles the numerical kernels of the hot paths, so that no user waits for a compiler.

In: nothing. Out: machine code beside the modules, in their cache folders.
"""

import sys

import numpy as np

from battery_passport.ledger.vector_hashing import LANES, VectorHashes
from battery_passport.simulation.calendar import day_of_date
from battery_passport.simulation.diary import diary_of
from battery_passport.simulation.fleet import OPENS, city
from battery_passport.simulation.recording import recorded
from battery_passport.telemetry.quality.limits import limits_of
from battery_passport.telemetry.quality.scanning import compiled_scanners


def main() -> int:
    """Return 0 once everything is compiled for this machine's processor."""
    VectorHashes().leaves([bytes(33)] * (4 * LANES))
    _compile_quality()
    _compile_city()
    return 0


def _compile_quality() -> None:
    scan = compiled_scanners()
    times, cells = np.arange(4, dtype=np.int64), np.full((4, 3), 3_700, dtype=np.int64)
    known = limits_of("cell_voltage_mv", None)
    if known is not None:
        scan.cells(times, cells, *known)
        scan.series(times, times, *known)


def _compile_city() -> None:
    """Let a car drive and charge for some days."""
    car = city(1, 1).cars[0]
    first = day_of_date(OPENS)
    for plan in diary_of(car).days(first, first + 10):
        for activity in plan.activities:
            recorded(car, activity)


if __name__ == "__main__":
    sys.exit(main())
