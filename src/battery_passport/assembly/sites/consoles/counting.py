"""Counts of a city over time.

In: an installation. Out: fulfils `web.consoles.city.ports.CityBook`.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from battery_passport.adapters.sql.city_figures import CityFigureStore, Spans
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.sites.consoles.regions import batteries_in
from battery_passport.foundation.clock import unix_ms
from battery_passport.web.consoles.city.ports import (
    CityCounts,
    Matter,
    MatterKind,
    MonthCounts,
)
from battery_passport.web.language import DISPLAY_ZONE

WEEKS = 13
DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
MONTHS_BACK = 24


class SqlCityBook:
    """Counts of one city at a time."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def counts(self, region: str) -> CityCounts:
        """Return the counts of the last weeks, of which the last ends now."""
        now = self._installation.clock.now()
        spans = Spans(until=now, length_ms=WEEK_MS, count=WEEKS)
        with self._installation.database.read() as connection:
            store = CityFigureStore(connection, batteries_in(connection, region))
            batches, samples = store.collected(spans)
            return CityCounts(
                until=now,
                ends=tuple(
                    (now - timedelta(weeks=back)).astimezone(DISPLAY_ZONE).date()
                    for back in range(WEEKS - 1, -1, -1)
                ),
                batteries=store.count_batteries(),
                enrolled=tuple(store.enrolled(spans)),
                heard_of=tuple(store.heard_of(spans)),
                batches=tuple(batches),
                samples=tuple(samples),
                with_passport=tuple(store.with_passport(spans)),
                issued=tuple(store.passports_issued(spans)),
            )

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

    def month(self, region: str, month: date) -> MonthCounts:
        """Return one month, of which the present one ends now."""
        now = self._installation.clock.now()
        begins, ends = _begin(month), _begin(_next(month))
        until = min(ends, now)
        spans = Spans(until=until, length_ms=unix_ms(until) - unix_ms(begins), count=1)
        with self._installation.database.read() as connection:
            store = CityFigureStore(connection, batteries_in(connection, region))
            batches, samples = store.collected(spans)
            enrolled = store.enrolled(spans)[0]
            before = store.enrolled(Spans(until=begins, length_ms=DAY_MS, count=1))[0]
            return MonthCounts(
                month=month,
                complete=ends <= now,
                enrolled=enrolled,
                newly_enrolled=enrolled - before,
                measured=store.heard_of(spans)[0],
                batches=batches[0],
                samples=samples[0],
                with_passport=store.with_passport(spans)[0],
                issued=store.passports_issued(spans)[0],
                events=store.events_by_type(spans),
            )

    def months(self, region: str) -> Sequence[date]:  # noqa: ARG002 - the same for every city
        """Return the months of the last two years, the latest first."""
        month = self._installation.clock.now().astimezone(DISPLAY_ZONE).date().replace(day=1)
        months = [month]
        while len(months) < MONTHS_BACK:
            month = (month - timedelta(days=1)).replace(day=1)
            months.append(month)
        return months


def _begin(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=DISPLAY_ZONE).astimezone(UTC)


def _next(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)
