"""Screening lets through whatever the rule would raise an alarm at, and little else."""

import numpy as np
import pytest

from battery_passport.safety.readings import readings
from battery_passport.safety.screening import screen
from battery_passport.safety.thermal_event import ThermalWatch
from battery_passport.telemetry.model import NULL, Columns, Samples
from tests.factories.runaway import SHAPES, make_drive, with_runaway

A_BATCH = 30
UNKNOWN = np.full(2, np.nan)


def in_batches(samples: Samples) -> list[tuple[int, Columns]]:
    """Return the samples in batches of so many rows."""
    count = samples.sampled_at_ms.size
    return [
        (
            min(A_BATCH, count - first),
            {name: values[first : first + A_BATCH] for name, values in samples.columns.items()},
        )
        for first in range(0, count, A_BATCH)
    ]


def screened(samples: Samples, *, usual_kohm: float = float("nan")) -> list[bool]:
    batches = in_batches(samples)
    found, _ = screen(
        [count for count, _ in batches],
        [columns for _, columns in batches],
        of=np.zeros(len(batches), dtype=np.intp),
        usual_kohm=np.array([usual_kohm]),
    )
    return list(map(bool, found))


@pytest.mark.parametrize("name", SHAPES)
def test_the_batch_at_which_the_rule_raises_is_let_through(name: str) -> None:
    samples, at_ms = with_runaway(make_drive(), SHAPES[name])
    watch = ThermalWatch()
    raised = [
        row
        for row, each in enumerate(readings(samples.sampled_at_ms, samples.columns))
        if watch.see(each) is not None
    ]
    assert [int(samples.sampled_at_ms[row]) for row in raised] == [at_ms]
    assert screened(samples, usual_kohm=2_400.0)[raised[0] // A_BATCH]


def test_a_healthy_drive_and_a_fast_charge_in_summer_are_not() -> None:
    samples = make_drive()
    assert not any(screened(samples, usual_kohm=2_400.0))
    samples.columns["temperature_max_dc"][:] = 480
    samples.columns["probe_temperature_dc"][:] = 480
    assert not any(screened(samples, usual_kohm=2_400.0))


def test_insulation_is_judged_by_what_was_usual() -> None:
    samples = make_drive(samples=60)
    samples.columns["temperature_max_dc"][:] = 620
    samples.columns["insulation_kohm"][40:] = 400
    # What fell within these batches themselves needs no memory.
    assert screened(samples) == [False, True]
    samples.columns["insulation_kohm"][:] = 400
    assert screened(samples, usual_kohm=2_400.0) == [True, True]
    assert screened(samples, usual_kohm=1_500.0) == [False, False]
    assert screened(samples) == [False, False]


def test_sentinels_and_absent_columns_raise_nothing_and_are_not_remembered() -> None:
    full = make_drive(samples=30)
    full.columns["insulation_kohm"][:5] = 65_535
    columns: list[Columns] = [
        {**full.columns, "bms_warning_level": np.full(30, 254, dtype=np.int64)},
        {},
    ]
    found, insulation = screen([30, 30], columns, of=np.arange(2), usual_kohm=UNKNOWN)
    assert found.tolist() == [False, False]
    assert insulation.tolist() == [2_400, NULL]


def test_batches_of_other_widths_keep_their_places() -> None:
    hot, wide = make_drive(samples=10), make_drive(samples=20, cells=96)
    hot.columns["probe_temperature_dc"][7, 2] = 900
    hot.columns["cell_voltage_mv"][7, 4] = 300
    few = {**wide.columns, "probe_temperature_dc": np.full((20, 3), 200, dtype=np.int64)}
    columns = [few, hot.columns, few]
    found, _ = screen([20, 10, 20], columns, of=np.array([0, 1, 0]), usual_kohm=UNKNOWN)
    assert found.tolist() == [False, True, False]
