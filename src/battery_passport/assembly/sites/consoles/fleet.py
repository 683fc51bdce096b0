"""The fleet of a city, read from SQL and kept for a few seconds.

In: an installation. Out: fulfils `web.consoles.fleet.ports.FleetBook`.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Row, select

from battery_passport.adapters.sql.devices import DeviceStore
from battery_passport.adapters.sql.fleet import Chosen, FleetStore, Rows
from battery_passport.adapters.sql.schema import batteries
from battery_passport.assembly.handlers.quality_tally import korean_day, korean_month
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.sites.consoles.keeping import Kept
from battery_passport.assembly.sites.consoles.regions import batteries_in
from battery_passport.foundation.clock import from_unix_ms, unix_ms
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.telemetry.quality.kinds import KINDS, Severity
from battery_passport.web.consoles.fleet.ports import (
    AlarmRow,
    BatteryQuality,
    Car,
    DayCounts,
    DeviceRow,
    FindingRow,
    FleetState,
    Listed,
)

KEPT_FOR = timedelta(seconds=5)
USABLE_FOR = timedelta(minutes=2)
PAST_KEPT_FOR = timedelta(minutes=10)
PAST_USABLE_FOR = timedelta(days=1)
DAYS_BACK = 30
FOUND_WITHIN = timedelta(days=7)
ALARMS_AT_MOST = 1_000
_GRAVE = tuple(kind.code for kind in KINDS.values() if kind.severity is not Severity.NOTE)

_Kept = TypeVar("_Kept")
_Row = TypeVar("_Row", AlarmRow, DeviceRow, FindingRow)


class SqlFleetBook:
    """Fleets by city; what was read a moment ago is given again."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        clock = installation.clock
        self._states = Kept[str, FleetState](clock, kept_for=KEPT_FOR, usable_for=USABLE_FOR)
        self._devices = Kept[tuple[str, int], Listed[DeviceRow]](
            clock, kept_for=KEPT_FOR, usable_for=USABLE_FOR
        )
        self._findings = Kept[str, Listed[FindingRow]](
            clock, kept_for=KEPT_FOR, usable_for=USABLE_FOR
        )
        self._past = Kept[tuple[str, int], tuple[DayCounts, ...]](
            clock, kept_for=PAST_KEPT_FOR, usable_for=PAST_USABLE_FOR
        )

    def state(self, region: str) -> FleetState:
        """Return the fleet, as of the time it tells."""
        return self._states.get(region, lambda: self._state(region))

    def devices(self, region: str) -> Listed[DeviceRow]:
        """Return the devices of a city's batteries, at once where one was changed."""
        with self._installation.database.read() as connection:
            changes = DeviceStore(connection).changes()
        return self._devices.get((region, changes), lambda: self._listed(region, _devices))

    def device(self, connection: Connection, device_id: UUID, battery_id: UUID) -> DeviceRow | None:
        """Return one device of a battery, as it is now."""
        rows = _devices(FleetStore(connection, only(battery_id)))
        return next((each for each in rows if each.device_id == device_id), None)

    def alarms(self, region: str) -> Listed[AlarmRow]:
        """Return the alarms raised last; nothing is kept, for they are few and urgent."""
        return self._listed(region, _alarms)

    def findings(self, region: str) -> Listed[FindingRow]:
        """Return what was found this month."""
        return self._findings.get(region, lambda: self._listed(region, self._this_month))

    def _this_month(self, store: FleetStore) -> tuple[FindingRow, ...]:
        month = korean_month(unix_ms(self._installation.clock.now()))
        return findings_of(store.findings(month=month))

    def _listed(self, region: str, read: Callable[[FleetStore], tuple[_Row, ...]]) -> Listed[_Row]:
        now = self._installation.clock.now()
        return Listed(at=now, rows=self._read(region, read))

    def quality(self, battery_id: UUID) -> BatteryQuality:
        """Return everything that was ever found about a battery."""
        with self._installation.database.read() as connection:
            store = FleetStore(connection, only(battery_id))
            return BatteryQuality(
                findings=findings_of(store.findings(battery_id=battery_id)),
                devices=_devices(store),
                samples=sum(row.samples for row in store.states()),
            )

    def _read(self, region: str, read: Callable[[FleetStore], _Kept]) -> _Kept:
        with self._installation.database.read() as connection:
            return read(FleetStore(connection, batteries_in(connection, region)))

    def _state(self, region: str) -> FleetState:
        now = self._installation.clock.now()
        today = korean_day(unix_ms(now))
        first = today - DAYS_BACK + 1
        # Days that are over seldom change: only late data add to them.
        past = self._past.get(
            (region, today), lambda: self._read(region, partial(_days, first, today - 1))
        )

        def read(store: FleetStore) -> FleetState:
            days = (*past, *_days(today, today, store))
            return FleetState(at=now, cars=cars_of(store, now), days=days)

        return self._read(region, read)


