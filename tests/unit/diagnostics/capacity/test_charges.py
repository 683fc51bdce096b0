"""The method reads stored telemetry, whatever order its batches arrived in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from battery_passport.diagnostics.capacity.charges import (
    stored_charges,
    typical_voltage_v,
    window_findings,
)
from battery_passport.diagnostics.capacity.library import learn_library
from battery_passport.diagnostics.model import Direction, Findings, Interval, NotDetermined
from battery_passport.registry.model import Rating
from tests.factories.charge_windows import make_fleet
from tests.factories.diagnostics import (
    MadeUpCar,
    Way,
    make_charges,
    make_table,
    make_way,
    without,
)

LIBRARY = learn_library(make_fleet(6))
CAR = MadeUpCar(capacity_ah=88.0, resistance_v=0.16)
BATCHES = make_charges(
    CAR, [Way(start=0.3, end=0.6), Way(start=0.1, end=0.9), Way(start=0.8, end=0.4)]
)


def health(findings: Findings) -> Interval:
    assert isinstance(findings.health_ratio, Interval), findings.health_ratio
    return findings.health_ratio


def test_the_longest_charge_tells_health_and_names_its_rows() -> None:
    table = make_table(BATCHES)
    findings = window_findings(table, CAR.rating, LIBRARY)

    assert health(findings).low <= 0.88 <= health(findings).high
    assert health(findings).value == pytest.approx(0.88, abs=0.04)
    assert isinstance(findings.capacity_ah, Interval)
    assert findings.capacity_ah.value == pytest.approx(100.0 * health(findings).value)
    assert findings.used(Direction.CHARGE) == 1
    assert len({int(place) for place in table.batch_ordinal[findings.rows]}) == 1


def test_charges_are_found_and_drives_are_not() -> None:
    charges = stored_charges(make_table(BATCHES), CAR.rating)

    assert [round(charge.stretch.counted_ah / 88.0, 1) for charge in charges] == [0.3, 0.8]
    assert all(len(charge.stretch.marks) == 2 for charge in charges)


@settings(max_examples=6)
@given(st.permutations(range(len(BATCHES))))
def test_the_order_of_arrival_is_nothing(order: list[int]) -> None:
    table = make_table([BATCHES[place] for place in order])

    assert health(window_findings(table, CAR.rating, LIBRARY)) == health(
        window_findings(make_table(BATCHES), CAR.rating, LIBRARY)
    )


def test_without_rating_charge_or_measurement_there_is_a_reason() -> None:
    table = make_table(BATCHES)
    drive = make_table([make_way(CAR, Way(start=0.9, end=0.2))])
    mute = without(BATCHES[1], "cell_voltage_mv")
    reasons = [
        window_findings(table, Rating(), LIBRARY).health_ratio,
        window_findings(drive, CAR.rating, LIBRARY).health_ratio,
        window_findings(make_table([]), CAR.rating, LIBRARY).health_ratio,
        window_findings(make_table([mute]), CAR.rating, LIBRARY).health_ratio,
    ]

    assert [reason.code for reason in reasons if isinstance(reason, NotDetermined)] == [
        "no-rated-capacity",
        "no-charge",
        "no-charge",
        "no-cell-voltage",
    ]


def test_a_row_takes_the_best_voltage_it_has() -> None:
    table = make_table(BATCHES)
    cells_v = table.columns["cell_voltage_mv"].mean(axis=1) / 1_000.0

    np.testing.assert_allclose(typical_voltage_v(table, CAR.rating), cells_v)
