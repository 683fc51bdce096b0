"""Grades: letters from the lower bound, what holds a battery back, what is suggested and why."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.grading.model import (
    Basis,
    Grade,
    HealthRange,
    KnownFinding,
    Use,
    Verdict,
    Weight,
)
from battery_passport.lifecycle.grading.obstacles import MOST_AGE_DAYS, MOST_WIDTH_POINTS
from battery_passport.lifecycle.grading.rules import grade_battery, letter_of
from tests.factories.lifecycle import make_history, on_day

PASSED: JsonObject = {"kind": "kc-10031", "result": "passed", "insulation_kohm": 1_800}
Row = tuple[str, JsonObject, float]
SOUND: tuple[Row, ...] = (
    ("placed_on_market", {}, 0.0),
    ("removed", {"reason": "end-of-life"}, 200.0),
    ("inspected", PASSED, 210.0),
)
LETTERS = [Grade.A, Grade.B, Grade.C, Grade.R]


def health(low: float, *, width: float = 8.0, day: float = 195.0) -> HealthRange:
    return HealthRange(
        value_percent=low + width / 2,
        low_percent=low,
        high_percent=low + width,
        as_of=on_day(day),
    )


def basis(
    low: float | None = 84.0,
    *events: Row,
    findings: tuple[KnownFinding, ...] = (),
) -> Basis:
    return Basis(
        as_of=on_day(220),
        health=None if low is None else health(low),
        events=tuple(make_history([*SOUND, *events])),
        findings=findings,
        nominal_pack_v=355.0,
    )


def found(weight: Weight, *, is_local: bool = False, casts_doubt: bool = False) -> KnownFinding:
    return KnownFinding(
        kind="cell_drift",
        weight=weight,
        first_at=on_day(150),
        is_local=is_local,
        casts_doubt=casts_doubt,
    )


def codes(verdict: Verdict) -> list[str]:
    return [each.code for each in verdict.reasons]


@pytest.mark.parametrize(
    ("low", "letter", "use"),
    [
        (101.7, "A", Use.REUSE),
        (80.0, "A", Use.REUSE),
        (79.9, "B", Use.REPURPOSE),
        (70.0, "B", Use.REPURPOSE),
        (69.9, "C", Use.REPURPOSE),
        (60.0, "C", Use.REPURPOSE),
        (59.9, "R", Use.RECYCLE),
    ],
)
def test_the_lower_bound_gives_the_letter(low: float, letter: str, use: Use) -> None:
    verdict = grade_battery(basis(low))
    assert (verdict.grade, verdict.suggestion, verdict.missing) == (letter, use, ())
    assert codes(verdict) == ["lower-bound"]
    assert f"at least {low:.1f} %" in verdict.reasons[0].sentence


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (("accident", {"kind": "fire", "severity": "minor"}, 215.0), "accident"),
        (("accident", {"kind": "collision", "severity": "total-loss"}, 215.0), "accident"),
        (("inspected", {"kind": "periodic", "result": "failed"}, 215.0), "failed-inspection"),
        (("inspected", {**PASSED, "insulation_kohm": 35}, 215.0), "weak-insulation"),
        (("recalled", {"reference": "R-1", "reason": "module"}, 215.0), "open-recall"),
    ],
)
def test_a_safety_failure_is_r_whatever_the_health(event: Row, code: str) -> None:
    verdict = grade_battery(basis(95.0, event))
    assert (verdict.grade, verdict.suggestion) == (Grade.R, Use.RECYCLE)
    assert codes(verdict) == [code]


def test_a_minor_collision_and_a_completed_recall_hold_nobody_back() -> None:
    verdict = grade_battery(
        basis(
            95.0,
            ("accident", {"kind": "collision", "severity": "minor"}, 211.0),
            ("recalled", {"reference": "R-1", "reason": "module"}, 212.0),
            ("recall_completed", {"reference": "R-1"}, 213.0),
        )
    )
    assert verdict.grade is Grade.A


def test_a_later_passed_inspection_clears_a_failed_one() -> None:
    verdict = grade_battery(
        basis(
            75.0,
            ("inspected", {"kind": "periodic", "result": "failed"}, 211.0),
            ("inspected", PASSED, 215.0),
        )
    )
    assert verdict.grade is Grade.B


def test_a_weak_cell_is_repaired_first() -> None:
    warned = basis(84.0, findings=(found(Weight.WARNING, is_local=True),))
    verdict = grade_battery(warned)
    assert (verdict.grade, verdict.suggestion) == (Grade.C, Use.REMANUFACTURE)
    assert codes(verdict) == ["warning-finding", "lower-bound"]
    worn = grade_battery(replace(warned, health=health(62.0)))
    assert (worn.grade, worn.suggestion) == (Grade.C, Use.REPURPOSE)


def test_a_critical_finding_is_r_and_recycled_unless_the_part_can_be_replaced() -> None:
    for is_local, use in ((False, Use.RECYCLE), (True, Use.REMANUFACTURE)):
        verdict = grade_battery(basis(84.0, findings=(found(Weight.CRITICAL, is_local=is_local),)))
        assert (verdict.grade, verdict.suggestion) == (Grade.R, use)


@pytest.mark.parametrize(
    ("given_basis", "code"),
    [
        (basis(None), "no-health"),
        (
            replace(basis(), health=health(84.0, width=MOST_WIDTH_POINTS + 0.1)),
            "health-too-uncertain",
        ),
        (replace(basis(), as_of=on_day(195 + MOST_AGE_DAYS + 1)), "health-too-old"),
        (basis(84.0, findings=(found(Weight.WARNING, casts_doubt=True),)), "figures-in-doubt"),
    ],
)
def test_too_little_known_is_no_letter(given_basis: Basis, code: str) -> None:
    verdict = grade_battery(given_basis)
    assert verdict.grade is None
    assert verdict.suggestion is None
    assert codes(verdict) == [code]


def test_what_is_missing_before_further_use_is_named() -> None:
    in_use = replace(basis(), events=tuple(make_history(SOUND[:1])))
    assert [each.code for each in grade_battery(in_use).missing] == [
        "not-removed",
        "no-safety-inspection",
    ]
    unknown = replace(basis(), events=())
    assert grade_battery(unknown).missing[0].code == "no-traceability"
    inspected_before: tuple[Row, ...] = (*SOUND[:1], ("inspected", PASSED, 190.0), SOUND[1])
    early = replace(basis(), events=tuple(make_history(inspected_before)))
    assert [each.code for each in grade_battery(early).missing] == ["no-safety-inspection"]


def test_what_happens_later_does_not_count_yet() -> None:
    later: Row = ("accident", {"kind": "fire", "severity": "major"}, 230.0)
    assert grade_battery(basis(84.0, later)).grade is Grade.A


def test_a_recycled_battery_has_no_grade() -> None:
    over = basis(
        84.0,
        ("status_changed", {"to": "waste"}, 211.0),
        ("recycled", {}, 212.0),
    )
    assert codes(grade_battery(over)) == ["recycled"]


@given(
    low=st.floats(0, 120),
    less=st.floats(0, 60),
    findings=st.lists(
        st.builds(
            found,
            st.sampled_from(Weight),
            is_local=st.booleans(),
            casts_doubt=st.booleans(),
        ),
        max_size=3,
    ),
    more=st.sampled_from(Weight),
)
def test_more_doubt_or_less_health_never_gives_a_better_letter(
    low: float, less: float, findings: list[KnownFinding], more: Weight
) -> None:
    def rank(each: Verdict) -> int:
        return -1 if each.grade is None else LETTERS.index(each.grade)

    before = grade_battery(replace(basis(), health=health(low), findings=tuple(findings)))
    worse = grade_battery(replace(basis(), health=health(low - less), findings=tuple(findings)))
    doubted = grade_battery(replace(basis(), health=health(low), findings=(*findings, found(more))))
    assert rank(worse) >= rank(before)
    assert rank(doubted) >= rank(before)
    assert before.reasons
    assert letter_of(low - less) >= letter_of(low)
