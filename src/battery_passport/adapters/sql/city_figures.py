"""Counts of a city's batteries over time; no battery, device or person is named in them.

In: which batteries count, and equal spans of time. Out: one figure a span.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from battery_passport.adapters.sql.schema import (
    batch_contents,
    batches,
    credentials,
    devices,
    events,
    facts,
    poisoned_facts,
    quarantined_batches,
)
from battery_passport.adapters.sql.schema_quality import collection_days
from battery_passport.foundation.clock import DAY_MS, KOREAN_TIME_MS, unix_ms

"""Days of collection are those of the calendar in Korea."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Equal spans of time that end at `until`, the last of them counted in."""

    until: datetime
    length_ms: int
    count: int

    @property
    def first_ms(self) -> int:
        """Where the first span begins."""
        return unix_ms(self.until) - self.length_ms * self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCount:
    """Things of one kind that wait for somebody: how many came up on one day."""

    kind: str
    day: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """By span: batteries that were measured, batches, and samples in them."""

    batteries: list[int]
    batches: list[int]
    samples: list[int]


Chosen = Select[Any]
"""A query for the ids of the batteries that count."""


class CityFigureStore:
    """Counts within one transaction, over the batteries that a query chooses."""

    def __init__(self, connection: Connection, chosen: Chosen) -> None:
        self._connection = connection
        self._chosen = chosen

    def enrolled(self, spans: Spans) -> list[int]:
        """Return how many batteries had a device of their own by the end of each span."""
        first = func.min(devices.c.enrolled_at_ms).label("at_ms")
        inner = (
            select(devices.c.battery_id, first)
            .where(devices.c.battery_id.in_(self._chosen), devices.c.kind == "vehicle")
            .group_by(devices.c.battery_id)
            .subquery()
        )
        return self._standing(inner.c.at_ms, func.count(), spans)

    def with_passport(self, spans: Spans) -> list[int]:
        """Return how many batteries had a passport by the end of each span."""
        inner = (
            select(credentials.c.battery_id, func.min(credentials.c.issued_at_ms).label("at_ms"))
            .where(credentials.c.battery_id.in_(self._chosen), credentials.c.kind == "passport")
            .group_by(credentials.c.battery_id)
            .subquery()
        )
        return self._standing(inner.c.at_ms, func.count(), spans)

    def collected(self, spans: Spans) -> Collected:
        """Return what was measured within each span, by the devices' clocks."""
        place = _place_of_day(spans)
        table = collection_days.c
        query = (
            select(
                place,
                func.count(func.distinct(table.battery_id)),
                func.sum(table.batches),
                func.sum(table.samples),
            )
            .where(table.battery_id.in_(self._chosen), *_days_of(spans))
            .group_by(place)
        )
        rows = self._connection.execute(query).all()
        return Collected(
            batteries=_filled({row[0]: int(row[1]) for row in rows}, spans),
            batches=_filled({row[0]: int(row[2]) for row in rows}, spans),
            samples=_filled({row[0]: int(row[3]) for row in rows}, spans),
        )

    def passports_issued(self, spans: Spans) -> list[int]:
        """Return how many passport versions were issued within each span."""
        where = credentials.c.kind == "passport"
        return self._within(
            credentials.c.issued_at_ms, func.count(), spans, credentials.c.battery_id, where
        )

    def events_by_type(self, spans: Spans) -> dict[str, int]:
        """Return how many events of each type happened within all spans together."""
        query = (
            select(events.c.type, func.count())
            .where(events.c.battery_id.in_(self._chosen), *_inside(events.c.occurred_at_ms, spans))
            .group_by(events.c.type)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def count_batteries(self) -> int:
        """Return how many batteries count."""
        query = select(func.count()).select_from(self._chosen.subquery())
        return int(self._connection.execute(query).scalar_one())

    def open_by_day(self, day_ms: int) -> list[OpenCount]:
        """Return what waits for somebody, by kind and by the day (since 1970) it came up on."""
        queries = {
            "quarantined": _by_day(
                quarantined_batches.c.received_at_ms, day_ms, self._is_chosen(quarantined_batches)
            ),
            "unreadable": _by_day(
                batches.c.received_at_ms,
                day_ms,
                # The few that cannot be read are found first: batches are many.
                batches.c.digest.in_(
                    select(batch_contents.c.digest).where(
                        batch_contents.c.error.is_not(None), self._is_chosen(batch_contents)
                    )
                ),
            ),
            "poisoned": _by_day(
                poisoned_facts.c.failed_at_ms,
                day_ms,
                facts.c.fact_id == poisoned_facts.c.fact_id,
                self._is_chosen(facts),
            ),
        }
        return [
            OpenCount(kind=kind, day=row[0], count=row[1])
            for kind, query in queries.items()
            for row in self._connection.execute(query)
        ]

    def _is_chosen(self, table: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = table.c.battery_id.in_(self._chosen)
        return found

    def _standing(self, at_ms: Any, figure: Any, spans: Spans) -> list[int]:
        before = select(figure).where(at_ms < spans.first_ms)
        level = int(self._connection.execute(before).scalar_one())
        place = _place(at_ms, spans)
        query = select(place, figure).where(*_inside(at_ms, spans)).group_by(place)
        added = {row[0]: row[1] for row in self._connection.execute(query)}
        levels = []
        for more in _filled(added, spans):
            level += more
            levels.append(level)
        return levels

    def _within(
        self,
        at_ms: Any,
        figure: Any,
        spans: Spans,
        battery_id: Any,
        *where: ColumnElement[bool],
    ) -> list[int]:
        place = _place(at_ms, spans)
        query = select(place, figure).where(
            battery_id.in_(self._chosen), *_inside(at_ms, spans), *where
        )
        return _filled(
            {row[0]: row[1] for row in self._connection.execute(query.group_by(place))}, spans
        )


def _last_day(spans: Spans) -> int:
    return (unix_ms(spans.until) - 1 + KOREAN_TIME_MS) // DAY_MS


def _days_in(spans: Spans) -> int:
    return -(-spans.length_ms // DAY_MS)


def _place_of_day(spans: Spans) -> Any:
    """Return the span that a day belongs to: the last one ends with the day of its end."""
    back = (_last_day(spans) - collection_days.c.day) // _days_in(spans)
    return (spans.count - 1 - back).label("place")


def _days_of(spans: Spans) -> Sequence[ColumnElement[bool]]:
    last = _last_day(spans)
    day = collection_days.c.day
    return (day > last - _days_in(spans) * spans.count, day <= last)


def _place(at_ms: Any, spans: Spans) -> Any:
    return ((at_ms - spans.first_ms) // spans.length_ms).label("place")


def _inside(at_ms: Any, spans: Spans) -> Sequence[ColumnElement[bool]]:
    return (at_ms >= spans.first_ms, at_ms < unix_ms(spans.until))


def _filled(found: dict[int, int], spans: Spans) -> list[int]:
    return [found.get(place, 0) for place in range(spans.count)]


def _by_day(at_ms: Any, day_ms: int, *where: ColumnElement[bool]) -> Select[Any]:
    day = (at_ms // day_ms).label("day")
    return select(day, func.count()).where(*where).group_by(day).order_by(day)
