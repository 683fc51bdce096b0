"""What the desks of one process share: where evidence goes, whom tokens stand for, what is counted.

In: messages of chargers or cars. Out: evidence, or readings kept aside; both durable on return.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.gateway_bindings import BindingKind
from battery_passport.assembly.gateways.bound import BoundBatteries, BoundBattery
from battery_passport.assembly.gateways.keeping import Origin, keep_aside
from battery_passport.assembly.gateways.recording import Message, Recorder
from battery_passport.assembly.gateways.reports import Figures
from battery_passport.assembly.gateways.subjects import Hasher
from battery_passport.foundation.clock import Clock

UNBOUND: Final = "unbound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One process of a gateway."""

    gateway: str
    database: Database
    clock: Clock
    recorder: Recorder
    bound: BoundBatteries
    hasher: Hasher
    figures: Figures

    async def find(self, kind: BindingKind, text: str) -> BoundBattery | None:
        """Return the battery that a token, vehicle or pack stands for."""
        if not text:
            return None
        subject = self.hasher.subject(kind, text)
        return await asyncio.to_thread(self.bound.find, kind, subject)

    async def record(self, message: Message, battery: BoundBattery) -> None:
        """Return once a message is evidence. Raises: as `Recorder.record`."""
        begun_s = time.monotonic()
        await self.recorder.record(message, battery)
        self.figures.note_lag(time.monotonic() - begun_s)

    async def keep(
        self, message: Message, *, source: str, subject: bytes | None, reason: str = UNBOUND
    ) -> None:
        """Return once a message is kept aside. Raises: KeptFull, DatabaseBusy."""
        origin = Origin(gateway=self.gateway, source=source, subject=subject, reason=reason)
        await asyncio.to_thread(keep_aside, self.database, message, origin, clock=self.clock)
        self.figures.add("kept_aside")
