"""The points behind a sheet's pictures: curves of a charge, cells now, what the car stated last."""

import numpy as np
import pytest

from battery_passport.diagnostics.model import NotDetermined
from battery_passport.diagnostics.pictures.cells import cell_spread
from battery_passport.diagnostics.pictures.charge_curve import incremental, reference_of
from battery_passport.diagnostics.pictures.making import pictures_of
from battery_passport.diagnostics.pictures.model import CellSpread, ChargeCurve
from battery_passport.registry.model import Chemistry, Rating
from battery_passport.telemetry.model import NULL
from tests.factories.diagnostics import (
    SLOPING_CURVE,
    MadeUpCar,
    Way,
    make_charges,
    make_table,
    replaced,
)
from tests.factories.telemetry import COLLECTED_AT_MS

CAR = MadeUpCar(cells=24)
WEAK = 6
CHARGES = make_charges(CAR, [Way(), Way(start=0.3, end=0.6)])
WHOLE = make_table(CHARGES)


def test_the_best_charge_follows_the_cars_own_curve_with_the_load_taken_off() -> None:
    charge = pictures_of(WHOLE, CAR.rating).charge
    assert isinstance(charge, ChargeCurve)
    assert charge.moved_ah == pytest.approx(0.8 * CAR.capacity_ah, rel=0.02)
    assert charge.mean_current_a == pytest.approx(0.3 * CAR.capacity_ah, rel=0.05)
    soc, volts = np.array(charge.rested_v).T
    apart_v = volts - np.interp(soc, *SLOPING_CURVE)
    assert np.abs(apart_v[2:-2]).max() < 0.025


def test_dq_dv_gives_back_the_charge_between_its_ends() -> None:
    counted_ah = np.linspace(0.0, 60.0, 31)
    volts = np.interp(counted_ah / 90.0, *SLOPING_CURVE)
    points = incremental(counted_ah, volts)
    assert sum(amount for _, amount in points for _ in (0,)) > 0
    total = sum(
        amount * rise for (_, amount), rise in zip(points, np.diff(volts).tolist(), strict=True)
    )
    assert total == pytest.approx(60.0)
    assert incremental(np.array([0.0, 1.0]), np.array([3.3, 3.3])) == ()


def test_a_typical_reference_says_that_no_car_taught_it_and_lfp_has_none() -> None:
    typical = reference_of(CAR.rating, None, 0.9)
    assert typical is not None
    assert (typical.kind, typical.cars) == ("typical", 0)
    flat = Rating(rated_capacity_ah=100.0, cells_in_series=4, chemistry=Chemistry.LFP)
    assert reference_of(flat, None, 0.9) is None


def test_the_weak_cell_lies_lowest_and_one_not_measured_has_no_place() -> None:
    batch = CHARGES[0]
    cells = batch.columns["cell_voltage_mv"].copy()
    cells[:, WEAK] -= 40
    cells[:, 20] = NULL
    found = cell_spread(make_table([replaced(batch, cell_voltage_mv=cells)]))
    assert isinstance(found, CellSpread)
    known = {place: each for place, each in enumerate(found.deviation_mv) if each is not None}
    assert min(known, key=lambda place: known[place]) == WEAK
    assert known[WEAK] == pytest.approx(-40, abs=3)
    assert found.deviation_mv[20] is None


def test_what_is_missing_has_its_reason() -> None:
    nothing = pictures_of(make_table([]), CAR.rating)
    assert isinstance(nothing.charge, NotDetermined)
    assert nothing.as_json()["cells"] == {
        "reason_code": "no-cell-voltages",
        "reason": "The voltages of single cells were not recorded.",
        "reason_parameters": {},
    }
    unrated = pictures_of(WHOLE, Rating(chemistry=Chemistry.NMC)).charge
    assert isinstance(unrated, NotDetermined)
    assert unrated.code == "no-rated-capacity"


def test_the_newest_possible_reading_counts_with_the_range_of_its_day() -> None:
    batch = CHARGES[-1]
    health = np.full(batch.sampled_at_ms.size, 9_100, dtype=np.int64)
    health[-1] = 25_500
    table = make_table([replaced(batch, bms_soh_permyriad=health)])
    made = pictures_of(table, CAR.rating)
    assert made.readings["bms_state_of_health_percent"].value == pytest.approx(91.0)
    charged = made.readings["state_of_charge_percent"]
    assert charged.low < charged.high == pytest.approx(charged.value, abs=1.0)
    assert [value for _, value in made.stated_health] == pytest.approx([91.0])
    assert "insulation_kohm" not in made.readings
    assert made.started_at is not None
    assert made.started_at.timestamp() * 1_000 >= COLLECTED_AT_MS
