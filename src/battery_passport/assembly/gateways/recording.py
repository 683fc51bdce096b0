"""One message, one batch: signed by the gateway, the same bytes however often it is sent.

In: rows of a message and its battery. Out: a durable batch. A charger that sends a message again
for want of an answer changes nothing, because nothing in the batch depends on when it came.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import timedelta

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence import Outcome, ReceivedBatch
from battery_passport.adapters.sql.gateway_evidence import is_stored
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.gateways.bound import BoundBattery
from battery_passport.assembly.gateways.identity import Gateway
from battery_passport.assembly.ingest_writer import IngestWriter
from battery_passport.assembly.intake import admit_batch
from battery_passport.foundation.clock import Clock, from_unix_ms
from battery_passport.telemetry.envelope import seal_batch
from battery_passport.telemetry.model import BatchClaims
from battery_passport.telemetry.rows import Row, samples_of_rows

LATE = timedelta(minutes=5)
"""What is older than that when it comes was kept while a connection was down."""

_BOOT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a message says of a battery; `digest` names the message."""

    digest: bytes
    rows: tuple[Row, ...]
    assumptions: tuple[str, ...]
    backfill: bool = False


class Recorder:
    """Seals messages and sees them durable."""

    def __init__(
        self, database: Database, gateway: Gateway, *, writer: IngestWriter, clock: Clock
    ) -> None:
        self._database = database
        self._gateway = gateway
        self._writer = writer
        self._clock = clock
        self._directory = DeviceDirectory(database)

    async def record(self, message: Message, battery: BoundBattery) -> Outcome:
        """Return once the message's batch is durable.

        Raises: IntakeOverloaded, NotDurable, DatabaseBusy, InvalidSamples, SuspendedDevice.
        """
        batch = await asyncio.to_thread(self.sealed, message, battery)
        return Outcome.DUPLICATE if batch is None else await self._writer.submit(batch)

    def sealed(self, message: Message, battery: BoundBattery) -> ReceivedBatch | None:
        """Return the checked batch of a message, None if it is evidence already.

        Raises: InvalidSamples, MalformedBatch, SuspendedDevice.
        """
        received_at = self._clock.now()
        newest_ms = max(row.sampled_at_ms for row in message.rows)
        is_late = received_at - from_unix_ms(newest_ms) > LATE
        if is_late and not message.backfill and self._was_stored(message, battery):
            return None
        encoded = seal_batch(
            claims=self._claims(
                message, battery, backfill=message.backfill or is_late, newest_ms=newest_ms
            ),
            samples=samples_of_rows(message.rows),
            signing_key=self._gateway.sign,
            assumptions=message.assumptions,
        )
        return admit_batch(encoded, self._directory, received_at)

    def _was_stored(self, message: Message, battery: BoundBattery) -> bool:
        """Return whether a message that comes late came in time before."""
        boot_id = _boot_id(message, battery, backfill=False)
        with self._database.read() as connection:
            return is_stored(connection, self._gateway.device_id, boot_id)

    def _claims(
        self, message: Message, battery: BoundBattery, *, backfill: bool, newest_ms: int
    ) -> BatchClaims:
        return BatchClaims(
            device_id=self._gateway.device_id,
            boot_id=_boot_id(message, battery, backfill=backfill),
            sequence=0,
            collected_at=from_unix_ms(newest_ms),
            monotonic_ms=0,
            backfill=backfill,
            battery_ref=battery.battery_ref,
        )


def _boot_id(message: Message, battery: BoundBattery, *, backfill: bool) -> bytes:
    """Return 16 bytes that name a message within the gateway, in place of a boot and a number."""
    # The digest is keyed: nobody else can tell from these bytes what was said where.
    parts = message.digest + battery.battery_ref + bytes([backfill])
    return hashlib.sha256(parts).digest()[:_BOOT_BYTES]
