"""What a collection device reports: usually one car's life, sometimes another's as well.

In: a car. Out: whose life its device reports from when to when; the stretches of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from battery_passport.simulation.fault_model import FaultKind
from battery_passport.simulation.faults.assigning import fault_of
from battery_passport.simulation.fleet import stranger
from battery_passport.simulation.measurement import Keep
from battery_passport.simulation.model import Car
from battery_passport.simulation.stretches import Stretch, cut_stretch, stretches

_EVER_MS = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Whose life is reported from a moment until another; `copy` counts devices of one identity."""

    car: Car
    from_ms: int = 0
    until_ms: int = _EVER_MS
    copy: int = 0


@lru_cache(maxsize=8192)
def sources_of(car: Car) -> tuple[Source, ...]:
    """Return what is reported under a car's identity.

    A device moved to another pack reports that pack from then on. A cloned identity reports two
    packs at a time, from two devices with one key.
    """
    fault = fault_of(car)
    if fault is not None and fault.kind is FaultKind.SWAPPED_DEVICE:
        return (
            Source(car=car, until_ms=fault.begins_ms),
            Source(car=stranger(car), from_ms=fault.begins_ms),
        )
    if fault is not None and fault.kind is FaultKind.CLONED_IDENTITY:
        return (Source(car=car), Source(car=stranger(car), from_ms=fault.begins_ms, copy=1))
    return (Source(car=car),)


def copies_of(car: Car) -> int:
    """Return how many devices report under a car's identity."""
    return 1 + max(source.copy for source in sources_of(car))


def device_stretches(
    car: Car, since_ms: int, *, copy: int = 0, keep: Keep | None = None
) -> Iterator[Stretch]:
    """Yield what one device reports from a moment on, in the order of time."""
    for source in sources_of(car):
        if source.copy != copy or source.until_ms <= since_ms:
            continue
        begins_ms = max(since_ms, source.from_ms)
        for stretch in stretches(source.car, begins_ms, keep):
            yield cut_stretch(stretch, source.from_ms, source.until_ms)
            if stretch.end_ms >= source.until_ms:
                break
