"""With few known cars the answer is careful, with enough it is the curves' own."""

from dataclasses import replace
from statistics import median

import pytest

from battery_passport.diagnostics.capacity.constants import V1
from battery_passport.diagnostics.capacity.few_cars import Caution, caution
from battery_passport.diagnostics.model import Interval
from tests.factories.charge_windows import MadeUpPack, make_fleet, make_known


def careful(cars: int) -> Caution:
    found = caution(make_fleet(cars), 0.3)
    assert found is not None
    return found


def test_from_five_cars_on_there_is_no_caution() -> None:
    assert caution(make_fleet(5), 0.3) is None
    assert caution(make_fleet(4), 0.3) is not None


def test_fewer_cars_leave_more_open() -> None:
    reaches = [careful(count).reach_ratio for count in (1, 2, 3)]

    assert reaches == sorted(reaches, reverse=True)
    assert careful(4).reach_ratio >= 1.645 * V1.health_sd_ratio


def test_the_middle_is_the_known_cars_own() -> None:
    fleet = make_fleet(4)
    assert careful(4).middle_ratio == median(car.health_ratio for car in fleet)


def test_curves_that_tell_nothing_leave_the_middle() -> None:
    unlike = [
        make_known(MadeUpPack(name=str(number), health=health, tilt_v=tilt_v, bms_bend=0.15))
        for number, (health, tilt_v) in enumerate(
            [(0.8, 0.3), (0.9, -0.3), (0.95, 0.25), (1.0, -0.2)]
        )
    ]
    found = caution(unlike, 0.2)
    assert found is not None
    answer = found.applied(Interval(0.7, 0.65, 0.75))

    assert found.trust_ratio == 0.0
    assert answer.value == pytest.approx(0.925)


def test_curves_that_tell_much_are_trusted() -> None:
    alike = [
        make_known(MadeUpPack(name=str(number), health=health))
        for number, health in enumerate((0.75, 0.85, 0.95, 1.05))
    ]
    found = caution(alike, 0.7, replace(V1, shape_sd_v=0.003, offset_sd_v=0.002))
    assert found is not None

    assert found.trust_ratio > 0.8
    assert found.applied(Interval(0.8, 0.7, 0.9)).value < 0.85
