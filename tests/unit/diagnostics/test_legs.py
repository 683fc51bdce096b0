"""Charges and drives are found whole: pauses join, silence and unseen charging part."""

import numpy as np
import pytest

from battery_passport.diagnostics.course import follow
from battery_passport.diagnostics.legs import RawLeg, find_legs
from battery_passport.diagnostics.model import Direction
from battery_passport.diagnostics.parameters import V1
from battery_passport.diagnostics.pauses import pause_judge
from battery_passport.diagnostics.signals import read_signals
from battery_passport.diagnostics.swings import Recording
from battery_passport.diagnostics.voltage_reading import VoltageReader
from battery_passport.foundation.clock import DAY_MS, HOUR_MS
from battery_passport.registry.model import Chemistry
from battery_passport.telemetry.model import DecodedBatch
from tests.factories.diagnostics import MadeUpCar, Way, make_table, make_way, without
from tests.factories.telemetry import COLLECTED_AT_MS

CAR = MadeUpCar()


def legs_of(*batches: DecodedBatch, car: MadeUpCar = CAR) -> list[RawLeg]:
    table = make_table(batches)
    signals = read_signals(table, V1, largest_current_a=1_000.0)
    assert signals is not None
    course = follow(signals)
    recording = Recording(signals=signals, course=course, capacity_ah=car.rated_ah, parameters=V1)
    voltages = VoltageReader(table, signals, car.rating, V1)
    judge = pause_judge(recording, voltages, car.rating)
    return find_legs(signals, course, V1, capacity_ah=car.rated_ah, judge_pause=judge)


def at(start: float, end: float, *, hours: float = 0.0, car: MadeUpCar = CAR) -> DecodedBatch:
    begins = COLLECTED_AT_MS + round(hours * HOUR_MS)
    return make_way(car, Way(start=start, end=end, begins_ms=begins))


def test_a_charge_is_a_leg_with_its_rests() -> None:
    (leg,) = legs_of(at(0.2, 0.7))
    assert leg.direction is Direction.CHARGE
    assert leg.head == 0
    assert leg.first == pytest.approx(60, abs=1)
    assert leg.tail - leg.last == pytest.approx(60, abs=1)
    assert leg.pauses == ()


def test_a_drive_is_a_leg_downwards() -> None:
    (leg,) = legs_of(at(0.7, 0.2))
    assert leg.direction is Direction.DISCHARGE
    assert leg.sign == -1.0


def test_a_charge_after_a_drive_is_another_leg() -> None:
    legs = legs_of(at(0.7, 0.3), at(0.3, 0.8, hours=3))
    assert [leg.direction for leg in legs] == [Direction.DISCHARGE, Direction.CHARGE]


def test_a_charge_in_stages_is_one() -> None:
    (leg,) = legs_of(at(0.2, 0.5), at(0.5, 0.8, hours=6))
    assert [abs(pause.jump_ratio) < 0.01 for pause in leg.pauses] == [True]


@pytest.mark.parametrize(
    ("second_start", "hours"),
    [(0.4, 6), (0.6, 6), (0.5, 24 + 6)],
)
def test_unseen_charge_or_a_long_silence_parts_charges(second_start: float, hours: float) -> None:
    legs = legs_of(at(0.2, 0.5), at(second_start, 0.9, hours=hours))
    assert len(legs) == 2


def test_stages_join_by_voltage_where_no_state_of_charge_is_stated() -> None:
    stages = [
        without(at(*ends), "bms_soc_permyriad")
        for ends in (
            (
                0.2,
                0.5,
            ),
        )
    ]
    stages.append(without(at(0.5, 0.8, hours=6), "bms_soc_permyriad"))
    assert len(legs_of(*stages)) == 1
    apart = without(at(0.7, 0.95, hours=6), "bms_soc_permyriad")
    assert len(legs_of(stages[0], apart)) == 2


def test_a_flat_voltage_joins_nothing() -> None:
    car = MadeUpCar(chemistry=Chemistry.LFP)
    stages = [
        without(at(0.2, 0.5, car=car), "bms_soc_permyriad"),
        without(at(0.5, 0.8, hours=6, car=car), "bms_soc_permyriad"),
    ]
    assert len(legs_of(*stages, car=car)) == 2


def test_small_moves_are_no_legs() -> None:
    assert legs_of(at(0.50, 0.58)) == []


def test_regeneration_does_not_end_a_drive() -> None:
    parts = [at(0.9, 0.6), at(0.6, 0.62, hours=2), at(0.62, 0.3, hours=4)]
    assert [leg.direction for leg in legs_of(*parts)] == [Direction.DISCHARGE]


def test_legs_come_in_the_order_of_time() -> None:
    legs = legs_of(at(0.2, 0.8), at(0.2, 0.8, hours=DAY_MS / HOUR_MS * 3))
    assert np.diff([leg.first for leg in legs]).min() > 0
