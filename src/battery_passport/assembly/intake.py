"""The road of every batch: checked, made durable in a group, only then acknowledged.

In: signed batches over any transport. Out: a durable outcome for each, or a refusal.
"""

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence import EvidenceStore, Outcome, ReceivedBatch
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.registry.model import DeviceKind
from battery_passport.telemetry.envelope import open_envelope, verify_envelope
from battery_passport.telemetry.errors import ForeignBattery, UnknownDevice
from battery_passport.telemetry.model import Envelope

GROUP_BATCHES = 512
"""At most so many batches share one transaction, and with it one wait for the disk."""

_IDLE_S = 0.2


class IntakeOverloaded(TemporarilyUnavailable):
    """More batches wait for the disk than may; nothing of this one was kept."""

    code = "intake-overloaded"
    remedy = "Keep the batch and send it again after the time given."


@dataclass(frozen=True, slots=True)
class _Sender:
    """What the intake knows of a device; `battery_id` is None for the importer."""

    public_key: bytes
    battery_id: UUID | None


class DeviceDirectory:
    """Devices and battery references by their names, read from the registry once each.

    Enrolments only ever add rows in this release, so what was read stays true.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._senders: dict[UUID, _Sender] = {}
        self._batteries: dict[bytes, UUID] = {}

    def sender(self, device_id: UUID) -> _Sender:
        """Return a device's key and battery. Raises: UnknownDevice."""
        known = self._senders.get(device_id)
        return known if known is not None else self._read_sender(device_id)

    def battery(self, battery_ref: bytes) -> UUID:
        """Return the battery of a reference. Raises: ForeignBattery."""
        known = self._batteries.get(battery_ref)
        return known if known is not None else self._read_battery(battery_ref)

    def _read_sender(self, device_id: UUID) -> _Sender:
        with self._database.read() as connection:
            device = RegistryStore(connection).device(device_id)
        if device is None:
            raise UnknownDevice(f"No device {device_id} is enrolled here.")
        bound = None if device.kind is DeviceKind.IMPORTER else device.battery_id
        sender = _Sender(public_key=device.public_key, battery_id=bound)
        self._senders[device_id] = sender
        return sender

    def _read_battery(self, battery_ref: bytes) -> UUID:
        with self._database.read() as connection:
            battery = RegistryStore(connection).battery_by_ref(battery_ref)
        if battery is None:
            raise ForeignBattery("The batch names a battery that is not registered here.")
        self._batteries[battery_ref] = battery.battery_id
        return battery.battery_id


def admit_batch(encoded: bytes, directory: DeviceDirectory, received_at: datetime) -> ReceivedBatch:
    """Return a batch whose form, signature and battery were checked.

    Raises: MalformedBatch, BatchTooLarge, UnknownDevice, WrongSignature, ForeignBattery.
    """
    envelope = open_envelope(encoded)
    sender = directory.sender(envelope.claims.device_id)
    verify_envelope(envelope, sender.public_key)
    battery_id = directory.battery(envelope.claims.battery_ref)
    if sender.battery_id is not None and sender.battery_id != battery_id:
        raise ForeignBattery("The device is not enrolled for the battery that the batch names.")
    return _received(envelope, battery_id, received_at)


def _received(envelope: Envelope, battery_id: UUID, received_at: datetime) -> ReceivedBatch:
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
        return EvidenceStore(connection).append_group(group)


class IngestWriter:
    """One thread that commits groups: whatever waits when the disk is free shares one commit."""

    def __init__(self, database: Database, *, queue_batches: int) -> None:
        self._database = database
        self._waiting: queue.Queue[tuple[ReceivedBatch, Future[Outcome]]] = queue.Queue(
            maxsize=queue_batches
        )
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ingest-writer", daemon=True)

    def start(self) -> None:
        """Begin to take batches."""
        self._thread.start()

    def stop(self) -> None:
        """Commit what waits, then end."""
        self._stopping.set()
        self._thread.join()

    def submit(self, batch: ReceivedBatch) -> Future[Outcome]:
        """Return a future that ends once the batch is durable. Raises: IntakeOverloaded."""
        future: Future[Outcome] = Future()
        try:
            self._waiting.put_nowait((batch, future))
        except queue.Full as error:
            raise IntakeOverloaded(
                f"{self._waiting.maxsize} batches wait for the disk already."
            ) from error
        return future

    def waiting(self) -> int:
        """Return how many batches wait for the disk."""
        return self._waiting.qsize()

    def _run(self) -> None:
        while not (self._stopping.is_set() and self._waiting.empty()):
            group = self._next_group()
            if group:
                self._commit(group)

    def _next_group(self) -> list[tuple[ReceivedBatch, Future[Outcome]]]:
        try:
            group = [self._waiting.get(timeout=_IDLE_S)]
        except queue.Empty:
            return []
        while len(group) < GROUP_BATCHES:
            try:
                group.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return group

    def _commit(self, group: list[tuple[ReceivedBatch, Future[Outcome]]]) -> None:
        try:
            outcomes = store_group(self._database, [batch for batch, _future in group])
        except Exception as error:  # noqa: BLE001 - each sender must hear that nothing was kept
            for _batch, future in group:
                future.set_exception(error)
            return
        for (_batch, future), outcome in zip(group, outcomes, strict=True):
            future.set_result(outcome)
