"""How much one sender may bring: so many batches a minute, and no more than its share of a queue.

In: batches on their way to the disk. Out: leave to go on, or when to come back.
"""

import time
from collections.abc import Callable, Hashable
from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence import ReceivedBatch
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.settings import Settings
from battery_passport.foundation.errors import TemporarilyUnavailable

BURST_MINUTES = 10
"""A sender that was silent may bring so many minutes' worth at once."""

_MOST_REMEMBERED = 100_000
_OWNERS_KEPT_S = 600.0


class TooManyBatches(TemporarilyUnavailable):
    """A device, or the devices of an organisation, send more than they may."""

    code = "too-many-batches"
    remedy = "Keep the batch and send it again after the time given."


class Allowance:
    """So many takings a minute for each key, and `BURST_MINUTES` of them at once."""

    def __init__(self, per_minute: float) -> None:
        self._interval_s = 60.0 / per_minute
        self._ahead_s = BURST_MINUTES * 60.0
        # Until when a key's takings so far would have lasted at the even rate.
        self._used_until: dict[Hashable, float] = {}

    def wait_s(self, key: Hashable, now_s: float) -> float:
        """Return 0 if one more may be taken, else the seconds until then; takes nothing."""
        ahead_s = self._used_until.get(key, now_s) + self._interval_s - now_s - self._ahead_s
        return max(0.0, ahead_s)

    def take(self, key: Hashable, now_s: float) -> None:
        """Count one more."""
        until_s = self._used_until.get(key, now_s)
        self._used_until[key] = max(until_s, now_s) + self._interval_s
        if len(self._used_until) > _MOST_REMEMBERED:
            rested = {key: until for key, until in self._used_until.items() if until > now_s}
            self._used_until = rested


class FlowControl:
    """What one process lets in. Not to be shared between threads."""

    def __init__(
        self,
        database: Database,
        *,
        device_per_minute: float,
        organisation_per_minute: float,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._devices = Allowance(device_per_minute)
        self._organisations = Allowance(organisation_per_minute)
        self._monotonic_s = monotonic_s
        self._owners: dict[UUID, UUID | None] = {}
        self._owners_until_s = 0.0

    def take(self, batch: ReceivedBatch) -> None:
        """Count a batch for its device and organisation. Raises: TooManyBatches."""
        now_s = self._monotonic_s()
        # A gateway sends for many batteries: each of them has its own allowance.
        device = (batch.device_id.int, batch.battery_id.int)
        owner = self._owner(batch.battery_id, now_s)
        wait_s = self._devices.wait_s(device, now_s)
        if wait_s > 0:
            raise TooManyBatches(
                "The device has sent more batches than it may.", retry_after_s=wait_s
            )
        wait_s = self._organisations.wait_s(owner, now_s)
        if wait_s > 0:
            raise TooManyBatches(
                "The devices of the organisation have sent more batches than they may.",
                retry_after_s=wait_s,
            )
        self._devices.take(device, now_s)
        self._organisations.take(owner, now_s)

    def _owner(self, battery_id: UUID, now_s: float) -> UUID | None:
        if now_s >= self._owners_until_s:
            self._owners.clear()
            self._owners_until_s = now_s + _OWNERS_KEPT_S
        if battery_id not in self._owners:
            with self._database.read() as connection:
                battery = RegistryStore(connection).battery(battery_id)
            self._owners[battery_id] = None if battery is None else battery.responsible_id
        return self._owners[battery_id]


def flow_control(database: Database, settings: Settings) -> FlowControl | None:
    """Return the flow control of a process; None where every limit is lifted."""
    factor = settings.rate_limit_factor
    if factor == 0:
        return None
    return FlowControl(
        database,
        device_per_minute=factor * settings.device_batches_per_minute,
        organisation_per_minute=factor * settings.organisation_batches_per_minute,
    )


class FairQueue:
    """Counts whose batches wait; there is always room for one who has none waiting yet.

    Beyond half, each of k senders may have at most one part in k + 1 of the queue.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: dict[int, int] = {}
        self.total = 0

    def has_room(self, key: int) -> bool:
        """Return whether one more batch of a sender may wait."""
        if 2 * self.total < self._most:
            return True
        own = self._waiting.get(key, 0)
        senders = len(self._waiting) + (own == 0)
        return self.total < self._most and own * (senders + 1) < self._most

    def enter(self, key: int) -> None:
        """Count one more that waits."""
        self._waiting[key] = self._waiting.get(key, 0) + 1
        self.total += 1

    def leave(self, key: int) -> None:
        """Count one less."""
        self.total -= 1
        left = self._waiting.pop(key) - 1
        if left:
            self._waiting[key] = left
