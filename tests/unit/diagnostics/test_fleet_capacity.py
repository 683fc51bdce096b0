"""A model's curve learned from made-up cars, and further cars under it."""

from collections.abc import Sequence

import numpy as np
import pytest

from battery_passport.diagnostics.errors import FigureDiffers, MalformedStatement
from battery_passport.diagnostics.fleet_capacity.charges import Charge, find_charges
from battery_passport.diagnostics.fleet_capacity.constants import NAME
from battery_passport.diagnostics.fleet_capacity.kernels import typical_cells
from battery_passport.diagnostics.fleet_capacity.learning import first_belief, learn
from battery_passport.diagnostics.fleet_capacity.method import fleet_capacity, fleet_evidence
from battery_passport.diagnostics.fleet_capacity.model import FleetCurve, read_curve
from battery_passport.diagnostics.fleet_capacity.rounding import curve_of
from battery_passport.diagnostics.health import estimate_health
from battery_passport.diagnostics.model import Interval, NotDetermined
from battery_passport.diagnostics.statement import compare_with_statement, statement_claims
from battery_passport.foundation.strict_json import (
    JsonObject,
    JsonValue,
    canonical_json,
    parse_json_object,
)
from battery_passport.registry.model import Chemistry, Rating
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.table import TelemetryTable
from tests.factories.diagnostics import (
    MadeUpCar,
    Way,
    make_batch,
    make_charges,
    make_table,
    replaced,
)

WAYS = [
    Way(start=0.35, end=0.85),
    Way(start=0.5, end=1.0, c_rate=0.6),
    Way(start=0.2, end=0.8, c_rate=0.1, step_s=30),
    Way(start=0.4, end=0.9),
]


def fleet_car(number: int) -> MadeUpCar:
    draw = np.random.default_rng([7, number])
    return MadeUpCar(
        capacity_ah=float(draw.uniform(78.0, 99.0)),
        bms_bend=float(draw.normal(-0.026, 0.03)),
        resistance_v=float(draw.uniform(0.1, 0.16)),
        seed=number,
    )


def charges_table(car: MadeUpCar, ways: Sequence[Way] = tuple(WAYS)) -> TelemetryTable:
    return make_table(make_charges(car, ways))


def charges(car: MadeUpCar) -> tuple[Charge, ...]:
    return find_charges(charges_table(car), car.rating)


@pytest.fixture(scope="module")
def curve() -> FleetCurve:
    cars = [charges(fleet_car(number)) for number in range(12)]
    return curve_of(learn(cars, first_belief(Chemistry.NMC)), "Made Up")


def health_of(car: MadeUpCar, curve: FleetCurve, ways: Sequence[Way] = tuple(WAYS)) -> Interval:
    table = charges_table(car, ways)
    found = estimate_health(table, car.rating, method=NAME, curve=curve).findings.health_ratio
    assert isinstance(found, Interval)
    return found


def test_further_cars_come_out_within_their_intervals(curve: FleetCurve) -> None:
    errors, inside = [], 0
    for number in range(100, 110):
        car = fleet_car(number)
        truth = car.capacity_ah / car.rated_ah
        health = health_of(car, curve)
        errors.append(abs(health.value - truth))
        inside += health.low <= truth <= health.high
    assert np.mean(errors) < 0.01
    assert inside >= 8


@pytest.mark.parametrize(
    "ways",
    [WAYS, [Way(start=0.5, end=0.75)], [Way(start=0.5, end=0.505)], []],
    ids=["four charges", "one", "too little", "none"],
)
def test_the_evidence_is_sought_as_the_figure_finds_it(curve: FleetCurve, ways: list[Way]) -> None:
    car = fleet_car(110)
    table = make_table(make_charges(car, ways))
    rows, legs = fleet_evidence(table, car.rating, curve)
    found = fleet_capacity(table, car.rating, curve)

    assert legs == len(found.legs)
    assert legs == (0 if not ways or ways[0].end - ways[0].start < 0.1 else len(ways))
    np.testing.assert_array_equal(rows, found.rows)


def test_a_part_of_a_charge_is_enough_and_less_sure(curve: FleetCurve) -> None:
    car = fleet_car(120)
    part = health_of(car, curve, [Way(start=0.5, end=0.75)])
    many = health_of(car, curve)
    assert part.low <= car.capacity_ah / car.rated_ah <= part.high
    assert part.high - part.low > many.high - many.low


