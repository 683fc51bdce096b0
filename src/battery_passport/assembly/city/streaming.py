"""Devices that live on: what each car measures goes through a real agent over a real transport.

In: cars with their devices, a way to send, a clock that may run fast. Out: batches, acknowledged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from battery_passport.device_agent.agent import AgentPorts, DeviceAgent
from battery_passport.device_agent.clocks import MachineClock
from battery_passport.device_agent.errors import QueueFull
from battery_passport.device_agent.model import Delivery, DeviceIdentity
from battery_passport.device_agent.ports import SendBatch
from battery_passport.device_agent.queueing import MemoryQueue
from battery_passport.foundation.clock import Clock, from_unix_ms
from battery_passport.simulation.live import LivePiece, live
from battery_passport.simulation.measurement import Keep
from battery_passport.simulation.model import Car

_LATE = timedelta(minutes=5)


class FastClock:
    """A clock that starts in the past and runs so many times as fast, until it has caught up."""

    def __init__(self, clock: Clock, *, starts_at: datetime, speed: float) -> None:
        self._clock = clock
        self._began_at = clock.now()
        self._starts_at = starts_at
        self._speed = speed

    def now(self) -> datetime:
        """Return the city's time, never later than the real one."""
        real = self._clock.now()
        return min(real, self._starts_at + self._speed * (real - self._began_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCar:
    """A car, the device that watches it, and where its reports begin."""

    car: Car
    identity: DeviceIdentity
    boot_id: bytes
    since: datetime
    copy: int = 0


@dataclass(slots=True)
class Sent:
    """What devices have come to since they began."""

    samples: int = 0
    batches: int = 0
    duplicates: int = 0
    refused: int = 0
    waiting: int = 0

    def add(self, delivery: Delivery) -> None:
        """Count what one round of a device came to; what waits is counted anew each round."""
        self.batches += delivery.acknowledged
        self.duplicates += delivery.duplicates
        self.refused += delivery.refused
        self.waiting += delivery.waiting


@dataclass(slots=True)
class _Running:
    agent: DeviceAgent
    life: Iterator[list[LivePiece]]
    backlog: list[LivePiece] = field(default_factory=list)


class Devices:
    """Some cars' devices behind one transport; `step` is called again and again from one thread."""

    def __init__(
        self,
        cars: Sequence[LiveCar],
        *,
        send: Sequence[SendBatch],
        clock: Clock,
        keep: Keep | None = None,
    ) -> None:
        self.sent = Sent()
        self._running = [
            self._started(each, way, clock, keep) for each, way in zip(cars, send, strict=True)
        ]

    def step(self) -> Sent:
        """Take what the cars measured since the last step, send what can be sent; return counts."""
        self.sent.waiting = 0
        for device in self._running:
            device.backlog.extend(next(device.life))
            self._record(device)
            self.sent.add(device.agent.deliver())
        return self.sent

    def _started(self, each: LiveCar, send: SendBatch, clock: Clock, keep: Keep | None) -> _Running:
        ports = AgentPorts(send=send, queue=MemoryQueue(), clock=MachineClock())
        agent = DeviceAgent(each.identity, boot_id=each.boot_id, ports=ports)
        return _Running(agent, live(each.car, each.since, clock, copy=each.copy, keep=keep))

    def _record(self, device: _Running) -> None:
        while device.backlog:
            piece = device.backlog[0]
            latest = from_unix_ms(int(piece.samples.sampled_at_ms[-1]))
            late = datetime.now(UTC) - latest > _LATE
            try:
                device.agent.record(piece.samples, urgent=piece.urgent, backfill=late)
                if piece.finished:
                    device.agent.end_session()
            except QueueFull:
                return
            self.sent.samples += int(piece.samples.sampled_at_ms.shape[0])
            device.backlog.pop(0)
