"""Conditions by `conditions-met` 1: ranges, means over time, deep discharges."""

import numpy as np
import pytest

from battery_passport.diagnostics.conditions.method import ConditionsMet, find_conditions
from battery_passport.foundation.clock import HOUR_MS
from battery_passport.registry.model import Rating
from tests.factories.diagnostics import make_batch, make_table


def met(soc: list[float], celsius: list[float], *, step_h: float = 0.02) -> ConditionsMet:
    times_ms = (np.arange(len(soc)) * step_h * HOUR_MS).astype(np.int64)
    columns = {
        "current_ma": np.zeros(len(soc), dtype=np.int64),
        "bms_soc_permyriad": np.round(np.array(soc) * 10_000).astype(np.int64),
        "temperature_max_dc": np.round(np.array(celsius) * 10).astype(np.int64),
        "temperature_min_dc": np.round(np.array(celsius) * 10).astype(np.int64),
    }
    return find_conditions(make_table([make_batch(times_ms, columns)]), Rating())


def test_ranges_and_means_are_those_of_the_time_measured() -> None:
    found = met([0.5] * 101, [20.0] * 51 + [50.0] * 50)
    assert found.celsius is not None
    assert found.soc_ratio is not None
    assert (found.celsius.lowest, found.celsius.highest) == (20.0, 50.0)
    assert found.celsius.mean == pytest.approx(35.0, abs=0.2)
    assert found.soc_ratio.mean == pytest.approx(0.5)
    assert found.warm_h == pytest.approx(49 * 0.02, abs=1e-6)
    assert found.cold_h == 0.0


def test_a_deep_discharge_counts_once_until_the_battery_recovered() -> None:
    down_and_up = [0.5, 0.3, 0.08, 0.12, 0.09, 0.15, 0.3, 0.05, 0.5]
    soc = [level for level in down_and_up for _ in range(4)]
    assert met(soc, [20.0] * len(soc)).deep_discharges == 2


def test_a_recording_that_begins_deep_counts_it() -> None:
    assert met([0.05] * 5 + [0.5] * 5, [20.0] * 10).deep_discharges == 1


def test_what_was_not_measured_is_not_told() -> None:
    columns = {"current_ma": np.zeros(5, dtype=np.int64)}
    table = make_table([make_batch(np.arange(5, dtype=np.int64) * 10_000, columns)])
    found = find_conditions(table, Rating())
    assert found.celsius is None
    assert found.soc_ratio is None
    assert found.deep_discharges == 0