def test_the_same_cars_give_the_same_bits(curve: FleetCurve) -> None:
    cars = [charges(fleet_car(number)) for number in range(12)]
    again = curve_of(learn(cars, first_belief(Chemistry.NMC)), "Made Up")
    assert again.digest == curve.digest


def test_a_curve_is_read_as_it_was_written(curve: FleetCurve) -> None:
    read = read_curve(parse_json_object(canonical_json(curve.as_json())))
    assert read == curve
    assert read.digest == curve.digest
    assert len(canonical_json(curve.as_json())) < 12_000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "bp-fleet-curve/v2"),
        ("cars", 0),
        ("cars", True),
        ("mean", [1, 2]),
        ("mean", "12"),
        ("modes", []),
        ("modes", [[0.5] * 103]),
        ("modes", [[10**7] * 103]),
        ("scales", {}),
        ("model", None),
    ],
)
def test_no_curve_is_refused(curve: FleetCurve, name: str, value: JsonValue) -> None:
    with pytest.raises(MalformedStatement):
        read_curve({**curve.as_json(), name: value})


def test_a_statement_carries_the_curve_and_is_recomputed_from_it_alone(curve: FleetCurve) -> None:
    car = fleet_car(130)
    table = charges_table(car)
    claims = statement_claims(estimate_health(table, car.rating, method=NAME, curve=curve))
    assert claims["method"] == NAME
    read = parse_json_object(canonical_json(claims))
    compare_with_statement(read, table, car.rating)
    parameters = read["parameters"]
    assert isinstance(parameters, dict)
    bent: JsonObject = {**parameters["curve"], "cars": curve.cars + 1}
    with pytest.raises(FigureDiffers, match="digest"):
        compare_with_statement({**read, "parameters": {**parameters, "curve": bent}}, table)
    honest = {**bent, "mean": [value + 500 for value in curve.mean]}
    forged = {**parameters, "curve": honest, "curve_sha256": read_curve(honest).digest.hex()}
    with pytest.raises(FigureDiffers):
        compare_with_statement({**read, "parameters": forged}, table)


def test_no_stated_health_is_seen(curve: FleetCurve) -> None:
    car = fleet_car(140)
    batches = make_charges(car, WAYS)
    stated = [
        replaced(each, bms_soh_permyriad=np.full(each.sampled_at_ms.size, 5_000))
        for each in batches
    ]
    found = [
        estimate_health(make_table(each), car.rating, method=NAME, curve=curve).findings
        for each in (batches, stated)
    ]
    assert found[0].health_ratio == found[1].health_ratio


@pytest.mark.parametrize(
    ("table", "rating", "known", "code"),
    [
        (make_table([]), fleet_car(1).rating, True, "no-measurements"),
        (charges_table(fleet_car(1)), fleet_car(1).rating, False, "no-fleet-curve"),
        (charges_table(fleet_car(1)), Rating(), True, "no-rated-capacity"),
        (
            charges_table(fleet_car(1), [Way(start=0.5, end=0.53)]),
            fleet_car(1).rating,
            True,
            "too-little-charge",
        ),
    ],
)
def test_what_is_missing_is_said(
    curve: FleetCurve, table: TelemetryTable, rating: Rating, known: bool, code: str
) -> None:
    given = curve if known else None
    found = estimate_health(table, rating, method=NAME, curve=given).findings.health_ratio
    assert isinstance(found, NotDetermined)
    assert found.code == code


def test_a_broken_wire_and_a_drifting_cell_move_no_typical_voltage() -> None:
    cells = np.full((3, 8), 3_700, dtype=np.int64)
    cells[0, 2] = 3_000
    cells[1, 1] = NULL
    cells[2, :5] = 0
    typical = typical_cells(cells, np.arange(3), 500, 4_900)
    assert typical[:2].tolist() == [3_700.0, 3_700.0]
    assert np.isnan(typical[2])


def test_a_battery_without_a_stated_charge_is_told_by_its_voltages(curve: FleetCurve) -> None:
    car = fleet_car(150)
    batches = [
        make_batch(
            each.sampled_at_ms,
            {name: v for name, v in each.columns.items() if name != "bms_soc_permyriad"},
        )
        for each in make_charges(car, WAYS)
    ]
    found = estimate_health(make_table(batches), car.rating, method=NAME, curve=curve).findings
    assert isinstance(found.health_ratio, Interval)
    truth = car.capacity_ah / car.rated_ah
    assert found.health_ratio.low <= truth <= found.health_ratio.high
