"""What stands in the way: safety failures, doubts, papers that are missing.

In: the basis of a grade. Out: reasons, weightiest first; none if nothing stands in the way.
Source: UN R100 §5.1.3; IEC 63338; KC 10031.
"""

from collections.abc import Iterator

from battery_passport.lifecycle.fold import fold, in_order
from battery_passport.lifecycle.grading import reasons
from battery_passport.lifecycle.grading.model import Basis, Reason, Weight
from battery_passport.lifecycle.inspections import standing_inspections
from battery_passport.lifecycle.model import Event, LifecycleState, Standing, Status

LEAST_OHM_PER_VOLT = 100.0
"""Insulation of a direct-current circuit. Source: UN R100 §5.1.3."""

MOST_AGE_DAYS = 365
MOST_WIDTH_POINTS = 25.0

_ENDING_ACCIDENTS = frozenset(("fire", "thermal-event", "flood"))
_TOTAL = "total-loss"
_SAFETY_INSPECTIONS = frozenset(("kc-10031", "before-distribution"))
_PASSED = frozenset(("passed", "passed-with-remarks"))
_OHM_PER_KOHM = 1_000.0


def safety_failures(basis: Basis) -> tuple[Reason, ...]:
    """Return why the battery may not be used further as it is: each gives the grade R."""
    return (
        *(reasons.finding(each) for each in basis.findings if each.weight is Weight.CRITICAL),
        *_accidents(basis),
        *_inspection_failures(basis),
        *(reasons.open_recall(each) for each in _state(basis).open_recalls),
    )


def doubts(basis: Basis) -> tuple[Reason, ...]:
    """Return why no letter can be given to a battery that is not R."""
    found = [reasons.doubt(each) for each in basis.findings if each.casts_doubt]
    health = basis.health
    if health is None:
        return (*found, reasons.NO_HEALTH)
    days = (basis.as_of - health.as_of).days
    if days > MOST_AGE_DAYS:
        found.append(reasons.too_old(health, days=days, most_days=MOST_AGE_DAYS))
    if health.high_percent - health.low_percent > MOST_WIDTH_POINTS:
        found.append(reasons.too_wide(health, most_points=MOST_WIDTH_POINTS))
    return tuple(found)


def missing_papers(basis: Basis) -> tuple[Reason, ...]:
    """Return what has to be there before the battery goes into any further use."""
    state = _state(basis)
    found: list[Reason] = []
    if state.placed_on_market_at is None:
        found.append(reasons.NO_LIFE_KNOWN)
    if state.status is Status.WASTE:
        found.append(reasons.WASTE)
    removed = _newest(basis, "removed")
    if removed is None:
        found.append(reasons.NOT_REMOVED)
    if not _inspected_since(basis, removed):
        found.append(reasons.NO_SAFETY_INSPECTION)
    return tuple(found)


def is_over(basis: Basis) -> bool:
    """Tell whether the battery was recycled."""
    return _state(basis).standing is Standing.ENDED


def _state(basis: Basis) -> LifecycleState:
    return fold(basis.events, as_of=basis.as_of)


def _inspections(basis: Basis) -> list[Event]:
    """Return the inspections that nobody put right or took back."""
    return standing_inspections(_past(basis, "inspected"))


def _past(basis: Basis, event_type: str) -> Iterator[Event]:
    for event in in_order(basis.events):
        if event.event_type == event_type and event.occurred_at <= basis.as_of:
            yield event


def _newest(basis: Basis, event_type: str) -> Event | None:
    return max(_past(basis, event_type), key=lambda each: each.occurred_at, default=None)


def _accidents(basis: Basis) -> Iterator[Reason]:
    for event in _past(basis, "accident"):
        kind, severity = str(event.payload["kind"]), str(event.payload["severity"])
        if kind in _ENDING_ACCIDENTS or severity == _TOTAL:
            yield reasons.accident(kind, severity, event.occurred_at)


def _inspection_failures(basis: Basis) -> Iterator[Reason]:
    newest = max(_inspections(basis), key=lambda each: each.occurred_at, default=None)
    if newest is None:
        return
    if newest.payload["result"] not in _PASSED:
        yield reasons.failed_inspection(str(newest.payload["kind"]), newest.occurred_at)
    measured_kohm = newest.payload.get("insulation_kohm")
    if basis.nominal_pack_v and isinstance(measured_kohm, int | float):
        ohm_per_volt = _OHM_PER_KOHM * measured_kohm / basis.nominal_pack_v
        if ohm_per_volt < LEAST_OHM_PER_VOLT:
            yield reasons.weak_insulation(ohm_per_volt, LEAST_OHM_PER_VOLT)


def _inspected_since(basis: Basis, removed: Event | None) -> bool:
    return any(
        event.payload["kind"] in _SAFETY_INSPECTIONS
        and event.payload["result"] in _PASSED
        and (removed is None or event.occurred_at >= removed.occurred_at)
        for event in _inspections(basis)
    )
