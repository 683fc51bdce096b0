"""Turning points of the counted charge, and what a battery of unknown rating roughly holds."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from battery_passport.diagnostics.cleaning import Floats
from battery_passport.diagnostics.course import follow, rough_capacity_ah, turning_points
from battery_passport.diagnostics.fleet_capacity.kernels import charge_legs
from battery_passport.diagnostics.parameters import V1
from battery_passport.diagnostics.signals import read_signals
from battery_passport.telemetry.model import NULL
from tests.factories.diagnostics import MadeUpCar, Way, make_charges, make_table


@pytest.mark.parametrize(
    ("heights", "turns"),
    [
        ([0.0, 5.0, 10.0], [0, 2]),
        ([10.0, 5.0, 0.0], [0, 2]),
        ([0.0, 5.0, 4.5, 10.0], [0, 3]),
        ([0.0, 5.0, 10.0, 3.0, 0.0], [0, 2, 4]),
        ([2.0, 0.0, 10.0, 9.9, 4.0, 4.1], [0, 1, 2, 4]),
        ([0.0, 0.0, 0.0, 4.0, 4.0, 4.0], [2, 3]),
        ([0.0, 0.5, 0.0, 0.5], []),
        ([1.0, 1.0, 1.0], []),
        ([1.0], []),
    ],
)
def test_turns_smaller_than_the_threshold_are_part_of_the_way(
    heights: list[float], turns: list[int]
) -> None:
    assert turning_points(np.array(heights), reversal_ah=2.0) == turns


def test_nothing_is_added_across_a_break() -> None:
    car = MadeUpCar()
    table = make_table(make_charges(car, [Way(), Way()]))
    signals = read_signals(table, V1, largest_current_a=1_000.0)
    assert signals is not None
    course = follow(signals)
    assert course.counted_ah[-1] == pytest.approx(2 * 0.8 * car.capacity_ah, rel=1e-3)
    assert course.counted_h[-1] == pytest.approx(2 * (0.8 / 0.3 + 1 / 3), abs=0.02)


@pytest.mark.parametrize("capacity_ah", [8.0, 90.0, 250.0])
def test_a_rough_capacity_is_found_without_a_rating(capacity_ah: float) -> None:
    car = MadeUpCar(capacity_ah=capacity_ah, bms_bend=0.0)
    signals = read_signals(make_table(make_charges(car, [Way()])), V1, largest_current_a=1_000.0)
    assert signals is not None
    assert rough_capacity_ah(signals, follow(signals), V1) == pytest.approx(capacity_ah, rel=0.05)


def test_without_states_of_charge_a_typical_capacity_is_taken() -> None:
    batch = make_charges(MadeUpCar(), [Way()])[0]
    blank = {**batch.columns, "bms_soc_permyriad": np.full(batch.sampled_at_ms.size, NULL)}
    table = make_table(
        [
            type(batch)(
                claims=batch.claims,
                digest=batch.digest,
                sampled_at_ms=batch.sampled_at_ms,
                columns=blank,
                assumptions=(),
            )
        ]
    )
    signals = read_signals(table, V1, largest_current_a=1_000.0)
    assert signals is not None
    assert rough_capacity_ah(signals, follow(signals), V1) == 100.0


def rises(counted_ah: Floats, start: int) -> Iterator[list[int]]:
    """Yield each rise of 4 or more between turns of 2, with the samples within 1 about it."""
    for low, high in pairwise(turning_points(counted_ah, reversal_ah=2.0)):
        if counted_ah[high] - counted_ah[low] >= 4.0:
            before = np.flatnonzero(np.abs(counted_ah[:low] - counted_ah[low]) > 1.0)
            after = np.flatnonzero(np.abs(counted_ah[high:] - counted_ah[high]) > 1.0)
            head = int(before[-1]) + 1 if before.size else 0
            tail = high + int(after[0]) - 1 if after.size else counted_ah.size - 1
            yield [start + head, start + tail]


@settings(max_examples=60)
@given(st.lists(st.lists(st.integers(-3, 3), max_size=40), min_size=1, max_size=4))
def test_the_compiled_loop_finds_the_rises_between_the_turns_of_each_run(
    runs: list[list[int]],
) -> None:
    counts = [np.cumsum([0.0, *run]) for run in runs]
    starts = np.cumsum([0, *(each.size for each in counts)])
    found = charge_legs(
        np.concatenate(counts), starts, shortest_ah=4.0, reversal_ah=2.0, still_ah=1.0
    )
    expected = [
        leg
        for each, start in zip(counts, starts.tolist(), strict=False)
        for leg in rises(each, start)
    ]
    assert found.tolist() == expected
