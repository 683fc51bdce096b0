"""Injected resets, swaps and doubled identities of simulated cars are found, and nothing else.

In: cars of seeds that no limit was chosen by. Out: each fault found with its kind, within days.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from battery_passport.assembly.diagnosing.marking import marks_of
from battery_passport.foundation.clock import from_unix_ms
from battery_passport.lifecycle.tampering.model import TamperKind
from battery_passport.lifecycle.tampering.rules import find_tampering
from battery_passport.simulation.calendar import day_of_date, day_start_ms
from battery_passport.simulation.devices import copies_of, device_stretches
from battery_passport.simulation.fault_model import FaultKind, FaultPlan
from battery_passport.simulation.faults.assigning import fault_of
from battery_passport.simulation.fleet import OPENS, city
from battery_passport.simulation.model import Car
from battery_passport.telemetry.model import DecodedBatch
from tests.factories.diagnostics import make_batch, make_table

EXPECTED = {
    FaultKind.BMS_RESET: TamperKind.COUNTERS_RESET,
    FaultKind.SWAPPED_DEVICE: TamperKind.OTHER_PACK,
    FaultKind.CLONED_IDENTITY: TamperKind.TWO_PACKS,
}
SHARES = (*((kind, 0.15) for kind in EXPECTED), (FaultKind.DRIFTING_CELL, 0.1))
FIRST_DAY = day_of_date(OPENS)
KNOWN_WITHIN = timedelta(days=7)


def batches_of(car: Car, end_ms: int) -> Iterator[DecodedBatch]:
    """Yield a thin batch of each drive, charge and time parked."""
    for copy in range(copies_of(car)):
        for stretch in device_stretches(car, day_start_ms(FIRST_DAY), copy=copy):
            times = stretch.samples.sampled_at_ms[::15]
            if times.size and int(times[0]) > end_ms:
                break
            if times.size:
                columns = {name: each[::15] for name, each in stretch.samples.columns.items()}
                yield make_batch(times, columns)


def check_cars(seed: int, *, cars: int, days: int) -> None:
    plan = FaultPlan(first_day=FIRST_DAY, last_day=FIRST_DAY + days, shares=SHARES)
    injected = 0
    for car in city(seed, cars, faults=plan).cars:
        fault = fault_of(car)
        table = make_table(batches_of(car, day_start_ms(FIRST_DAY + days)))
        found = find_tampering(marks_of(table))
        expected = None if fault is None else EXPECTED.get(fault.kind)
        assert [each.kind for each in found] == ([] if expected is None else [expected]), car.serial
        if fault is not None and expected is not None:
            injected += 1
            late = found[0].first_at - from_unix_ms(fault.begins_ms)
            assert timedelta(0) <= late <= KNOWN_WITHIN, car.serial
    assert injected > 0


def test_a_few_cars() -> None:
    check_cars(11, cars=8, days=45)


@pytest.mark.long
@pytest.mark.parametrize("seed", [301, 302, 303])
@pytest.mark.timeout(1_800)
def test_many_cars(seed: int) -> None:
    check_cars(seed, cars=150, days=240)
