"""Devices and battery references by their names, as the intake of every transport asks for them.

In: ids and references out of batches. Out: the key and battery of each, or a refusal.
"""

from dataclasses import dataclass
from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.registry.model import DeviceKind
from battery_passport.telemetry.errors import ForeignBattery, UnknownDevice

_SENDS_FOR_ANY = frozenset({DeviceKind.IMPORTER, DeviceKind.GATEWAY})
"""Devices of the platform's own: whom they send for is decided where they are wired."""


@dataclass(frozen=True, slots=True)
class Sender:
    """What the intake knows of a device; `battery_id` is None for the platform's own devices."""

    public_key: bytes
    battery_id: UUID | None


class DeviceDirectory:
    """Devices and battery references by their names, read from the registry once each.

    Enrolments only ever add rows in this release, so what was read stays true.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._senders: dict[UUID, Sender] = {}
        self._batteries: dict[bytes, UUID] = {}

    def sender(self, device_id: UUID) -> Sender:
        """Return a device's key and battery. Raises: UnknownDevice."""
        known = self._senders.get(device_id)
        return known if known is not None else self._read_sender(device_id)

    def battery(self, battery_ref: bytes) -> UUID:
        """Return the battery of a reference. Raises: ForeignBattery."""
        known = self._batteries.get(battery_ref)
        return known if known is not None else self._read_battery(battery_ref)

    def _read_sender(self, device_id: UUID) -> Sender:
        with self._database.read() as connection:
            device = RegistryStore(connection).device(device_id)
        if device is None:
            raise UnknownDevice(f"No device {device_id} is enrolled here.")
        bound = None if device.kind in _SENDS_FOR_ANY else device.battery_id
        sender = Sender(public_key=device.public_key, battery_id=bound)
        self._senders[device_id] = sender
        return sender

    def _read_battery(self, battery_ref: bytes) -> UUID:
        with self._database.read() as connection:
            battery = RegistryStore(connection).battery_by_ref(battery_ref)
        if battery is None:
            raise ForeignBattery("The batch names a battery that is not registered here.")
        self._batteries[battery_ref] = battery.battery_id
        return battery.battery_id
