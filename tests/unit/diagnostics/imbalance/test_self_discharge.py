"""A cell that loses charge at rest is found, one that lost capacity is not called that."""

import numpy as np
import pytest

from battery_passport.diagnostics.imbalance.rests import Rest, rests_of_day
from battery_passport.diagnostics.imbalance.self_discharge import V1, find_self_discharge
from battery_passport.diagnostics.imbalance.weakest import weakest_cell
from battery_passport.foundation.clock import DAY_MS

BEGINS_MS = 18_000 * DAY_MS
CELLS, CELL = 24, 9


def open_circuit_v(soc: float) -> float:
    """Return a curve that rises everywhere, here more and there less."""
    return 3.4 + 0.6 * soc + 0.15 * soc**2 + 0.02 * float(np.sin(9.0 * soc))


def make_rests(
    *, days: int = 60, leak_a_day: float = 0.0, fade_a_day: float = 0.0, seed: int = 5
) -> list[Rest]:
    """Return two rests a day of a pack one cell of which leaks or loses capacity from day 20 on."""
    chance = np.random.default_rng(seed)
    offset_v = chance.normal(0.0, 0.001, CELLS)
    rests = []
    for half_day in range(2 * days):
        since = max(0.0, half_day / 2 - 20.0)
        soc = chance.uniform(0.2, 0.95)
        typical_v = open_circuit_v(soc)
        behind = leak_a_day * since + fade_a_day * since * (1.0 - soc)
        apart_v = offset_v + chance.normal(0.0, 0.0004, CELLS)
        apart_v[CELL] += open_circuit_v(soc - behind) - typical_v
        rests.append(
            Rest(
                at_ms=BEGINS_MS + half_day * DAY_MS // 2,
                soc_ratio=soc,
                typical_v=typical_v,
                apart_v=np.round(apart_v, 3),
            )
        )
    return rests


@pytest.mark.parametrize(("leak_a_day", "grave"), [(0.0007, False), (0.002, True)])
def test_a_cell_that_leaks_is_found_with_its_rate(leak_a_day: float, *, grave: bool) -> None:
    found = list(find_self_discharge(make_rests(leak_a_day=leak_a_day)))

    assert {each.cell for each in found} == {CELL}
    assert [each.severity for each in found][:1] == ["notice"]
    assert ("warning" in [each.severity for each in found]) == grave
    assert BEGINS_MS + 20 * DAY_MS < found[0].at_ms < BEGINS_MS + 50 * DAY_MS
    assert found[0].low_percent_a_day < found[0].loss_percent_a_day < found[0].high_percent_a_day


def test_the_loss_is_right_once_the_window_is_full() -> None:
    rests = make_rests(leak_a_day=0.0025, days=55)
    newest = list(find_self_discharge(rests[40:]))

    assert newest[0].loss_percent_a_day == pytest.approx(0.25, rel=0.1)


def test_a_cell_that_loses_capacity_is_no_leak() -> None:
    assert list(find_self_discharge(make_rests(fade_a_day=0.004))) == []


@pytest.mark.parametrize("seed", range(8))
def test_sound_cells_are_nothing(seed: int) -> None:
    assert list(find_self_discharge(make_rests(seed=seed))) == []


def test_few_rests_and_short_times_are_nothing() -> None:
    rests = make_rests(leak_a_day=0.003)

    assert list(find_self_discharge(rests[::12])) == []
    assert list(find_self_discharge(rests[60:90])) == []
    assert list(find_self_discharge([])) == []
    assert V1.fewest_days > 15


def test_nothing_later_is_read() -> None:
    rests = make_rests(leak_a_day=0.002)
    whole = list(find_self_discharge(rests))
    for seen in (50, 75, 90, 110):
        part = list(find_self_discharge(rests[:seen]))
        assert part == [each for each in whole if each.at_ms <= rests[seen - 1].at_ms]


def test_the_weakest_cell_is_named() -> None:
    weakest = weakest_cell(make_rests(leak_a_day=0.002))

    assert weakest is not None
    assert weakest.cell == CELL
    assert weakest.deviation_v < -0.02
    assert weakest.as_json()["cell"] == CELL + 1
    assert weakest_cell(make_rests()[:5]) is None


def test_a_rest_begins_half_an_hour_after_the_load() -> None:
    times = BEGINS_MS + 600_000 * np.arange(30, dtype=np.int64)
    current_a = np.where(np.arange(30) < 10, 40.0, 0.3)
    current_a[20] = np.nan
    chosen: list[np.ndarray] = []

    def cells_of(rows: np.ndarray) -> np.ndarray:
        chosen.append(rows)
        return np.full((rows.size, CELLS), 3.7)

    found = rests_of_day(times, current_a=current_a, soc_ratio=np.full(30, 0.5), cells_of=cells_of)

    assert [rows.tolist() for rows in chosen] == [list(range(12, 20)), list(range(23, 30))]
    assert [each.at_ms for each in found] == [int(times[16]), int(times[26])]
    assert np.abs(found[0].apart_v).max() == 0.0
