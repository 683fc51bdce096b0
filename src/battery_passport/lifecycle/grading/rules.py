"""The grade and the suggestion, from the interval's lower bound and everything that is known.

In: the basis of a grade. Out: a verdict with its reasons.
The letters are this project's own; no public scale of used batteries exists.
"""

from dataclasses import replace

from battery_passport.lifecycle.grading import reasons
from battery_passport.lifecycle.grading.clearing import cleared_findings
from battery_passport.lifecycle.grading.model import Basis, Grade, HealthRange, Use, Verdict, Weight
from battery_passport.lifecycle.grading.obstacles import (
    doubts,
    is_over,
    missing_papers,
    safety_failures,
)

LOWEST_PERCENT: tuple[tuple[Grade, float], ...] = (
    (Grade.A, 80.0),
    (Grade.B, 70.0),
    (Grade.C, 60.0),
)
"""The lowest lower bound of each letter; below all of them stands R."""

_SUGGESTED = {
    Grade.A: Use.REUSE,
    Grade.B: Use.REPURPOSE,
    Grade.C: Use.REPURPOSE,
    Grade.R: Use.RECYCLE,
}
_REPAIRED_FIRST = Grade.C


def grade_battery(basis: Basis) -> Verdict:
    """Return the grade: R for a safety failure, none where the figures do not carry a letter.

    A warning that nobody cleared holds the battery at C, because it has to be repaired first. What
    a later repair put right no longer counts, and is told among the reasons.
    """
    if is_over(basis):
        return Verdict(grade=None, suggestion=None, reasons=(reasons.RECYCLED,), missing=())
    cleared = cleared_findings(basis)
    gone = [each.finding for each in cleared]
    left = tuple(each for each in basis.findings if each not in gone)
    verdict = _judged(replace(basis, findings=left))
    told = (reasons.repaired(each.finding, each.repaired_at) for each in cleared)
    return replace(verdict, reasons=(*verdict.reasons, *told))


def _judged(basis: Basis) -> Verdict:
    failures = safety_failures(basis)
    if failures:
        return Verdict(
            grade=Grade.R,
            suggestion=_after_failure(basis),
            reasons=failures,
            missing=(),
        )
    open_doubts = doubts(basis)
    health = basis.health
    if open_doubts or health is None:
        return Verdict(grade=None, suggestion=None, reasons=open_doubts, missing=())
    return _graded(basis, health)


def letter_of(low_percent: float) -> Grade:
    """Return what a lower bound alone gives."""
    for grade, lowest in LOWEST_PERCENT:
        if low_percent >= lowest:
            return grade
    return Grade.R


def _graded(basis: Basis, health: HealthRange) -> Verdict:
    by_health = letter_of(health.low_percent)
    warnings = [each for each in basis.findings if each.weight is Weight.WARNING]
    notices = [each for each in basis.findings if each.weight is Weight.NOTICE]
    grade = max(by_health, _REPAIRED_FIRST) if warnings else by_health
    return Verdict(
        grade=grade,
        suggestion=_suggested(basis, grade),
        reasons=(
            *(reasons.finding(each) for each in warnings),
            reasons.lower_bound(health, by_health),
            *(reasons.finding(each) for each in notices),
        ),
        missing=() if grade is Grade.R else missing_papers(basis),
    )


def _suggested(basis: Basis, grade: Grade) -> Use:
    """Return what a letter suggests; a single weak part is replaced rather than lived with."""
    weak = [each for each in basis.findings if each.weight is not Weight.NOTICE]
    health = basis.health
    replaceable = bool(weak) and all(each.is_local for each in weak)
    if replaceable and health is not None and letter_of(health.low_percent) in (Grade.A, Grade.B):
        return Use.REMANUFACTURE
    return _SUGGESTED[grade]


def _after_failure(basis: Basis) -> Use:
    """Return recycling, unless only a part that can be replaced has failed."""
    failures = safety_failures(basis)
    critical = [each for each in basis.findings if each.weight is Weight.CRITICAL]
    local = len(failures) == len(critical) and all(each.is_local for each in critical)
    health = basis.health
    sound = health is not None and letter_of(health.low_percent) is not Grade.R
    return Use.REMANUFACTURE if local and sound else Use.RECYCLE
