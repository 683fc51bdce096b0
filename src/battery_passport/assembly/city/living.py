"""Lets the cars of a city live on in real time, each behind a device of its own.

In: residents and the platform's address. Out: batches sent as a car would; monthly events recorded.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from battery_passport.adapters.sql.projections import ProjectionStore
from battery_passport.assembly.city.plan import CityPlan
from battery_passport.assembly.city.seeding import Resident
from battery_passport.assembly.city.transport import HttpTransport
from battery_passport.assembly.finding import DEFAULT_ORGANISATION
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.recording import record_event
from battery_passport.device_agent.agent import AgentPorts, DeviceAgent
from battery_passport.device_agent.clocks import MachineClock
from battery_passport.device_agent.errors import QueueFull
from battery_passport.device_agent.queueing import MemoryQueue
from battery_passport.foundation.clock import from_unix_ms
from battery_passport.lifecycle.service import ReportedEvent
from battery_passport.simulation.lifecycle_events import lifecycle_events
from battery_passport.simulation.live import LivePiece, live

LOOK_EVERY_S = 5.0
_LATE = timedelta(minutes=5)


@dataclass(slots=True)
class _LivingCar:
    resident: Resident
    agent: DeviceAgent
    life: Iterator[list[LivePiece]]
    backlog: list[LivePiece]


class LivingCity:
    """The present of a city; `step` is called again and again from one thread."""

    def __init__(
        self,
        installation: Installation,
        plan: CityPlan,
        residents: Sequence[Resident],
        *,
        address: str,
    ) -> None:
        self._installation = installation
        self._events_until = plan.past_ends_at
        parts = urlsplit(address)
        transport = HttpTransport(str(parts.hostname), int(parts.port or 80))
        self._cars = [self._awake(resident, plan, transport) for resident in residents]

    def step(self) -> None:
        """Take what the cars measured since the last step, and send what can be sent."""
        for car in self._cars:
            car.backlog.extend(next(car.life))
            self._record(car)
            car.agent.deliver()
        self._record_events()

    def _awake(self, resident: Resident, plan: CityPlan, transport: HttpTransport) -> _LivingCar:
        clock = self._installation.clock
        ports = AgentPorts(send=transport, queue=MemoryQueue(), clock=MachineClock())
        agent = DeviceAgent(
            resident.identity, boot_id=secrets.token_bytes(len(resident.boot_id)), ports=ports
        )
        since = self._last_heard(resident) or plan.past_ends_at
        return _LivingCar(resident, agent, live(resident.car, since, clock), [])

    def _last_heard(self, resident: Resident) -> datetime | None:
        with self._installation.database.read() as connection:
            last_ms = ProjectionStore(connection).last_sample_ms(resident.battery.battery_id)
        return None if last_ms is None else from_unix_ms(last_ms + 1)

    def _record(self, car: _LivingCar) -> None:
        while car.backlog:
            piece = car.backlog[0]
            latest = from_unix_ms(int(piece.samples.sampled_at_ms[-1]))
            late = self._installation.clock.now() - latest > _LATE
            try:
                car.agent.record(piece.samples, backfill=late)
                if piece.finished:
                    car.agent.end_session()
            except QueueFull:
                return
            car.backlog.pop(0)

    def _record_events(self) -> None:
        now = self._installation.clock.now()
        for car in self._cars:
            for planned in lifecycle_events(car.resident.car, now, since=self._events_until):
                reported = ReportedEvent(
                    event_type=planned.event_type,
                    occurred_at=planned.occurred_at,
                    recorded_by=DEFAULT_ORGANISATION,
                    payload=planned.payload,
                )
                with self._installation.database.write() as connection:
                    record_event(connection, car.resident.battery, reported, now)
        self._events_until = now
