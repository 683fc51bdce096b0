"""The road of every batch: checked, made durable in a group, only then acknowledged.

In: signed batches over any transport. Out: a durable outcome for each, or a refusal.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence import EvidenceStore, Outcome, ReceivedBatch
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.model import Envelope

GROUP_BATCHES = 512
"""At most so many batches share one transaction, and with it one wait for the disk."""

_LOG = logging.getLogger(__name__)


def admit_batch(encoded: bytes, directory: DeviceDirectory, received_at: datetime) -> ReceivedBatch:
    """Return a batch whose form, signature and battery were checked.

    Raises: MalformedBatch, BatchTooLarge, UnknownDevice, SuspendedDevice, WrongSignature,
    ForeignBattery.
    """
    envelope = open_envelope(encoded)
    battery_id = directory.admit(envelope, received_at)
    return received(envelope, battery_id, received_at)


def received(envelope: Envelope, battery_id: UUID, received_at: datetime) -> ReceivedBatch:
    """Return an admitted batch as it goes to the disk."""
    claims = envelope.claims
    return ReceivedBatch(
        digest=envelope.digest,
        device_id=claims.device_id,
        boot_id=claims.boot_id,
        sequence=claims.sequence,
        battery_id=battery_id,
        collected_at=claims.collected_at,
        received_at=received_at,
        encoded=envelope.encoded,
    )


def store_group(database: Database, group: Sequence[ReceivedBatch]) -> list[Outcome]:
    """Return what became of each batch, all of it durable."""
    with database.append() as connection:
        outcomes = EvidenceStore(connection).append_group(group)
    for batch, outcome in zip(group, outcomes, strict=True):
        if outcome is Outcome.QUARANTINED:
            _alarm(batch)
    return outcomes


def _alarm(batch: ReceivedBatch) -> None:
    """Tell people that a device signed two different batches under one number."""
    _LOG.warning(
        "batch %s of device %s repeats number %d of boot %s with other bytes: quarantined",
        batch.digest.hex(),
        batch.device_id,
        batch.sequence,
        batch.boot_id.hex(),
    )
