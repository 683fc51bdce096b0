"""Counts of a city over time.

In: an installation. Out: fulfils `web.consoles.city.ports.CityBook`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from battery_passport.adapters.sql.city_figures import (
    CityFigureStore,
    Collected,
    OpenCount,
    Spans,
)
from battery_passport.adapters.sql.fleet import FleetStore, Rows
from battery_passport.assembly.handlers.quality_tally import korean_day
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.sites.consoles.fleet import days_of, findings_of
from battery_passport.assembly.sites.consoles.keeping import Kept
from battery_passport.assembly.sites.consoles.regions import batteries_in
from battery_passport.foundation.clock import DAY_MS, unix_ms
from battery_passport.web.consoles.city.ports import (
    CityCounts,
    DistrictLoss,
    Matter,
    MatterKind,
    MonthCounts,
    PilotCounts,
)
from battery_passport.web.language import DISPLAY_ZONE

WEEKS = 13
WEEK_MS = 7 * DAY_MS
MONTHS_BACK = 24
KEPT_FOR = timedelta(seconds=30)
USABLE_FOR = timedelta(minutes=5)
OVER_KEPT_FOR = timedelta(minutes=10)
"""Weeks and months that are over seldom change: only late data add to them."""
OVER_USABLE_FOR = timedelta(days=1)


class SqlCityBook:
    """Counts of one city at a time."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        clock = installation.clock
        self._counts = Kept[str, CityCounts](clock, kept_for=KEPT_FOR, usable_for=USABLE_FOR)
        self._weeks = Kept[tuple[str, int], Collected](
            clock, kept_for=OVER_KEPT_FOR, usable_for=OVER_USABLE_FOR
        )
        self._pilots = Kept[tuple[str, date], PilotCounts](
            clock, kept_for=KEPT_FOR, usable_for=USABLE_FOR
        )
        self._over = Kept[tuple[str, date], PilotCounts](
            clock, kept_for=OVER_KEPT_FOR, usable_for=OVER_USABLE_FOR
        )

    def counts(self, region: str) -> CityCounts:
        """Return the counts of the last weeks, of which the last ends about now."""
        return self._counts.get(region, lambda: self._count(region))

    def pilot(self, region: str, month: date) -> PilotCounts:
        """Return one month, of which the present one ends about now."""
        is_over = _begin(_next(month)) <= self._installation.clock.now()
        kept = self._over if is_over else self._pilots
        return kept.get((region, month), lambda: self._pilot(region, month))

    def _count(self, region: str) -> CityCounts:
        now = self._installation.clock.now()
        spans = Spans(until=now, length_ms=WEEK_MS, count=WEEKS)
        before = self._weeks.get(
            (region, korean_day(unix_ms(now))), lambda: self._before_this_week(region, now)
        )
        with self._installation.database.read() as connection:
            store = CityFigureStore(connection, batteries_in(connection, region))
            week = store.collected(Spans(until=now, length_ms=WEEK_MS, count=1))
            return CityCounts(
                until=now,
                ends=tuple(
                    (now - timedelta(weeks=back)).astimezone(DISPLAY_ZONE).date()
                    for back in range(WEEKS - 1, -1, -1)
                ),
                batteries=store.count_batteries(),
                enrolled=tuple(store.enrolled(spans)),
                heard_of=(*before.batteries, *week.batteries),
                batches=(*before.batches, *week.batches),
                samples=(*before.samples, *week.samples),
                with_passport=tuple(store.with_passport(spans)),
                issued=tuple(store.passports_issued(spans)),
            )

    def _before_this_week(self, region: str, now: datetime) -> Collected:
        spans = Spans(until=now - timedelta(weeks=1), length_ms=WEEK_MS, count=WEEKS - 1)
        with self._installation.database.read() as connection:
            store = CityFigureStore(connection, batteries_in(connection, region))
            return store.collected(spans)

    def matters(self, region: str) -> Sequence[Matter]:
        """Return what waits, the oldest first."""
        today = unix_ms(self._installation.clock.now()) // DAY_MS
        with self._installation.database.read() as connection:
            store = CityFigureStore(connection, batteries_in(connection, region))
            found = store.open_by_day(DAY_MS)
        matters = [
            Matter(
                kind=MatterKind(each.kind),
                day=datetime.fromtimestamp(each.day * DAY_MS / 1000, UTC).date(),
                age_days=today - each.day,
                count=each.count,
            )
            for each in found
        ]
        return sorted(matters, key=lambda each: each.day)

    def _pilot(self, region: str, month: date) -> PilotCounts:
        now = self._installation.clock.now()
        begins, ends = _begin(month), _begin(_next(month))
        until = min(ends, now)
        with self._installation.database.read() as connection:
            chosen = batteries_in(connection, region)
            figures = CityFigureStore(connection, chosen)
            counted = _month(figures, month, begins=begins, until=until, complete=ends <= now)
            store = FleetStore(connection, chosen)
            cars = {row.battery_id: row.district or "" for row in store.cars()}
            first, last = korean_day(unix_ms(begins)), korean_day(unix_ms(until) - 1)
            losses = store.losses(since_ms=unix_ms(begins), until_ms=unix_ms(until))
            return PilotCounts(
                counted_at=now,
                month=counted,
                days=days_of(store.days(first, last), first, last),
                cars=Counter(cars.values()),
                losses=_losses(losses, cars),
                findings=findings_of(store.findings(month=month.strftime("%Y-%m"))),
                matters=_matters(figures.open_by_day(DAY_MS), begins, until),
            )

    def months(self, region: str) -> Sequence[date]:  # noqa: ARG002 - the same for every city
        """Return the months of the last two years, the latest first."""
        month = self._installation.clock.now().astimezone(DISPLAY_ZONE).date().replace(day=1)
        months = [month]
        while len(months) < MONTHS_BACK:
            month = (month - timedelta(days=1)).replace(day=1)
            months.append(month)
        return months


