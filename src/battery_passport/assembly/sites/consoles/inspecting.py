"""Which batteries of a city are due for an inspection, by what was recorded about them.

In: an installation. Out: fulfils `web.consoles.inspection.ports.InspectionBook`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from battery_passport.access.model import Principal
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.schema import events
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.sites.consoles.cards import cards_of
from battery_passport.assembly.sites.consoles.regions import batteries_of_region
from battery_passport.assembly.sites.reader_health import measured_health, newest_statement
from battery_passport.foundation.clock import from_unix_ms
from battery_passport.lifecycle.inspections import standing_inspections
from battery_passport.lifecycle.records import parse_event_record
from battery_passport.registry.model import Battery
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.consoles.inspection.ports import BothFigures, DueBattery, Reason

LONG_AGO = timedelta(days=365)
"""An inspection older than this is due again."""

_INSPECTED = "inspected"
_TYPES = (_INSPECTED, "removed", "accident", "recycled", "status_changed", "placed_on_market")
_ORDER = tuple(Reason)


@dataclass(slots=True)
class _Past:
    """What counts of a battery's past, the latest of each."""

    inspected_at: datetime | None = None
    failed: bool = False
    removed_at: datetime | None = None
    reported_at: datetime | None = None
    placed_at: datetime | None = None
    over: bool = False


class SqlInspectionBook:
    """Due batteries of an inspector's city."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def both(self, card: BatteryCard) -> BothFigures:
        """Return the newest estimate and the newest measurement that stands."""
        with self._installation.database.read() as connection:
            battery = RegistryStore(connection).battery(card.battery_id)
            if battery is None:
                return BothFigures(None, None)
            return BothFigures(
                newest_statement(connection, battery), measured_health(connection, battery)
            )

    def due(self, principal: Principal) -> Sequence[DueBattery]:
        """Return them, the most urgent first, within a reason the one waiting for longest."""
        now = self._installation.clock.now()
        with self._installation.database.read() as connection:
            batteries = batteries_of_region(connection, principal.region)
            pasts = _pasts(connection)
            cards = cards_of(connection, batteries)
        rows = _due_of(batteries, cards, pasts, now)
        return sorted(rows, key=lambda row: (_ORDER.index(row.reason), row.since))


def _due_of(
    batteries: Sequence[Battery],
    cards: Sequence[BatteryCard],
    pasts: dict[str, _Past],
    now: datetime,
) -> Iterable[DueBattery]:
    for battery, card in zip(batteries, cards, strict=True):
        past = pasts.get(str(battery.battery_id), _Past())
        found = _reason(past, registered_at=battery.registered_at, now=now)
        if found is not None:
            reason, since = found
            yield DueBattery(
                card=card, reason=reason, since=since, last_inspected_at=past.inspected_at
            )


def _reason(
    past: _Past, *, registered_at: datetime, now: datetime
) -> tuple[Reason, datetime] | None:
    if past.over:
        return None
    last = past.inspected_at
    if past.reported_at is not None and (last is None or past.reported_at > last):
        return Reason.REPORTED, past.reported_at
    if last is not None and past.failed:
        return Reason.FAILED, last
    if past.removed_at is not None and (last is None or past.removed_at > last):
        return Reason.REMOVED, past.removed_at
    if last is None:
        return Reason.NEVER, past.placed_at or registered_at
    return (Reason.LONG_AGO, last) if now - last > LONG_AGO else None


def _pasts(connection: Connection) -> dict[str, _Past]:
    query = (
        select(
            events.c.battery_id,
            events.c.event_id,
            events.c.type,
            events.c.occurred_at_ms,
            events.c.record,
        )
        .where(events.c.type.in_(_TYPES))
        .order_by(events.c.occurred_at_ms, events.c.sequence)
    )
    pasts: dict[str, _Past] = {}
    rows = connection.execute(query).all()
    parsed = (parse_event_record(row.record) for row in rows if row.type == _INSPECTED)
    standing = {str(each.event_id) for each in standing_inspections(parsed)}
    for row in rows:
        if row.type == _INSPECTED and row.event_id not in standing:
            continue
        _note(
            pasts.setdefault(row.battery_id, _Past()),
            row.type,
            from_unix_ms(row.occurred_at_ms),
            row.record,
        )
    return pasts


def _note(past: _Past, kind: str, at: datetime, record: bytes) -> None:
    if kind == _INSPECTED:
        past.inspected_at = at
        past.failed = parse_event_record(record).payload.get("result") == "failed"
    elif kind == "removed":
        past.removed_at = at
    elif kind == "accident":
        past.reported_at = at
    elif kind == "placed_on_market":
        past.placed_at = at
    elif kind == "recycled":
        past.over = True
    else:
        past.over = parse_event_record(record).payload.get("to") == "waste"
