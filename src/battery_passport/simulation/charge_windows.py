"""A car's past in short: every charge with the rests about it, and its end if it burned.

In: a car and a stretch of time. Out: `Samples`, one for each window, in the order of time.
"""

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from battery_passport.foundation.clock import unix_ms
from battery_passport.simulation.activity import Kind
from battery_passport.simulation.calendar import day_of_ms
from battery_passport.simulation.diary import diary_of
from battery_passport.simulation.errors import InvalidCity
from battery_passport.simulation.model import Car
from battery_passport.simulation.recording import recorded
from battery_passport.simulation.runaway import last_minutes, runaway_of
from battery_passport.telemetry.model import Samples


def charge_windows(car: Car, start: datetime, end: datetime) -> Iterator[Samples]:
    """Yield what a car reported of its charges from start until just before end.

    A charge that is still going on at `end` is cut there; `live` goes on with the rest of it.
    Raises: InvalidCity.
    """
    start_ms, end_ms = moment_ms(start), moment_ms(end)
    runaway = runaway_of(car)
    heard_ms = end_ms if runaway is None else min(end_ms, runaway.silent_from_ms)
    yield from _charges(car, start_ms, heard_ms)
    if runaway is not None:
        event = between(last_minutes(car, runaway), start_ms, end_ms)
        if event.sampled_at_ms.shape[0]:
            yield event


def _charges(car: Car, start_ms: int, end_ms: int) -> Iterator[Samples]:
    # A charge begun the evening before may reach into the first day.
    for plan in diary_of(car).days(day_of_ms(start_ms) - 1, day_of_ms(end_ms)):
        for activity in plan.activities:
            if activity.kind is Kind.DRIVING or activity.start_ms >= end_ms:
                continue
            window = between(recorded(car, activity), start_ms, end_ms)
            if window.sampled_at_ms.shape[0]:
                yield window


def between(samples: Samples, start_ms: int, end_ms: int) -> Samples:
    """Return the samples with start_ms <= sampled_at_ms < end_ms."""
    first, past = np.searchsorted(samples.sampled_at_ms, [start_ms, end_ms])
    rows = slice(int(first), int(past))
    return Samples(
        sampled_at_ms=samples.sampled_at_ms[rows],
        columns={name: values[rows] for name, values in samples.columns.items()},
    )


def moment_ms(moment: datetime) -> int:
    """Return a time in milliseconds since 1970.

    Raises: InvalidCity for a time without a zone.
    """
    if moment.tzinfo is None:
        raise InvalidCity(f"The time {moment.isoformat()} has no zone.")
    return unix_ms(moment)
