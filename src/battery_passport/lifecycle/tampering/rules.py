"""What several lines of marks, or a rising health, say of a battery.

In: marks of one battery in the order of time, its events. Out: findings, the earliest first.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median

from battery_passport.lifecycle.grading.model import Reason
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.tampering.lines import (
    V1,
    Limits,
    Line,
    are_alike,
    find_lines,
    same_vehicle,
)
from battery_passport.lifecycle.tampering.model import Mark, TamperFinding, TamperKind

LEAST_RISE_POINTS = 2.0
_BESIDE = 3
_REPAIR_REACH = timedelta(days=14)
_FORGOTTEN_RATIO = 0.2
_SAME_CAUSE = timedelta(days=2)


def find_tampering(
    marks: Sequence[Mark], events: Iterable[Event] = (), *, limits: Limits = V1
) -> tuple[TamperFinding, ...]:
    """Return what cannot be true of one untouched battery; nothing for too few marks.

    A repair of the opened pack explains a new beginning of its counters and a risen health.
    """
    repairs = [event.occurred_at for event in events if _opens_the_pack(event)]
    lines = find_lines(marks, limits)
    found = [*_between_lines(lines, limits), *_risen_health(lines)]
    kept = [each for each in found if not _is_repaired(each, repairs)]
    return tuple(sorted(_once(kept), key=lambda each: each.first_at))


def _between_lines(lines: Sequence[Line], limits: Limits) -> Iterator[TamperFinding]:
    for place, line in enumerate(lines):
        if place == 0:
            continue
        first = line.marks[0]
        beside = [each for each in lines[:place] if each.marks[-1].at > first.at]
        if beside:
            yield _two_packs(first)
            continue
        yield _followed(max(lines[:place], key=lambda each: each.marks[-1].at), line, limits)


def _followed(earlier: Line, later: Line, limits: Limits) -> TamperFinding:
    """Return a reset where the same pack's counters begin anew, else another pack."""
    first = later.marks[0]
    before = earlier.known or earlier.marks[-1]
    began_anew = _is_forgotten(before.charged_ah, first.charged_ah) and _is_forgotten(
        before.discharged_ah, first.discharged_ah
    )
    is_same = (
        before.cells_in_series == first.cells_in_series
        and same_vehicle(before, first, limits) is not False
        and are_alike(earlier.pattern, later.pattern, limits)
    )
    return _reset(before, first) if is_same and began_anew else _other_pack(before, first)


def _is_forgotten(before: float | None, after: float | None) -> bool:
    return before is None or after is None or after <= _FORGOTTEN_RATIO * before


def _risen_health(lines: Sequence[Line]) -> Iterator[TamperFinding]:
    for line in lines:
        stated = [
            (mark.at, mark.stated_health_percent)
            for mark in line.marks
            if mark.stated_health_percent is not None
        ]
        for place in range(_BESIDE, len(stated) - _BESIDE + 1):
            before = median(value for _, value in stated[place - _BESIDE : place])
            after = min(value for _, value in stated[place : place + _BESIDE])
            if after - before >= LEAST_RISE_POINTS:
                yield _rose(stated[place][0], before, after)


def _opens_the_pack(event: Event) -> bool:
    payload = event.payload
    return event.event_type == "repaired" and bool(
        payload.get("pack_opened") or payload.get("replaced_parts")
    )


def _is_repaired(found: TamperFinding, repairs: Sequence[datetime]) -> bool:
    explained = found.kind in (TamperKind.COUNTERS_RESET, TamperKind.HEALTH_ROSE)
    return explained and any(abs(found.first_at - repair) <= _REPAIR_REACH for repair in repairs)


def _once(found: Sequence[TamperFinding]) -> list[TamperFinding]:
    """Return each cause once: of several findings within two days the weightiest."""
    order = list(_WEIGHTIEST)
    kept: list[TamperFinding] = []
    for each in sorted(found, key=lambda one: order.index(one.kind)):
        near = [one for one in kept if abs(one.first_at - each.first_at) <= _SAME_CAUSE]
        same = [one for one in kept if one.kind is each.kind is TamperKind.TWO_PACKS]
        if not near and not same:
            kept.append(each)
    return kept


_WEIGHTIEST = (
    TamperKind.TWO_PACKS,
    TamperKind.OTHER_PACK,
    TamperKind.COUNTERS_RESET,
    TamperKind.HEALTH_ROSE,
)


def _two_packs(first: Mark) -> TamperFinding:
    return TamperFinding(
        kind=TamperKind.TWO_PACKS,
        first_at=first.at,
        reason=Reason(
            "two-packs",
            f"Since {_day(first.at)} two packs report under this battery's identity: their "
            "counters or cells cannot belong to one.",
            {"day": _day(first.at)},
        ),
    )


def _other_pack(before: Mark, first: Mark) -> TamperFinding:
    return TamperFinding(
        kind=TamperKind.OTHER_PACK,
        first_at=first.at,
        reason=Reason(
            "other-pack",
            f"Since {_day(first.at)} the device reports another pack: its counters or its cells "
            f"do not go on from those of {_day(before.at)}.",
            {"day": _day(first.at), "before_day": _day(before.at)},
        ),
    )


def _reset(before: Mark, first: Mark) -> TamperFinding:
    return TamperFinding(
        kind=TamperKind.COUNTERS_RESET,
        first_at=first.at,
        reason=Reason(
            "counters-reset",
            f"On {_day(first.at)} the battery computer's counters began anew, and no repair of the "
            "opened pack is recorded: what it states of its health begins anew as well.",
            {"day": _day(first.at), "before_day": _day(before.at)},
        ),
    )


def _rose(at: datetime, before: float, after: float) -> TamperFinding:
    return TamperFinding(
        kind=TamperKind.HEALTH_ROSE,
        first_at=at,
        reason=Reason(
            "health-rose",
            f"The health that the car states rose from {before:.1f} to {after:.1f} % on "
            f"{_day(at)}, and no repair of the opened pack is recorded.",
            {
                "day": _day(at),
                "before_percent": round(before, 1),
                "after_percent": round(after, 1),
            },
        ),
    )


def _day(at: datetime) -> str:
    return at.date().isoformat()
