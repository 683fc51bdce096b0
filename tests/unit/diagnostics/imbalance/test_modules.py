"""A module that stands apart or drifts away is found with its cells, and only such a one."""

from itertools import accumulate

import numpy as np
import pytest

from battery_passport.diagnostics.imbalance import reasons
from battery_passport.diagnostics.imbalance.model import Modules
from battery_passport.diagnostics.imbalance.modules import judge_modules
from battery_passport.diagnostics.imbalance.rests import Rest
from battery_passport.foundation.clock import DAY_MS

BEGINS_MS = 18_004 * DAY_MS  # a week begins
LAYOUT, MODULE = (12, 12, 8, 12, 12, 12, 12, 16), 3
CELLS = sum(LAYOUT)
FIRST, PAST = 32, 44


def make_rests(
    *, days: int = 70, behind_ratio: float = 0.0, drift_a_day: float = 0.0, seed: int = 7
) -> list[Rest]:
    """Return a rest a day; one module's charge lies behind, or falls behind ever more."""
    chance = np.random.default_rng(seed)
    offset_v = chance.normal(0.0, 0.002, CELLS)
    rests = []
    for day in range(days):
        soc = chance.uniform(0.2, 0.95, CELLS)[:1].repeat(CELLS)
        soc[FIRST:PAST] -= behind_ratio + drift_a_day * day
        cells_v = 3.4 + 0.75 * soc + offset_v + chance.normal(0.0, 0.0005, CELLS)
        rests.append(
            Rest(
                at_ms=BEGINS_MS + day * DAY_MS,
                soc_ratio=float(soc[0]),
                typical_v=float(np.median(cells_v)),
                apart_v=np.zeros(CELLS),
                cells_half_mv=np.rint(2_000 * cells_v).astype(np.int16),
            )
        )
    return rests


def judged(rests: list[Rest]) -> Modules:
    found = judge_modules(rests, LAYOUT)
    assert isinstance(found, Modules)
    return found


def test_a_module_behind_is_found_in_the_third_week() -> None:
    found = judged(make_rests(behind_ratio=0.03))

    assert [each.severity for each in found.findings] == ["notice"]
    finding = found.findings[0]
    assert (finding.standing.module, finding.drifts) == (MODULE, False)
    assert (finding.standing.first_cell, finding.standing.last_cell) == (FIRST, PAST - 1)
    assert finding.at_ms == BEGINS_MS + 14 * DAY_MS
    assert found.worst.deviation_v == pytest.approx(-0.0225, abs=0.002)
    assert found.worst.drift_v_a_month == pytest.approx(0.0, abs=0.001)


def test_a_module_far_behind_is_a_warning_too() -> None:
    found = judged(make_rests(behind_ratio=0.06))
    assert [each.severity for each in found.findings] == ["notice", "warning"]
    assert found.as_json()["worst"] == found.worst.as_json()
    assert (found.worst.as_json()["module"], found.worst.as_json()["first_cell"]) == (4, 33)


def test_a_module_that_drifts_away_is_found_with_its_pace() -> None:
    found = judged(make_rests(drift_a_day=0.0004))

    assert {each.standing.module for each in found.findings} == {MODULE}
    assert any(each.drifts for each in found.findings)
    assert found.worst.drift_v_a_month == pytest.approx(-0.009, rel=0.1)


def test_of_healthy_packs_nothing_is_found() -> None:
    for seed in range(40):
        assert judged(make_rests(seed=seed)).findings == ()


def test_later_rests_change_no_earlier_finding() -> None:
    rests = make_rests(drift_a_day=0.0004)
    whole = judged(rests).findings
    for days in range(21, 70, 7):
        known = judged(rests[: days + 1]).findings
        assert known == tuple(each for each in whole if each.at_ms <= rests[days].at_ms)


def test_a_cell_alone_moves_no_module_and_a_gap_in_a_cell_is_none() -> None:
    rests = make_rests()
    for each in rests:
        each.cells_half_mv[FIRST] -= 120
        each.cells_half_mv[FIRST + 1] = -1
    assert judged(rests).findings == ()


def test_what_cannot_be_judged_is_told() -> None:
    rests = make_rests()
    assert judge_modules(rests, None) is reasons.NO_MODULES
    assert judge_modules([], LAYOUT) is reasons.TOO_FEW_RESTS
    assert judge_modules(rests[:14], LAYOUT) is reasons.TOO_FEW_RESTS
    assert judge_modules(rests, (48, 48)) == reasons.too_few_modules(2, 4)
    assert judge_modules(rests, (20,) * 4) == reasons.other_modules(80, CELLS)
    for each in rests:
        each.cells_half_mv[FIRST:PAST] = -1
    assert judge_modules(rests, LAYOUT) is reasons.UNMEASURED_MODULES


def test_a_layout_names_the_cells_of_its_modules() -> None:
    standings = judged(make_rests()).standings
    assert [each.last_cell + 1 for each in standings] == list(accumulate(LAYOUT))
