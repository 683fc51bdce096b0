"""Whatever a device sends, an estimate is a figure that makes sense or a reason, never a crash."""

from typing import Any

import hypothesis.extra.numpy as arrays
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.diagnostics.health import estimate_health
from battery_passport.diagnostics.model import Interval, NotDetermined
from battery_passport.foundation.strict_json import canonical_json
from battery_passport.registry.model import Chemistry, Rating
from battery_passport.telemetry.columns import COLUMN_BY_NAME, Axis, Column
from battery_passport.telemetry.model import NULL, DecodedBatch
from tests.factories.diagnostics import MadeUpCar, Way, make_batch, make_table, make_way, replaced

READ = (
    "current_ma",
    "charged_uah",
    "cumulative_charge_mah",
    "cumulative_discharge_mah",
    "segment",
    "bms_soc_permyriad",
    "display_soc_permyriad",
    "cell_voltage_mv",
    "cell_voltage_mean_uv",
    "cell_voltage_max_mv",
    "cell_voltage_min_mv",
    "pack_voltage_mv",
    "probe_temperature_dc",
)
START_MS = 1_600_000_000_000


def values_of(column: Column) -> st.SearchStrategy[int]:
    """Return mostly possible values, with sentinels, NULL and anything an int64 can hold."""
    usual = st.integers(column.low, min(column.high, column.low + 10_000))
    strange = st.sampled_from([NULL, NULL + 1, 2**63 - 1, 0, -1, *column.sentinels])
    return st.one_of(usual, usual, usual, strange)


@st.composite
def batches(draw: st.DrawFn) -> DecodedBatch:
    count = draw(st.integers(1, 40))
    steps = draw(arrays.arrays(np.int64, count, elements=st.integers(-5_000, 400_000)))
    far = draw(st.sampled_from([0, 0, 0, -(2**52), 2**52]))
    columns: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(READ), unique=True)):
        column = COLUMN_BY_NAME[name]
        shape = count if column.axis is Axis.SAMPLE else (count, draw(st.integers(1, 3)))
        columns[name] = draw(arrays.arrays(np.int64, shape, elements=values_of(column)))
    return make_batch(START_MS + far + np.cumsum(steps), columns)


RATINGS = st.builds(
    Rating,
    rated_capacity_ah=st.one_of(st.none(), st.floats(0.5, 1_000)),
    cells_in_series=st.one_of(st.none(), st.integers(1, 300)),
    chemistry=st.one_of(st.none(), st.sampled_from(Chemistry)),
)


def makes_sense(figure: Interval | NotDetermined) -> bool:
    if isinstance(figure, NotDetermined):
        return bool(figure.code and figure.sentence)
    return 0 < figure.low < figure.value < figure.high < float("inf")


@given(st.lists(batches(), max_size=4), RATINGS)
def test_anything_gives_a_sensible_figure_or_a_reason(
    sent: list[DecodedBatch], rating: Rating
) -> None:
    estimate = estimate_health(make_table(sent), rating)
    assert makes_sense(estimate.findings.capacity_ah)
    assert makes_sense(estimate.findings.health_ratio)
    assert canonical_json(estimate.as_json())


SENTINELS = {
    "current_ma": [NULL, 65_535_000, -(2**62)],
    "bms_soc_permyriad": [NULL, 25_500, 65_535],
    "cell_voltage_mv": [NULL, 0, 5_000, 65_535],
}


@st.composite
def damages(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, int]]]:
    column = draw(st.sampled_from(sorted(SENTINELS)))
    places = st.tuples(st.integers(0, 300), st.integers(1, 60), st.sampled_from(SENTINELS[column]))
    return column, draw(st.lists(places, max_size=6))


@given(damages())
def test_sentinels_in_a_charge_leave_the_truth_in_its_interval(
    damage: tuple[str, list[tuple[int, int, int]]],
) -> None:
    car = MadeUpCar(capacity_ah=88.0)
    charge = make_way(car, Way(start=0.05, end=0.95, step_s=30))
    column, places = damage
    values = charge.columns[column].copy()
    for start, length, value in places:
        values[start : start + length] = value
    estimate = estimate_health(make_table([replaced(charge, **{column: values})]), car.rating)
    health = estimate.findings.health_ratio
    assert makes_sense(health)
    if isinstance(health, Interval):
        assert health.low <= 0.88 <= health.high
