"""Lets the cars of a city live on in real time, each behind a device of its own.

In: residents and the platform's address. Out: batches sent as a car would; monthly events recorded.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from battery_passport.adapters.sql.projections import ProjectionStore
from battery_passport.assembly.city.streaming import Devices, LiveCar
from battery_passport.assembly.city.transport import HttpTransport
from battery_passport.assembly.finding import DEFAULT_ORGANISATION
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.seeding import Resident
from battery_passport.assembly.recording import record_event
from battery_passport.assembly.simulated.plan import CityPlan
from battery_passport.foundation.clock import from_unix_ms
from battery_passport.lifecycle.service import ReportedEvent
from battery_passport.simulation.lifecycle_events import lifecycle_events

LOOK_EVERY_S = 5.0


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
        self._residents = residents
        self._events_until = plan.past_ends_at
        parts = urlsplit(address)
        transport = HttpTransport(str(parts.hostname), int(parts.port or 80))
        self._devices = Devices(
            [self._awake(resident, plan) for resident in residents],
            send=[transport] * len(residents),
            clock=installation.clock,
        )

    def step(self) -> None:
        """Take what the cars measured since the last step, and send what can be sent."""
        self._devices.step()
        self._record_events()

    def _awake(self, resident: Resident, plan: CityPlan) -> LiveCar:
        return LiveCar(
            car=resident.car,
            identity=resident.identity,
            boot_id=secrets.token_bytes(len(resident.boot_id)),
            since=self._last_heard(resident) or plan.past_ends_at,
        )

    def _last_heard(self, resident: Resident) -> datetime | None:
        with self._installation.database.read() as connection:
            last_ms = ProjectionStore(connection).last_sample_ms(resident.battery.battery_id)
        return None if last_ms is None else from_unix_ms(last_ms + 1)

    def _record_events(self) -> None:
        now = self._installation.clock.now()
        for resident in self._residents:
            for planned in lifecycle_events(resident.car, now, since=self._events_until):
                reported = ReportedEvent(
                    event_type=planned.event_type,
                    occurred_at=planned.occurred_at,
                    recorded_by=DEFAULT_ORGANISATION,
                    payload=planned.payload,
                )
                with self._installation.database.write() as connection:
                    record_event(connection, resident.battery, reported, now)
        self._events_until = now