def _days(first: int, last: int, store: FleetStore) -> tuple[DayCounts, ...]:
    return days_of(store.days(first, last), first, last)


def cars_of(store: FleetStore, now: datetime) -> tuple[Car, ...]:
    """Return the cars of a fleet, each with the latest of its devices."""
    latest: dict[str, Row[Any]] = {}
    samples: dict[str, int] = {}
    for row in store.states():
        latest.setdefault(row.battery_id, row)
        samples[row.battery_id] = samples.get(row.battery_id, 0) + row.samples
    found = store.findings_by_battery(since_ms=unix_ms(now - FOUND_WITHIN), kinds=_GRAVE)
    return tuple(
        _car(row, latest.get(row.battery_id), samples, found.get(row.battery_id, 0))
        for row in store.cars()
    )


def days_of(rows: Rows, first: int, last: int) -> tuple[DayCounts, ...]:
    """Return each day with its counts, empty days too."""
    by_day: dict[int, list[Row[Any]]] = {day: [] for day in range(first, last + 1)}
    for row in rows:
        by_day[row.day].append(row)
    return tuple(
        DayCounts(
            day=date.fromordinal(date(1970, 1, 1).toordinal() + day),
            batteries=sum(row.batteries for row in of_day),
            samples=int(sum(row.samples for row in of_day)),
            backfilled=int(sum(row.backfilled for row in of_day)),
            by_district={row.district or "": row.batteries for row in of_day},
        )
        for day, of_day in by_day.items()
    )


def only(battery_id: UUID) -> Chosen:
    """Return a query that chooses one battery."""
    return select(batteries.c.battery_id).where(batteries.c.battery_id == str(battery_id))


def _car(row: Row[Any], state: Row[Any] | None, samples: dict[str, int], found: int) -> Car:
    return Car(
        identifier=BatteryIdentifier(row.gtin, row.serial),
        model_name=row.model or "",
        chemistry=row.chemistry or "",
        district=row.district or "",
        enrolled_at=from_unix_ms(row.enrolled_ms),
        heard_at=None if state is None else from_unix_ms(state.last_received_ms),
        lag_s=None if state is None or state.lag_ms is None else state.lag_ms / 1_000,
        samples=samples.get(row.battery_id, 0),
        findings=found,
    )


def _devices(store: FleetStore) -> tuple[DeviceRow, ...]:
    states: dict[str, Row[Any]] = {}
    for row in store.states():
        states.setdefault(row.device_id, row)
    losses = {row.device_id: row for row in store.losses()}
    names = {row.battery_id: BatteryIdentifier(row.gtin, row.serial) for row in store.cars()}
    return tuple(
        _device(row, states.get(row.device_id), losses.get(row.device_id), names)
        for row in store.devices()
    )


def _device(
    row: Row[Any],
    state: Row[Any] | None,
    loss: Row[Any] | None,
    names: dict[str, BatteryIdentifier],
) -> DeviceRow:
    ahead_ms = row.clock_ahead_ms
    if ahead_ms is None and state is not None and state.skew_ms is not None:
        ahead_ms = -state.skew_ms
    return DeviceRow(
        device_id=UUID(row.device_id),
        kind=row.kind,
        identifier=names.get(row.battery_id),
        standing=row.standing or "active",
        enrolled_at=from_unix_ms(row.enrolled_at_ms),
        heard_at=None if state is None else from_unix_ms(state.last_received_ms),
        lag_s=None if state is None or state.lag_ms is None else state.lag_ms / 1_000,
        skew_s=None if ahead_ms is None else ahead_ms / 1_000,
        batches=0 if state is None else state.batches,
        missing=0 if loss is None else max(0, int(loss.numbered) - int(loss.arrived)),
        waiting=row.waiting,
        software=row.software or "",
    )


def _alarms(store: FleetStore) -> tuple[AlarmRow, ...]:
    return tuple(
        AlarmRow(
            identifier=BatteryIdentifier(row.gtin, row.serial),
            model_name=row.model or "",
            district=row.district or "",
            severity=row.severity,
            signals=tuple(row.signals),
            cell=None if row.cell is None else row.cell + 1,
            at=from_unix_ms(row.at_ms),
            received_at=from_unix_ms(row.received_at_ms),
            late=row.late,
            digest=row.batch_digest.hex(),
        )
        for row in store.alarms(ALARMS_AT_MOST)
    )


def findings_of(rows: Rows) -> tuple[FindingRow, ...]:
    """Return the findings of kinds that this version knows."""
    return tuple(
        FindingRow(
            kind=row.kind,
            column=row.column_name,
            count=int(row.found),
            batches=int(row.batches),
            batteries=row.batteries,
            first_at=from_unix_ms(row.first_ms),
            last_at=from_unix_ms(row.last_ms),
        )
        for row in rows
        if row.kind in KINDS
    )
