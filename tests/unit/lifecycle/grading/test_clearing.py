"""A recorded repair clears what it can put right, and nothing else."""

import pytest

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.grading.clearing import newest_repair
from battery_passport.lifecycle.grading.model import (
    Basis,
    Grade,
    HealthRange,
    KnownFinding,
    Verdict,
    Weight,
)
from battery_passport.lifecycle.grading.rules import grade_battery
from tests.factories.lifecycle import make_history, on_day

Row = tuple[str, JsonObject, float]
REPLACED: JsonObject = {"work": "module 3 replaced", "replaced_parts": ["M3"]}
OPENED: JsonObject = {"work": "cable renewed", "pack_opened": True}
OUTSIDE: JsonObject = {"work": "fan renewed", "pack_opened": False}
PASSED: JsonObject = {"kind": "follow-up", "result": "passed"}


def graded(kind: str, weight: Weight, *events: Row, casts_doubt: bool = False) -> Verdict:
    """Return the verdict on a healthy battery with one finding of day 150."""
    found = KnownFinding(
        kind=kind,
        weight=weight,
        first_at=on_day(150),
        is_local=kind == "cell_drift",
        casts_doubt=casts_doubt,
    )
    return grade_battery(
        Basis(
            as_of=on_day(220),
            health=HealthRange(
                value_percent=88.0, low_percent=84.0, high_percent=92.0, as_of=on_day(210)
            ),
            events=tuple(make_history([("placed_on_market", {}, 0.0), *events])),
            findings=(found,),
        )
    )


@pytest.mark.parametrize(
    ("kind", "repair", "day", "grade"),
    [
        ("cell_drift", REPLACED, 160.0, Grade.A),
        ("self_discharge", REPLACED, 160.0, Grade.A),
        ("module_imbalance", REPLACED, 160.0, Grade.A),
        ("insulation", REPLACED, 160.0, Grade.A),
        ("insulation", OPENED, 160.0, Grade.A),
        ("cell_drift", OPENED, 160.0, Grade.C),
        ("cell_drift", OUTSIDE, 160.0, Grade.C),
        ("insulation", OUTSIDE, 160.0, Grade.C),
        ("cell_drift", REPLACED, 140.0, Grade.C),
        ("cell_drift", REPLACED, 230.0, Grade.C),
        ("something_else", REPLACED, 160.0, Grade.C),
    ],
)
def test_a_later_repair_of_its_kind_clears_a_warning(
    kind: str, repair: JsonObject, day: float, grade: Grade
) -> None:
    verdict = graded(kind, Weight.WARNING, ("repaired", repair, day))
    codes = [each.code for each in verdict.reasons]

    assert verdict.grade is grade
    assert ("repaired-finding" in codes) is (grade is Grade.A)
    assert ("warning-finding" in codes) is (grade is Grade.C)


def test_what_was_cleared_is_told_with_the_day_of_the_repair() -> None:
    verdict = graded("cell_drift", Weight.WARNING, ("repaired", REPLACED, 160.0))
    told = verdict.reasons[-1]

    assert told.parameters == {
        "kind": "cell_drift",
        "weight": "warning",
        "day": on_day(150).date().isoformat(),
        "repaired_on": on_day(160).date().isoformat(),
    }
    assert "was not found again" in told.sentence


def test_a_critical_finding_needs_a_passed_inspection_after_the_repair() -> None:
    repair: Row = ("repaired", OPENED, 160.0)
    inspections: dict[Grade, tuple[Row, ...]] = {
        Grade.A: (("inspected", PASSED, 170.0),),
        Grade.R: (("inspected", PASSED, 155.0),),
    }
    assert graded("insulation", Weight.CRITICAL, repair).grade is Grade.R
    for grade, events in inspections.items():
        assert graded("insulation", Weight.CRITICAL, repair, *events).grade is grade
    failed: Row = ("inspected", {**PASSED, "result": "failed"}, 171.0)
    assert graded("insulation", Weight.CRITICAL, repair, failed).grade is Grade.R


def test_no_repair_clears_a_thermal_event_or_a_doubt() -> None:
    events: tuple[Row, ...] = (("repaired", REPLACED, 160.0), ("inspected", PASSED, 170.0))

    assert graded("thermal_event", Weight.CRITICAL, *events).grade is Grade.R
    assert graded("cell_drift", Weight.WARNING, *events, casts_doubt=True).grade is None


def test_the_newest_repair_of_the_pack_counts_and_none_of_the_future() -> None:
    rows: list[Row] = [
        ("placed_on_market", {}, 0.0),
        ("repaired", OPENED, 100.0),
        ("repaired", OUTSIDE, 120.0),
        ("repaired", REPLACED, 230.0),
    ]
    assert newest_repair(make_history(rows), on_day(220)) == on_day(100)
    assert newest_repair(make_history(rows), on_day(240)) == on_day(230)
    assert newest_repair(make_history(rows[:1]), on_day(220)) is None
