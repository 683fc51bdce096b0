"""Which findings a recorded repair has put right.

In: findings, events. Out: those that still count, and of the others when they were put right.
A repair clears what was found before it. Whatever is found after it is a finding of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from battery_passport.lifecycle.grading.model import Basis, KnownFinding, Weight
from battery_passport.lifecycle.inspections import standing_inspections
from battery_passport.lifecycle.model import Event

_PASSED = frozenset(("passed", "passed-with-remarks"))


def replaces_parts(repair: Event) -> bool:
    """Tell whether parts were replaced."""
    return bool(repair.payload.get("replaced_parts"))


def opens_pack(repair: Event) -> bool:
    """Tell whether the pack was opened, or parts of it were replaced."""
    return bool(repair.payload.get("pack_opened")) or replaces_parts(repair)


_PUT_RIGHT_BY: Mapping[str, Callable[[Event], bool]] = MappingProxyType(
    {
        "cell_drift": replaces_parts,
        "self_discharge": replaces_parts,
        "module_imbalance": replaces_parts,
        "insulation": opens_pack,
    }
)
"""What kind of repair puts a finding right. A thermal event is in no row: nothing does."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """A finding that no longer counts, and the repair's time."""

    finding: KnownFinding
    repaired_at: datetime


def cleared_findings(basis: Basis) -> tuple[Cleared, ...]:
    """Return the findings that a later repair has put right."""
    found = ((each, _put_right_at(each, basis)) for each in basis.findings)
    return tuple(Cleared(each, at) for each, at in found if at is not None)


def newest_repair(events: Iterable[Event], as_of: datetime) -> datetime | None:
    """Return when the pack was last repaired in a way that can put findings right."""
    repairs = (each.occurred_at for each in _repairs(events, as_of) if opens_pack(each))
    return max(repairs, default=None)


def _put_right_at(finding: KnownFinding, basis: Basis) -> datetime | None:
    """Return when a finding was put right; a critical one needs a passed inspection since."""
    puts_right = _PUT_RIGHT_BY.get(finding.kind)
    if puts_right is None or finding.casts_doubt:
        return None
    repaired = [
        each.occurred_at
        for each in _repairs(basis.events, basis.as_of)
        if puts_right(each) and each.occurred_at > finding.first_at
    ]
    if finding.weight is Weight.CRITICAL:
        repaired = [at for at in repaired if _is_inspected_since(at, basis)]
    return max(repaired, default=None)


def _repairs(events: Iterable[Event], as_of: datetime) -> Iterator[Event]:
    for event in events:
        if event.event_type == "repaired" and event.occurred_at <= as_of:
            yield event


def _is_inspected_since(repaired_at: datetime, basis: Basis) -> bool:
    return any(
        repaired_at <= each.occurred_at <= basis.as_of and each.payload["result"] in _PASSED
        for each in standing_inspections(basis.events)
    )
