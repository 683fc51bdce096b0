"""Devices and battery references by their names, as the intake of every transport asks for them.

In: ids and references out of batches. Out: the battery that a batch is of, or a refusal.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.devices import DeviceStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.registry.devices.model import DeviceLife, Standing
from battery_passport.registry.devices.rules import check_standing, keys_for, may_send_for
from battery_passport.registry.model import DeviceKind
from battery_passport.telemetry.envelope import verify_envelope, verify_with_one_of
from battery_passport.telemetry.errors import ForeignBattery, UnknownDevice
from battery_passport.telemetry.model import Envelope

LOOK_EVERY_S = 2.0
"""A change of any device is noticed by every process within this time, or with the next batch."""

_SENDS_FOR_ANY = frozenset({DeviceKind.IMPORTER, DeviceKind.GATEWAY})
"""Devices of the platform's own: whom they send for is decided where they are wired."""


@dataclass(frozen=True, slots=True)
class Sender:
    """What the intake knows of a device; `battery_id` is None for the platform's own devices.

    `life` is None where the present is all there is: an active device with its first key and
    battery, as nearly all are.
    """

    public_key: bytes
    battery_id: UUID | None
    life: DeviceLife | None = None


class DeviceDirectory:
    """Devices and battery references, kept in memory until some device changes.

    Every change is counted in one row; the count is looked at every few seconds.
    """

    def __init__(
        self, database: Database, *, monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._monotonic_s = monotonic_s
        self._senders: dict[UUID, Sender] = {}
        self._batteries: dict[bytes, UUID] = {}
        self._changes = -1
        self._look_at_s = float("-inf")

    def admit(self, envelope: Envelope, received_at: datetime) -> UUID:
        """Return the battery of a batch whose device may send it.

        Raises: UnknownDevice, SuspendedDevice, WrongSignature, ForeignBattery.
        """
        sender = self.sender(envelope.claims.device_id)
        if sender.life is not None:
            check_standing(sender.life)
        _check_signature(envelope, sender, received_at)
        battery_id = self.battery(envelope.claims.battery_ref)
        if not _may_be_of(envelope, sender, battery_id, received_at):
            raise ForeignBattery("The device is not enrolled for the battery that the batch names.")
        return battery_id

    def sender(self, device_id: UUID) -> Sender:
        """Return a device's key and battery. Raises: UnknownDevice."""
        self._notice_changes()
        known = self._senders.get(device_id)
        return known if known is not None else self._read_sender(device_id)

    def battery(self, battery_ref: bytes) -> UUID:
        """Return the battery of a reference. Raises: ForeignBattery."""
        known = self._batteries.get(battery_ref)
        return known if known is not None else self._read_battery(battery_ref)

    def _notice_changes(self) -> None:
        now_s = self._monotonic_s()
        if now_s < self._look_at_s:
            return
        with self._database.read() as connection:
            changes = DeviceStore(connection).changes()
        if changes != self._changes:
            self._senders.clear()
        self._changes = changes
        self._look_at_s = now_s + LOOK_EVERY_S

    def _read_sender(self, device_id: UUID) -> Sender:
        with self._database.read() as connection:
            device = RegistryStore(connection).device(device_id)
            life = DeviceStore(connection).life(device_id)
        if device is None or life is None:
            raise UnknownDevice(f"No device {device_id} is enrolled here.")
        bound = None if device.kind in _SENDS_FOR_ANY else device.battery_id
        sender = Sender(device.public_key, bound, None if _is_plain(life) else life)
        self._senders[device_id] = sender
        return sender

    def _read_battery(self, battery_ref: bytes) -> UUID:
        with self._database.read() as connection:
            battery = RegistryStore(connection).battery_by_ref(battery_ref)
        if battery is None:
            raise ForeignBattery("The batch names a battery that is not registered here.")
        self._batteries[battery_ref] = battery.battery_id
        return battery.battery_id


def _is_plain(life: DeviceLife) -> bool:
    return (
        life.standing is Standing.ACTIVE
        and [each.taken_until for each in life.keys] == [None]
        and all(each.removed_at is None for each in life.fittings)
    )


def _check_signature(envelope: Envelope, sender: Sender, received_at: datetime) -> None:
    if sender.life is None:
        verify_envelope(envelope, sender.public_key)
        return
    collected_at = envelope.claims.collected_at
    keys = keys_for(sender.life, collected_at=collected_at, received_at=received_at)
    verify_with_one_of(envelope, keys)


def _may_be_of(envelope: Envelope, sender: Sender, battery_id: UUID, received_at: datetime) -> bool:
    if sender.life is None or sender.life.kind in _SENDS_FOR_ANY:
        return sender.battery_id in {None, battery_id}
    return may_send_for(
        sender.life,
        battery_id,
        collected_at=envelope.claims.collected_at,
        received_at=received_at,
    )
