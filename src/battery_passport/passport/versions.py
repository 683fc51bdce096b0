"""Versions: when a new one is issued, and what has changed since the last.

In: the last version's values and the present content. Out: a decision with its reason.
By itself the platform issues at most daily, on a change or a crossed threshold; an explicit request
is always obeyed until the passport has ended.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.lifecycle.model import Standing
from battery_passport.passport.building import PassportContent
from battery_passport.passport.errors import PassportEnded

SHORTEST_INTERVAL = timedelta(days=1)
"""Automatic versions of one battery lie at least this far apart."""

THRESHOLD_STEPS: Mapping[int, float] = MappingProxyType(
    {
        52: 5.0,
        53: 10_000.0,
        54: 5.0,
        55: 0.01,
        56: 10.0,
        57: 5.0,
        58: 5.0,
        61: 5.0,
        63: 10_000.0,
        64: 5.0,
        66: 0.01,
        68: 100.0,
    }
)
"""A change counts by itself only when it crosses a multiple of this; unit of the data point."""

NEVER_ALONE = frozenset({70, 71})
"""Periodic recordings change with every reading and ride along with the next version."""


class Reason(StrEnum):
    """Why a version is issued or not."""

    EXPLICIT = "asked for"
    FIRST = "first version"
    CHANGED = "values changed"
    UNCHANGED = "nothing that counts has changed"
    TOO_SOON = "the last version is less than a day old"
    NOT_ON_MARKET = "not yet placed on the market"
    SUSPENDED = "the passport is suspended"
    ENDED = "the passport has ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedVersion:
    """The last version issued, with its values by data-point number."""

    version: int
    issued_at: datetime
    values: Mapping[int, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A data point whose value now differs from the signed one; `counts` if it calls for a version.

    `None` stands for no value.
    """

    number: int
    signed: JsonValue
    current: JsonValue
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDecision:
    """Whether to issue, why, what changed, and when to look again."""

    issue: bool
    reason: Reason
    changes: tuple[Change, ...] = ()
    not_before: datetime | None = None


def next_version(last: int | None) -> int:
    """Return the number of the version to come, counted from 1."""
    return 1 if last is None else last + 1


def decide_version(
    last: IssuedVersion | None, content: PassportContent, *, now: datetime, explicit: bool
) -> VersionDecision:
    """Return whether the content is to be issued as a new version.

    Raises: PassportEnded if the battery was recycled and a version was asked for.
    """
    standing = content.state.standing
    if explicit:
        refuse_ended(content)
    changes = changes_since(last, content)
    if explicit:
        return VersionDecision(issue=True, reason=Reason.EXPLICIT, changes=changes)
    if standing is not Standing.OPEN:
        reason = Reason.ENDED if standing is Standing.ENDED else Reason.SUSPENDED
        return VersionDecision(issue=False, reason=reason, changes=changes)
    if last is None:
        return _first(content, changes)
    return _later(last, changes, now)


def refuse_ended(content: PassportContent) -> None:
    """Return unless nothing can be issued any more. Raises: PassportEnded."""
    if content.state.standing is Standing.ENDED:
        raise PassportEnded("The battery was recycled, which ended its passport.")


def changes_since(last: IssuedVersion | None, content: PassportContent) -> tuple[Change, ...]:
    """Return what differs from the last version: shown as not yet in a signed version."""
    signed = {} if last is None else last.values
    current = {number: value.value for number, value in content.values.items()}
    return tuple(
        Change(number=n, signed=signed.get(n), current=current.get(n), counts=_counts(n, a, b))
        for n in sorted({*signed, *current})
        if (a := signed.get(n)) != (b := current.get(n))
    )


def issued_values(
    public: JsonObject, sections: Iterable[JsonObject] | Iterable[JsonValue]
) -> dict[int, JsonValue]:
    """Return the values of a signed version by number, from its payload and disclosed sections."""
    parts: list[JsonValue] = [public.get("credentialSubject"), *sections]
    found: dict[int, JsonValue] = {}
    for part in parts:
        points = part.get("dataPoints") if isinstance(part, Mapping) else None
        for name, member in points.items() if isinstance(points, Mapping) else ():
            if isinstance(member, Mapping):
                found[int(name)] = member.get("value")
    return found


def _first(content: PassportContent, changes: tuple[Change, ...]) -> VersionDecision:
    placed = content.state.status is not None
    reason = Reason.FIRST if placed else Reason.NOT_ON_MARKET
    return VersionDecision(issue=placed, reason=reason, changes=changes)


def _later(last: IssuedVersion, changes: tuple[Change, ...], now: datetime) -> VersionDecision:
    if not any(change.counts for change in changes):
        return VersionDecision(issue=False, reason=Reason.UNCHANGED, changes=changes)
    earliest = last.issued_at + SHORTEST_INTERVAL
    if now < earliest:
        return VersionDecision(
            issue=False, reason=Reason.TOO_SOON, changes=changes, not_before=earliest
        )
    return VersionDecision(issue=True, reason=Reason.CHANGED, changes=changes)


def _counts(number: int, signed: JsonValue, current: JsonValue) -> bool:
    if number in NEVER_ALONE:
        return False
    step = THRESHOLD_STEPS.get(number)
    if step is None or not _is_number(signed) or not _is_number(current):
        return True
    return _step_of(signed, step) != _step_of(current, step)


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _step_of(value: JsonValue, step: float) -> int:
    return math.floor(value / step) if isinstance(value, int | float) else 0
