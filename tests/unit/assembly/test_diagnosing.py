"""A battery looked at as a whole: figures, findings and the grade that follows from them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from battery_passport.assembly.diagnosing.drifting import (
    NEWEST_DAYS,
    SAMPLES_A_DAY,
    cells_by_day,
    drift_of_days,
    oldest_ms,
    recent_days,
)
from battery_passport.assembly.diagnosing.looking import Looked, look_at
from battery_passport.assembly.diagnosing.whole import Diagnosis, diagnose_looked, diagnose_table
from battery_passport.diagnostics.imbalance.rests import Rest
from battery_passport.foundation.clock import DAY_MS
from battery_passport.telemetry.model import DecodedBatch
from tests.factories.diagnostics import MadeUpCar, Way, make_batch, make_charges, make_table
from tests.factories.lifecycle import make_event, make_history
from tests.factories.registry import make_battery
from tests.factories.telemetry import COLLECTED_AT_MS

CAR = MadeUpCar(cells=24)
WEAK = 6
LOW_MODULE = slice(6, 12)


def with_weak_cell(batch: DecodedBatch, *, below_mv: int) -> DecodedBatch:
    """Return the batch with one cell lower than the others."""
    cells = batch.columns["cell_voltage_mv"].copy()
    cells[:, WEAK] -= below_mv
    return make_batch(batch.sampled_at_ms, {**batch.columns, "cell_voltage_mv": cells})


def diagnosed(*, below_mv: int = 0, charges: int = 8) -> Diagnosis:
    ways = [Way(begins_ms=COLLECTED_AT_MS)] * charges
    batches = [
        with_weak_cell(each, below_mv=below_mv) for each in make_charges(CAR, ways, days_apart=1)
    ]
    last_ms = int(max(each.sampled_at_ms[-1] for each in batches))
    as_of = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=last_ms)
    return diagnose_table(
        make_table(batches),
        battery=make_battery(),
        rating=CAR.rating,
        events=tuple(make_history([])),
        as_of=as_of,
    )


def test_a_sound_battery_has_its_letter_and_every_figure() -> None:
    found = diagnosed()
    told = found.as_json()
    assert found.drifts == ()
    assert found.verdict.grade == "A"
    assert told["grade"] == found.verdict.as_json()
    assert found.usage.charges
    assert {"state_of_health", "capacity", "resistance", "usage", "findings"} <= told.keys()


def test_a_weak_cell_is_named_from_one_and_holds_the_grade_at_c() -> None:
    found = diagnosed(below_mv=90)
    told = found.as_json()["findings"]
    assert {each.cell for each in found.drifts} == {WEAK}
    assert isinstance(told, list)
    assert all(isinstance(each, dict) and each["cell"] == WEAK + 1 for each in told)
    assert (found.verdict.grade, found.verdict.suggestion) == ("C", "remanufacture")


def repaired_car(*, mended: bool) -> Diagnosis:
    """Return the diagnosis after a module was replaced on day 12 of 24, if it helped or did not."""
    batches = make_charges(CAR, [Way(begins_ms=COLLECTED_AT_MS)] * 24, days_apart=1)
    below_mv = [90] * 12 + [0 if mended else 90] * 12
    cells = [
        with_weak_cell(batch, below_mv=below)
        for batch, below in zip(batches, below_mv, strict=True)
    ]
    begins = [datetime.fromtimestamp(int(each.sampled_at_ms[0]) / 1_000, UTC) for each in batches]
    repair = make_event("repaired", {"work": "module replaced", "replaced_parts": ["M1"]})
    return diagnose_table(
        make_table(cells),
        battery=make_battery(),
        rating=CAR.rating,
        events=(replace(repair, occurred_at=begins[12] - timedelta(hours=1)),),
        as_of=begins[-1] + timedelta(days=1),
    )


def test_a_cell_that_was_replaced_no_longer_counts_and_one_that_still_lags_is_found_again() -> None:
    mended, lagging = repaired_car(mended=True), repaired_car(mended=False)

    assert {each.cell for each in mended.drifts} == {WEAK}
    assert mended.verdict.grade == "A"
    assert [each.code for each in mended.verdict.reasons] == ["lower-bound", "repaired-finding"]
    assert lagging.verdict.grade == "C"
    assert len(lagging.found) == 2 * len(mended.found)
    assert "warning-finding" in [each.code for each in lagging.verdict.reasons]


def rests_with_a_low_module(*, below_v: float) -> Looked:
    """Return what is seen of a pack whose second module lies below the others for two months."""
    table = make_table(make_charges(CAR, [Way(begins_ms=COLLECTED_AT_MS)] * 4, days_apart=1))
    chance = np.random.default_rng(3)
    cells_v = 3.8 + chance.normal(0.0, 0.002, (60, CAR.cells))
    cells_v[:, LOW_MODULE] -= below_v
    rests = tuple(
        Rest(
            at_ms=COLLECTED_AT_MS + day * DAY_MS,
            soc_ratio=0.6,
            typical_v=3.8,
            apart_v=np.zeros(CAR.cells),
            cells_half_mv=np.rint(2_000 * cells_v[day]).astype(np.int16),
        )
        for day in range(60)
    )
    return replace(look_at(table), rests=rests)


def diagnosed_by_modules(below_v: float, layout: tuple[int, ...] | None) -> Diagnosis:
    return diagnose_looked(
        rests_with_a_low_module(below_v=below_v),
        battery=make_battery(),
        rating=replace(CAR.rating, cells_per_module=layout),
        events=tuple(make_history([])),
        as_of=datetime.fromtimestamp(COLLECTED_AT_MS / 1_000, UTC) + timedelta(days=60),
    )


def test_a_low_module_is_named_from_one_with_its_cells_and_can_be_replaced() -> None:
    found = diagnosed_by_modules(0.050, (6,) * 4)
    told = found.as_json()
    modules = told["modules"]
    assert isinstance(modules, dict)
    assert isinstance(modules["worst"], dict)
    assert [modules["worst"][name] for name in ("module", "first_cell", "last_cell")] == [2, 7, 12]
    assert [
        (each.kind, each.severity.value, each.module, each.cell, each.reason.parameters["module"])
        for each in found.found
    ] == [
        ("module_imbalance", "notice", 1, None, 2),
        ("module_imbalance", "warning", 1, None, 2),
    ]
    assert found.found[0].as_json()["module"] == 2
    assert (found.verdict.grade, found.verdict.suggestion) == ("C", "remanufacture")


def test_without_declared_modules_nothing_changes_and_that_is_said() -> None:
    found = diagnosed_by_modules(0.050, None)
    assert found.found == ()
    assert found.as_json()["modules"] == {
        "worst": None,
        "reason": "The model declares no modules.",
        "reason_code": "no-modules",
        "reason_parameters": {},
    }
    assert diagnosed_by_modules(0.0, (6,) * 4).found == ()


def test_each_day_is_looked_at_from_midnight_on() -> None:
    days = [day for day in range(200) for _ in range(SAMPLES_A_DAY * 3)]
    times = COLLECTED_AT_MS // DAY_MS * DAY_MS + np.array(days, dtype=np.int64) * DAY_MS
    times += np.arange(times.size) % (SAMPLES_A_DAY * 3) * 60_000
    cells = np.tile(3_700 + np.arange(12, dtype=np.int64), (times.size, 1))
    kept = list(cells_by_day(times, cells))
    assert [each.day for each in kept] == sorted(set((times // DAY_MS).tolist()))
    assert oldest_ms(int(times[-1])) == (int(times[-1]) // DAY_MS - NEWEST_DAYS) * DAY_MS
    assert all(each.typical_v is not None and each.step_mv == 1 for each in kept)


def test_no_measurements_are_no_findings() -> None:
    assert drift_of_days(recent_days(make_table([]))) == ()


def test_with_a_beginning_there_is_a_forecast_and_without_there_is_none() -> None:
    assert diagnosed().forecast is None
    batches = make_charges(CAR, [Way(begins_ms=COLLECTED_AT_MS)] * 8, days_apart=1)
    as_of = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=COLLECTED_AT_MS + 8 * DAY_MS)
    placed = make_event("placed_on_market", day=-400)
    found = diagnose_table(
        make_table(batches),
        battery=make_battery(),
        rating=CAR.rating,
        events=(placed,),
        as_of=as_of,
    )
    assert found.forecast is not None
    assert found.forecast.estimates == 1
    told = found.as_json()["forecast"]
    assert isinstance(told, dict)
    assert {"loss_points_a_year", "remaining", "euro7", "habits", "fan"} <= told.keys()


@pytest.mark.parametrize(("step_mv", "below_mv", "is_found"), [(20, 20, False), (20, 60, True)])
def test_one_step_of_a_coarse_reading_is_no_deviation(
    step_mv: int, below_mv: int, is_found: bool
) -> None:
    batches = [
        with_weak_cell(each, below_mv=below_mv)
        for each in make_charges(CAR, [Way(begins_ms=COLLECTED_AT_MS)] * 8, days_apart=1)
    ]
    coarse = []
    for each in batches:
        cells = each.columns["cell_voltage_mv"] // step_mv * step_mv
        coarse.append(make_batch(each.sampled_at_ms, {**each.columns, "cell_voltage_mv": cells}))
    found = drift_of_days(recent_days(make_table(coarse)))
    assert ({each.cell for each in found} == {WEAK}) is is_found
    assert is_found or not found
