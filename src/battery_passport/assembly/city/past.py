"""The past of each car as signed batches, made on several cores.

In: cars with their devices. Out: sealed batches, car by car, as they are ready.
"""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from battery_passport.device_agent.model import DeviceIdentity
from battery_passport.device_agent.sealing import sealed_history
from battery_passport.simulation.charge_windows import charge_windows
from battery_passport.simulation.model import Car

_FEW_CARS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOfCar:
    """Whose past is to be made, and from when to when."""

    car: Car
    identity: DeviceIdentity
    boot_id: bytes
    begins_at: datetime
    ends_at: datetime


def sealed_past(wanted: PastOfCar) -> list[bytes]:
    """Return the batches of one car's charges, marked as backfill."""
    windows = charge_windows(wanted.car, wanted.begins_at, wanted.ends_at)
    return list(sealed_history(wanted.identity, windows, boot_id=wanted.boot_id))


def sealed_pasts(wanted: Sequence[PastOfCar]) -> Iterator[list[bytes]]:
    """Yield each car's batches in the order asked for."""
    if len(wanted) <= _FEW_CARS:
        yield from map(sealed_past, wanted)
        return
    # A forked child would share our locks and connections; a fresh one shares nothing.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context) as pool:
        yield from pool.map(sealed_past, wanted)
