"""A car's life as stretches that follow one another: drives, charges and times parked.

In: a car, a moment, which samples its device keeps. Out: stretches, for ever or until it burns.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from battery_passport.simulation.activity import DayPlan, Kind
from battery_passport.simulation.calendar import day_of_ms, day_start_ms
from battery_passport.simulation.charge_windows import between
from battery_passport.simulation.diary import diary_of
from battery_passport.simulation.measurement import Keep
from battery_passport.simulation.model import Car
from battery_passport.simulation.parking import Standing, parked
from battery_passport.simulation.recording import recording_of
from battery_passport.simulation.runaway import Runaway, last_minutes, runaway_of
from battery_passport.telemetry.model import Samples


@dataclass(frozen=True, slots=True)
class Stretch:
    """One drive, charge, time parked or event; `end_ms` is where the next begins."""

    kind: Kind
    samples: Samples
    end_ms: int
    is_event: bool = False


def stretches(car: Car, since_ms: int, keep: Keep | None = None) -> Iterator[Stretch]:
    """Yield the stretches that end after a moment, in order; they end only if the battery burns."""
    runaway = runaway_of(car)
    for stretch in _undisturbed(car, since_ms, keep):
        if runaway is None or stretch.end_ms <= runaway.silent_from_ms:
            yield stretch
            continue
        heard = between(stretch.samples, 0, runaway.silent_from_ms)
        yield Stretch(stretch.kind, heard, runaway.begins_ms)
        yield from _end(car, runaway, since_ms)
        return


def cut_stretch(stretch: Stretch, from_ms: int, until_ms: int) -> Stretch:
    """Return the part of a stretch between two moments."""
    at_ms = stretch.samples.sampled_at_ms
    begins_within = not at_ms.shape[0] or int(at_ms[0]) >= from_ms
    if begins_within and stretch.end_ms <= until_ms:
        return stretch
    return replace(
        stretch,
        samples=between(stretch.samples, from_ms, until_ms),
        end_ms=min(stretch.end_ms, until_ms),
    )


def _end(car: Car, runaway: Runaway, since_ms: int) -> Iterator[Stretch]:
    if runaway.ends_ms > since_ms:
        samples = last_minutes(car, runaway)
        yield Stretch(Kind.PARKED, samples, runaway.ends_ms, is_event=True)


def _undisturbed(car: Car, since_ms: int, keep: Keep | None) -> Iterator[Stretch]:
    # A charge begun the evening before may reach into the day asked for.
    day = max(day_of_ms(since_ms) - 1, diary_of(car).first_day)
    reached_ms = day_start_ms(day)
    while True:
        for plan in diary_of(car).days(day, day):
            for stretch in _day(car, plan, reached_ms, keep):
                reached_ms = max(reached_ms, stretch.end_ms)
                if stretch.end_ms > since_ms:
                    yield stretch
        day += 1


def _day(car: Car, plan: DayPlan, reached_ms: int, keep: Keep | None) -> Iterator[Stretch]:
    """Yield a day's stretches in order, from where the day before reached into it."""
    standing = Standing(
        day=plan.day,
        place=0,
        bend=plan.bend,
        soc=plan.before.soc,
        odometer_m=plan.before.odometer_m,
        charged_ah=plan.before.charged_ah,
        given_ah=plan.before.given_ah,
        start_ms=reached_ms,
        end_ms=reached_ms,
    )
    for place, (activity, following) in enumerate(
        zip_longest(plan.activities, plan.activities[1:])
    ):
        yield _parked(car, replace(standing, place=place, end_ms=activity.start_ms), keep)
        recording = recording_of(car, activity, keep)
        yield Stretch(activity.kind, recording.samples, recording.end_ms)
        evening = plan.after
        standing = replace(
            standing,
            soc=activity.soc_end,
            odometer_m=activity.odometer_start_m + 1_000 * activity.km,
            charged_ah=evening.charged_ah if following is None else following.charged_ah,
            given_ah=evening.given_ah if following is None else following.given_ah,
            start_ms=recording.end_ms,
        )
    midnight_ms = max(day_start_ms(plan.day + 1), standing.start_ms)
    end = replace(standing, place=len(plan.activities), end_ms=midnight_ms)
    yield _parked(car, end, keep)


def _parked(car: Car, standing: Standing, keep: Keep | None) -> Stretch:
    return Stretch(Kind.PARKED, parked(car, standing, keep), standing.end_ms)
