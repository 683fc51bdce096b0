"""The past of each car as signed batches, made on several cores.

In: cars with their devices. Out: sealed batches, car by car, as they are ready.
"""

import hashlib
import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from battery_passport.assembly.simulated.fleet_files import FleetWish, device_samples
from battery_passport.device_agent.cutting import joined, row_count, same_columns
from battery_passport.device_agent.model import DeviceIdentity
from battery_passport.device_agent.sealing import HISTORY_SAMPLES, sealed_history
from battery_passport.simulation.charge_windows import charge_windows
from battery_passport.simulation.devices import copies_of
from battery_passport.simulation.measurement import Keep
from battery_passport.simulation.model import Car
from battery_passport.telemetry.model import Samples

_FEW_CARS = 3
_AHEAD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOfCar:
    """Whose past is to be made, and from when to when.

    `keep`: which samples of its whole life the device keeps; None: charges alone, in full.
    """

    car: Car
    identity: DeviceIdentity
    boot_id: bytes
    begins_at: datetime
    ends_at: datetime
    keep: Keep | None = None


def sealed_past(wanted: PastOfCar) -> list[bytes]:
    """Return the batches of one car's past, marked as backfill."""
    if wanted.keep is None:
        windows = charge_windows(wanted.car, wanted.begins_at, wanted.ends_at)
        return list(sealed_history(wanted.identity, windows, boot_id=wanted.boot_id))
    wish = FleetWish(begins_at=wanted.begins_at, ends_at=wanted.ends_at, keep=wanted.keep)
    return [
        encoded
        for copy in range(copies_of(wanted.car))
        for encoded in sealed_history(
            wanted.identity,
            _gathered(device_samples(wanted.car, wish, copy=copy)),
            boot_id=boot_of_copy(wanted.boot_id, copy),
        )
    ]


def boot_of_copy(boot_id: bytes, copy: int) -> bytes:
    """Return the boot id of one of several devices that share an identity."""
    if not copy:
        return boot_id
    return hashlib.sha256(boot_id + copy.to_bytes(4, "big")).digest()[: len(boot_id)]


def _gathered(stretches: Iterable[Samples]) -> Iterator[Samples]:
    """Yield stretches joined until they fill a batch, so that a parked night makes none alone."""
    held: list[Samples] = []
    for samples in stretches:
        if held and not same_columns(held[0], samples):
            yield joined(held)
            held = []
        held.append(samples)
        if sum(map(row_count, held)) >= HISTORY_SAMPLES:
            yield joined(held)
            held = []
    if held:
        yield joined(held)


def sealed_pasts(wanted: Sequence[PastOfCar]) -> Iterator[list[bytes]]:
    """Yield each car's batches in the order asked for, a few cars ahead of who takes them."""
    if len(wanted) <= _FEW_CARS:
        yield from map(sealed_past, wanted)
        return
    # A forked child would share our locks and connections; a fresh one shares nothing.
    context = multiprocessing.get_context("spawn")
    processes = os.cpu_count() or 1
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        coming = iter(wanted)
        ahead: deque[Future[list[bytes]]] = deque(
            pool.submit(sealed_past, each) for each in islice(coming, _AHEAD * processes)
        )
        while ahead:
            yield ahead.popleft().result()
            ahead.extend(pool.submit(sealed_past, each) for each in islice(coming, 1))
