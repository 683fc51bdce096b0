"""The device's core: samples in, batches cut, sealed, kept and delivered.

In: samples, identity, ports. Out: batches through `SendBatch`, each until it was answered.
"""

from dataclasses import dataclass

from battery_passport.device_agent.cutting import Cutter, row_count
from battery_passport.device_agent.delivery import Courier
from battery_passport.device_agent.errors import QueueFull
from battery_passport.device_agent.model import CutPolicy, Delivery, DeviceIdentity
from battery_passport.device_agent.ports import AgentClock, Queue, SendBatch
from battery_passport.device_agent.sealing import Sealer
from battery_passport.telemetry.limits import DEFAULT_LIMITS
from battery_passport.telemetry.model import Samples
from battery_passport.telemetry.rules import check_samples

_LIVE = CutPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPorts:
    """What the device is wired to."""

    send: SendBatch
    queue: Queue
    clock: AgentClock


class DeviceAgent:
    """One start of a collection device. Not to be shared between threads.

    `boot_id`: 16 fresh random bytes at each start. Samples of the present and of a backfilled past
    never share a batch.
    """

    def __init__(
        self,
        identity: DeviceIdentity,
        *,
        boot_id: bytes,
        ports: AgentPorts,
        policy: CutPolicy = _LIVE,
    ) -> None:
        self._queue = ports.queue
        self._clock = ports.clock
        self._policy = policy
        self._sealer = Sealer(identity, boot_id=boot_id, clock=ports.clock)
        self._cutter = Cutter(samples_per_batch=policy.samples)
        self._backfill = False
        self._held_since_ms = 0
        self._courier = Courier(
            send=ports.send,
            queue=ports.queue,
            clock=ports.clock,
            spread=identity.device_id.bytes + boot_id,
        )

    def record(self, samples: Samples, *, urgent: bool = False, backfill: bool = False) -> None:
        """Take samples; full batches go to the queue, and with `urgent` all of them at once.

        Raises: QueueFull, InvalidSamples, BatchTooLarge; then nothing was taken.
        """
        if not row_count(samples):
            return
        check_samples(samples, limits=DEFAULT_LIMITS)
        alone = backfill != self._backfill
        self._need_room(self._cutter.batches_of(samples, alone=alone, whole=urgent))
        if alone:
            self._keep(self._cutter.flush())
            self._backfill = backfill
        if not self._cutter.held_rows:
            self._held_since_ms = self._clock.monotonic_ms()
        cut = self._cutter.add(samples)
        if cut:
            self._held_since_ms = self._clock.monotonic_ms()
        self._keep(cut)
        if urgent:
            self._keep(self._cutter.flush())

    def end_session(self) -> None:
        """Put what is held back into the queue: nothing of the same kind follows.

        Raises: QueueFull, and what is held back stays so.
        """
        if self._cutter.held_rows:
            self._need_room(1)
            self._keep(self._cutter.flush())

    def deliver(self, *, at_most: int | None = None) -> Delivery:
        """Return what became of the batches that waited; samples held too long join them first."""
        waited_s = (self._clock.monotonic_ms() - self._held_since_ms) / 1_000
        if waited_s >= self._policy.age_s and self._queue.room() > 0:
            self.end_session()
        return self._courier.deliver(at_most=at_most)

    def _need_room(self, batches: int) -> None:
        if self._queue.room() < batches:
            raise QueueFull(
                f"{batches} batches would not fit: the queue has room for {self._queue.room()}."
            )

    def _keep(self, cut: list[Samples]) -> None:
        for samples in cut:
            self._queue.append(self._sealer.seal(samples, backfill=self._backfill))
