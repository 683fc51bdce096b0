"""A car that goes on living: what it reported since it was last asked, in small pieces.

In: a car, where its history ended, a clock. Out: pieces of `Samples`, the same however often asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from battery_passport.foundation.clock import Clock, unix_ms
from battery_passport.simulation.activity import DayPlan, Kind
from battery_passport.simulation.calendar import day_of_ms, day_start_ms
from battery_passport.simulation.charge_windows import between, moment_ms
from battery_passport.simulation.diary import diary_of
from battery_passport.simulation.model import Car
from battery_passport.simulation.parking import Standing, parked
from battery_passport.simulation.recording import STEP_S, recorded
from battery_passport.telemetry.model import Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePiece:
    """What a car reported since it was last asked, all of one drive, charge or time parked.

    `finished` tells that nothing of the same kind follows, so that its last batch need not wait.
    """

    kind: Kind
    samples: Samples
    finished: bool


@dataclass(frozen=True, slots=True)
class _Stretch:
    kind: Kind
    samples: Samples
    end_ms: int


def live(car: Car, since: datetime, clock: Clock) -> Iterator[list[LivePiece]]:
    """Yield, each time asked, the pieces from where the last answer ended until now.

    It never waits and never ends: the caller decides how often to ask. Samples depend on seed and
    time alone, so that after a restart it goes on from any moment as if nothing had happened.
    Raises: InvalidCity.
    """
    seen_ms = moment_ms(since)
    stretches = _stretches(car, seen_ms)
    current = next(stretches)
    while True:
        now_ms = unix_ms(clock.now())
        pieces = _pieces(current, seen_ms, now_ms)
        while current.end_ms <= now_ms:
            current = next(stretches)
            pieces += _pieces(current, seen_ms, now_ms)
        seen_ms = max(seen_ms, now_ms)
        yield pieces


def _pieces(stretch: _Stretch, seen_ms: int, now_ms: int) -> list[LivePiece]:
    """Return the part of a stretch between two moments, as a list of one piece or none."""
    samples = between(stretch.samples, seen_ms, now_ms)
    if not samples.sampled_at_ms.shape[0]:
        return []
    finished = bool(samples.sampled_at_ms[-1] == stretch.samples.sampled_at_ms[-1])
    return [LivePiece(kind=stretch.kind, samples=samples, finished=finished)]


def _stretches(car: Car, since_ms: int) -> Iterator[_Stretch]:
    """Yield the drives, charges and times parked that end after a moment, for ever."""
    # A charge begun the evening before may reach into the day asked for.
    day = max(day_of_ms(since_ms) - 1, diary_of(car).first_day)
    reached_ms = day_start_ms(day)
    while True:
        for plan in diary_of(car).days(day, day):
            for stretch in _day(car, plan, reached_ms):
                reached_ms = max(reached_ms, stretch.end_ms)
                if stretch.end_ms > since_ms:
                    yield stretch
        day += 1


def _day(car: Car, plan: DayPlan, reached_ms: int) -> Iterator[_Stretch]:
    """Yield a day's stretches in order, from where the day before reached into it."""
    standing = Standing(
        day=plan.day,
        place=0,
        bend=plan.bend,
        soc=plan.before.soc,
        odometer_m=plan.before.odometer_m,
        start_ms=reached_ms,
        end_ms=reached_ms,
    )
    for place, activity in enumerate(plan.activities):
        yield _parked(car, replace(standing, place=place, end_ms=activity.start_ms))
        samples = recorded(car, activity)
        end_ms = int(samples.sampled_at_ms[-1]) + 1_000 * STEP_S
        yield _Stretch(activity.kind, samples, end_ms)
        standing = replace(
            standing,
            soc=activity.soc_end,
            odometer_m=activity.odometer_start_m + 1_000 * activity.km,
            start_ms=end_ms,
        )
    midnight_ms = max(day_start_ms(plan.day + 1), standing.start_ms)
    yield _parked(car, replace(standing, place=len(plan.activities), end_ms=midnight_ms))


def _parked(car: Car, standing: Standing) -> _Stretch:
    return _Stretch(Kind.PARKED, parked(car, standing), standing.end_ms)
