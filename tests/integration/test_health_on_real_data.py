"""The first method on the given real cars, through the shipped mappings and real batches.

Labels are read here, to judge the method; the method itself never sees one.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from battery_passport.diagnostics.health import estimate_health
from battery_passport.diagnostics.model import Direction, Interval, NotDetermined
from battery_passport.diagnostics.statement import compare_with_statement, statement_claims
from battery_passport.foundation.strict_json import canonical_json, parse_json_object
from battery_passport.registry.model import Chemistry, Rating
from battery_passport.telemetry.table import TelemetryTable
from tests.factories.diagnostics import imported_table

VEHICLES = (1, 3, 6, 8, 10)
WIDEST_POINTS = 20.0


@cache
def table_of(path: Path, mapping: str) -> TelemetryTable:
    return imported_table(path, mapping)


def ev10(shared: Path, vehicle: int) -> tuple[TelemetryTable, Rating, float]:
    """Return a car's table, what is declared of it, and its reference health in percent."""
    labels = json.loads((shared / "data/ev10/labels.json").read_text(encoding="utf-8"))
    label = next(entry for entry in labels if entry["vehicle"] == vehicle)
    table = table_of(shared / f"data/ev10/vehicle_{vehicle:02d}.parquet", "ev10")
    rating = Rating(
        rated_capacity_ah=label["rated_Ah"],
        cells_in_series=label["n_cells"],
        chemistry=Chemistry.NMC,
    )
    return table, rating, 100.0 * label["soh"]


def percent(figure: Interval | NotDetermined) -> Interval:
    assert isinstance(figure, Interval)
    return figure.scaled(100.0)


@pytest.mark.parametrize("vehicle", VEHICLES)
def test_the_reference_lies_inside_an_interval_of_at_most_twenty_points(
    shared: Path, vehicle: int
) -> None:
    table, rating, reference = ev10(shared, vehicle)
    estimate = estimate_health(table, rating)
    health = percent(estimate.findings.health_ratio)
    assert health.low <= reference <= health.high
    assert health.high - health.low <= WIDEST_POINTS
    assert abs(health.value - reference) < 6.0
    assert estimate.findings.used(Direction.CHARGE) == 1
    assert set(estimate.evidence) == set(table.batch_digests)
    assert any("1 Hz" in assumed for assumed in estimate.evidence_assumptions)


@pytest.mark.parametrize("vehicle", VEHICLES)
def test_the_rated_capacity_alone_is_enough_to_be_declared(shared: Path, vehicle: int) -> None:
    table, rating, reference = ev10(shared, vehicle)
    declared = Rating(rated_capacity_ah=rating.rated_capacity_ah)
    health = percent(estimate_health(table, declared).findings.health_ratio)
    assert health.low <= reference <= health.high


@pytest.mark.parametrize("vehicle", VEHICLES)
def test_without_the_cars_state_of_charge_more_is_left_open(shared: Path, vehicle: int) -> None:
    table, rating, _ = ev10(shared, vehicle)
    blind = table.select([name for name in table.columns if name != "bms_soc_permyriad"])
    told, untold = (
        percent(estimate_health(each, rating).findings.health_ratio) for each in (table, blind)
    )
    assert untold.high - untold.low > 1.5 * (told.high - told.low)


@pytest.mark.parametrize("vehicle", VEHICLES)
def test_the_charge_counter_says_the_same_as_the_current(shared: Path, vehicle: int) -> None:
    table, rating, _ = ev10(shared, vehicle)
    counted = table.select([name for name in table.columns if name != "current_ma"])
    one, other = (
        percent(estimate_health(each, rating).findings.health_ratio) for each in (table, counted)
    )
    assert other.value == pytest.approx(one.value, abs=0.3)


@pytest.mark.parametrize("vehicle", VEHICLES)
def test_a_fifth_of_a_charge_determines_nothing_or_holds_the_reference(
    shared: Path, vehicle: int
) -> None:
    table, rating, reference = ev10(shared, vehicle)
    starts = np.linspace(0, 0.8, 5)
    first, last = int(table.sampled_at_ms[0]), int(table.sampled_at_ms[-1])
    for start in starts.tolist():
        begins = first + round(start * (last - first))
        window = table.between(begins, begins + round(0.2 * (last - first)))
        health = estimate_health(window, rating).findings.health_ratio
        if isinstance(health, Interval):
            assert 100.0 * health.low <= reference <= 100.0 * health.high
        else:
            assert health.code in {"too-uncertain", "too-little-charge"}


@pytest.mark.parametrize(
    ("car", "direction"), [("car1", Direction.CHARGE), ("car2", Direction.DISCHARGE)]
)
def test_a_car_of_unknown_rating_gives_ampere_hours_and_why_no_percentage(
    shared: Path, car: str, direction: Direction
) -> None:
    table = table_of(shared / f"data/packfault/{car}.parquet", f"packfault-{car}")
    estimate = estimate_health(table, Rating())
    capacity = estimate.findings.capacity_ah
    assert isinstance(capacity, Interval)
    assert 100.0 < capacity.value < 135.0
    assert 0.10 < (capacity.high - capacity.low) / capacity.value < 0.35
    assert estimate.findings.used(direction) >= 2
    printed = estimate.as_json()["state_of_health"]
    assert isinstance(printed, dict)
    assert printed["value_percent"] is None
    assert printed["reason_code"] == "no-rated-capacity"
    low, high = estimate.findings.temperature_celsius or (0.0, 0.0)
    assert 10.0 < low < high < 45.0


@pytest.mark.parametrize(
    ("name", "mapping", "rating"),
    [
        ("ev10/vehicle_03", "ev10", Rating(rated_capacity_ah=100.0)),
        ("packfault/car1", "packfault-car1", Rating(chemistry=Chemistry.NMC)),
        ("packfault/car2", "packfault-car2", Rating()),
    ],
)
def test_statements_of_real_cars_are_recomputed_to_the_last_bit(
    shared: Path, name: str, mapping: str, rating: Rating
) -> None:
    table = table_of(shared / f"data/{name}.parquet", mapping)
    estimate = estimate_health(table, rating)
    claims = parse_json_object(canonical_json(statement_claims(estimate)))
    compare_with_statement(claims, table, rating)
    again = estimate_health(table, rating)
    assert again.findings.capacity_ah == estimate.findings.capacity_ah
    assert 0 < len(estimate.evidence) <= len(table.batch_digests)
