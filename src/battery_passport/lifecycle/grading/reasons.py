"""Why a battery has its grade, in plain words.

In: figures, events, findings. Out: reasons with a code, an English sentence and parameters.
"""

from datetime import datetime

from battery_passport.lifecycle.grading.model import Grade, HealthRange, KnownFinding, Reason

NO_HEALTH = Reason(
    "no-health", "There is no state of health yet, and without one there is no grade.", {}
)
NO_LIFE_KNOWN = Reason(
    "no-traceability",
    "Where and when this battery was placed on the market is not recorded: without lifetime "
    "traceability it is not to be used again.",
    {},
)
NO_SAFETY_INSPECTION = Reason(
    "no-safety-inspection",
    "A passed safety inspection (in Korea by KC 10031) is not recorded since the battery was "
    "removed.",
    {},
)
NOT_REMOVED = Reason(
    "not-removed", "The battery is still in use: the grade says what it would be today.", {}
)
RECYCLED = Reason("recycled", "The battery was recycled.", {})
WASTE = Reason(
    "waste", "The battery is waste: a permitted operator has to show that it is none any more.", {}
)


def lower_bound(health: HealthRange, grade: Grade) -> Reason:
    """Return what the interval's lower bound alone gives."""
    return Reason(
        "lower-bound",
        f"The state of health is {health.value_percent:.1f} % and, nine times in ten, at least "
        f"{health.low_percent:.1f} %, which is {grade.value}.",
        {
            "value_percent": round(health.value_percent, 1),
            "low_percent": round(health.low_percent, 1),
            "grade": grade.value,
        },
    )


def too_old(health: HealthRange, *, days: int, most_days: int) -> Reason:
    """Return that the figure says too little about today."""
    return Reason(
        "health-too-old",
        f"The state of health was last measured {days} days ago; a grade needs one of the last "
        f"{most_days} days.",
        {"days": days, "most_days": most_days, "as_of": health.as_of.date().isoformat()},
    )


def too_wide(health: HealthRange, *, most_points: float) -> Reason:
    """Return that the interval spans too much for any letter."""
    width = health.high_percent - health.low_percent
    return Reason(
        "health-too-uncertain",
        f"The interval of the state of health is {width:.1f} points wide; a grade needs at most "
        f"{most_points:g}.",
        {"width_points": round(width, 1), "most_points": most_points},
    )


def accident(kind: str, severity: str, at: datetime) -> Reason:
    """Return that an accident ends the battery's use as it is."""
    day = at.date().isoformat()
    return Reason(
        "accident",
        f"An accident is recorded ({kind}, {severity}, {day}).",
        {"kind": kind, "severity": severity, "day": day},
    )


def failed_inspection(kind: str, at: datetime) -> Reason:
    """Return that the newest inspection was failed."""
    day = at.date().isoformat()
    return Reason(
        "failed-inspection",
        f"The newest inspection ({kind}, {day}) was failed.",
        {"kind": kind, "day": day},
    )


def open_recall(reference: str) -> Reason:
    """Return that a recall was not carried out."""
    return Reason("open-recall", f"The recall {reference} is still open.", {"reference": reference})


def weak_insulation(ohm_per_volt: float, least: float) -> Reason:
    """Return that the newest inspection found too little insulation."""
    return Reason(
        "weak-insulation",
        f"The insulation resistance was {ohm_per_volt:.0f} Ω/V; at least {least:g} Ω/V are "
        "required.",
        {"ohm_per_volt": round(ohm_per_volt), "least_ohm_per_volt": least},
    )


def finding(found: KnownFinding) -> Reason:
    """Return that something was found which nobody has cleared."""
    day = found.first_at.date().isoformat()
    return Reason(
        f"{found.weight.value}-finding",
        f"Found since {day}: {found.kind.replace('_', ' ')} ({found.weight.value}).",
        {"kind": found.kind, "weight": found.weight.value, "day": day},
    )


def repaired(found: KnownFinding, at: datetime) -> Reason:
    """Return that something was found which a later repair has put right."""
    day, repaired_on = found.first_at.date().isoformat(), at.date().isoformat()
    return Reason(
        "repaired-finding",
        f"Found on {day}: {found.kind.replace('_', ' ')} ({found.weight.value}). It no longer "
        f"counts: a repair is recorded on {repaired_on}, and it was not found again.",
        {"kind": found.kind, "weight": found.weight.value, "day": day, "repaired_on": repaired_on},
    )


def doubt(found: KnownFinding) -> Reason:
    """Return that the figures may be another battery's."""
    day = found.first_at.date().isoformat()
    return Reason(
        "figures-in-doubt",
        f"Since {day} the measurements may not be this battery's own, or were reset "
        f"({found.kind.replace('_', ' ')}): somebody has to look before it is graded.",
        {"kind": found.kind, "day": day},
    )
