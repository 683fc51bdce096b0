"""A car that goes on living: what it reported since it was last asked, in small pieces.

In: a car, where its history ended, a clock. Out: pieces of `Samples`, the same however often asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from battery_passport.foundation.clock import Clock, unix_ms
from battery_passport.simulation.activity import Kind
from battery_passport.simulation.charge_windows import between, moment_ms
from battery_passport.simulation.devices import device_stretches
from battery_passport.simulation.measurement import Keep
from battery_passport.simulation.model import Car
from battery_passport.simulation.stretches import Stretch
from battery_passport.telemetry.model import Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePiece:
    """What a car reported since it was last asked, all of one drive, charge or time parked.

    `finished` tells that nothing of the same kind follows, so that its last batch need not wait;
    `urgent` that something is wrong, so that no batch of it may wait.
    """

    kind: Kind
    samples: Samples
    finished: bool
    urgent: bool = False


def live(
    car: Car, since: datetime, clock: Clock, *, copy: int = 0, keep: Keep | None = None
) -> Iterator[list[LivePiece]]:
    """Yield, each time asked, the pieces from where the last answer ended until now.

    It never waits and never ends: the caller decides how often to ask. Samples depend on seed and
    time alone, so that after a restart it goes on from any moment as if nothing had happened.
    `copy` names one of several devices of the same identity; `keep` says which samples it keeps.
    Raises: InvalidCity.
    """
    seen_ms = moment_ms(since)
    coming = device_stretches(car, seen_ms, copy=copy, keep=keep)
    current = next(coming, None)
    while True:
        now_ms = unix_ms(clock.now())
        pieces: list[LivePiece] = []
        while current is not None:
            pieces += _pieces(current, seen_ms, now_ms)
            if current.end_ms > now_ms:
                break
            current = next(coming, None)
        seen_ms = max(seen_ms, now_ms)
        yield pieces


def _pieces(stretch: Stretch, seen_ms: int, now_ms: int) -> list[LivePiece]:
    """Return the part of a stretch between two moments, as a list of one piece or none."""
    samples = between(stretch.samples, seen_ms, now_ms)
    if not samples.sampled_at_ms.shape[0]:
        return []
    finished = bool(samples.sampled_at_ms[-1] == stretch.samples.sampled_at_ms[-1])
    urgent = stretch.is_event
    return [LivePiece(kind=stretch.kind, samples=samples, finished=finished, urgent=urgent)]