def _month(
    store: CityFigureStore, month: date, *, begins: datetime, until: datetime, complete: bool
) -> MonthCounts:
    spans = Spans(until=until, length_ms=unix_ms(until) - unix_ms(begins), count=1)
    collected = store.collected(spans)
    enrolled = store.enrolled(spans)[0]
    before = store.enrolled(Spans(until=begins, length_ms=DAY_MS, count=1))[0]
    return MonthCounts(
        month=month,
        complete=complete,
        enrolled=enrolled,
        newly_enrolled=enrolled - before,
        measured=collected.batteries[0],
        batches=collected.batches[0],
        samples=collected.samples[0],
        with_passport=store.with_passport(spans)[0],
        issued=store.passports_issued(spans)[0],
        events=store.events_by_type(spans),
    )


def _losses(rows: Rows, district_of: Mapping[str, str]) -> tuple[DistrictLoss, ...]:
    """Return the losses by district, the largest first; importers of files lose nothing."""
    found: dict[str, tuple[set[str], int, int]] = {}
    for row in rows:
        if row.battery_id not in district_of:
            continue
        cars, batches, missing = found.get(district_of[row.battery_id], (set(), 0, 0))
        arrived = int(row.arrived)
        found[district_of[row.battery_id]] = (
            cars | {row.battery_id},
            batches + arrived,
            missing + max(0, int(row.numbered) - arrived),
        )
    losses = (
        DistrictLoss(district=code, cars=len(cars), batches=batches, missing=missing)
        for code, (cars, batches, missing) in found.items()
    )
    return tuple(sorted(losses, key=lambda each: (-each.missing, each.district)))


def _matters(
    found: Sequence[OpenCount], begins: datetime, until: datetime
) -> dict[MatterKind, int]:
    counts = Counter[MatterKind]()
    for each in found:
        if unix_ms(begins) <= (each.day + 1) * DAY_MS and each.day * DAY_MS < unix_ms(until):
            counts[MatterKind(each.kind)] += each.count
    return dict(counts)


def _begin(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=DISPLAY_ZONE).astimezone(UTC)


def _next(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)
