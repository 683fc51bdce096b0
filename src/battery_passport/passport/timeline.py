"""The public timeline: issue, versions, suspension, end and anchoring, and nothing else.

In: a battery's versions, events and anchors. Out: entries in the order they happened. Neither the
battery's status nor any reason is in it: those are not public.
Source: EU-2023-1542 art-77(2), annex-xiii.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from battery_passport.lifecycle.event_types import event_type
from battery_passport.lifecycle.fold import in_order
from battery_passport.lifecycle.model import Event


class TimelineKind(StrEnum):
    """What the public may know to have happened to a passport."""

    ISSUED = "issued"
    NEW_VERSION = "new-version"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    ENDED = "ended"
    ANCHORED = "anchored"


NAMES: Mapping[TimelineKind, tuple[str, str]] = MappingProxyType(
    {
        TimelineKind.ISSUED: ("Passport issued", "여권 발급"),
        TimelineKind.NEW_VERSION: ("New version issued", "새 판 발급"),
        TimelineKind.SUSPENDED: ("Passport suspended", "여권 효력 정지"),
        TimelineKind.RESUMED: ("Passport in force again", "여권 효력 재개"),
        TimelineKind.ENDED: ("Passport ended", "여권 종료"),
        TimelineKind.ANCHORED: ("Fixed on the blockchain", "블록체인에 고정"),
    }
)
"""English and Korean words for each kind."""

_OF_EVENT: Mapping[str, TimelineKind] = MappingProxyType(
    {
        "passport_suspended": TimelineKind.SUSPENDED,
        "passport_resumed": TimelineKind.RESUMED,
        "recycled": TimelineKind.ENDED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionIssued:
    """A version and when it was issued."""

    version: int
    issued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionAnchored:
    """The block by which a version's log entry was fixed, and when."""

    version: int
    anchored_at: datetime
    block_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One public line; `version` and `block_number` where there are any."""

    at: datetime
    kind: TimelineKind
    version: int | None = None
    block_number: int | None = None


def public_timeline(
    *,
    versions: Iterable[VersionIssued],
    events: Iterable[Event] = (),
    anchors: Iterable[VersionAnchored] = (),
) -> tuple[TimelineEntry, ...]:
    """Return the public entries, oldest first."""
    entries = [*_versions(versions), *_events(events), *_anchors(anchors)]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _versions(versions: Iterable[VersionIssued]) -> Iterator[TimelineEntry]:
    for issued in sorted(versions, key=lambda known: known.version):
        kind = TimelineKind.ISSUED if issued.version == 1 else TimelineKind.NEW_VERSION
        yield TimelineEntry(at=issued.issued_at, kind=kind, version=issued.version)


def _events(events: Iterable[Event]) -> Iterator[TimelineEntry]:
    for event in in_order(events):
        if event_type(event.event_type).public:
            yield TimelineEntry(at=event.occurred_at, kind=_OF_EVENT[event.event_type])


def _anchors(anchors: Iterable[VersionAnchored]) -> Iterator[TimelineEntry]:
    for anchored in sorted(anchors, key=lambda known: known.version):
        yield TimelineEntry(
            at=anchored.anchored_at,
            kind=TimelineKind.ANCHORED,
            version=anchored.version,
            block_number=anchored.block_number,
        )
