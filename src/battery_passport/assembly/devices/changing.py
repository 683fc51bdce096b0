"""What an operator does to a device: suspends, lifts that, moves, replaces, retires.

In: requests of verbs or pages. Out: the device as it stands then; every change leaves its trace.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.devices import DeviceStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.devices.codes import describe_code, save_code
from battery_passport.assembly.devices.listing import describe_device
from battery_passport.assembly.devices.tracing import (
    FITTED,
    TAKEN_OFF,
    note_act,
    note_on_battery,
)
from battery_passport.assembly.finding import find_battery
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.requests import Asked
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.devices.codes import USUAL_LIFE
from battery_passport.registry.devices.errors import DeviceStandsOtherwise, NoSuchDevice
from battery_passport.registry.devices.model import DeviceLife, Standing
from battery_passport.registry.devices.rules import OVERLAP, check_change
from battery_passport.registry.errors import InvalidRegistration, UnknownBattery

SUSPENDED, LIFTED, RETIRED = "device-suspended", "device-suspension-lifted", "device-retired"
MOVED = "device-moved"
REASONS = ("lost", "stolen", "implausible", "maintenance", "other")


def suspend_device(installation: Installation, request: JsonObject) -> JsonObject:
    """Take nothing more from a device until that is lifted."""
    asked = Asked(request)
    reason = asked.optional_text("reason") or "other"
    if reason not in REASONS:
        raise InvalidRegistration(f"The reason is one of {', '.join(REASONS)}.")
    return _stand(installation, asked, (Standing.ACTIVE, Standing.SUSPENDED), reason)


def lift_suspension(installation: Installation, request: JsonObject) -> JsonObject:
    """Take a suspended device's batches again."""
    return _stand(installation, Asked(request), (Standing.SUSPENDED, Standing.ACTIVE), "")


def _stand(
    installation: Installation, asked: Asked, change: tuple[Standing, Standing], reason: str
) -> JsonObject:
    before, after = change
    moment = installation.clock.now()
    with installation.database.write() as connection:
        store = DeviceStore(connection)
        life = life_of(store, asked)
        check_change(life, before)
        store.set_standing(life, after, reason=reason, at=moment)
        note_act(
            connection,
            SUSPENDED if after is Standing.SUSPENDED else LIFTED,
            device_id=life.device_id,
            battery_id=life.battery_id,
            moment=moment,
            details={"reason": reason} if reason else None,
            by=asked.optional_id("by"),
        )
    return _told(installation, life.device_id)


def move_device(installation: Installation, request: JsonObject) -> JsonObject:
    """Let a device send for another battery; what it collected for the former still counts."""
    asked = Asked(request)
    moment = installation.clock.now()
    with installation.database.write() as connection:
        store = DeviceStore(connection)
        life = life_of(store, asked)
        check_change(life, Standing.ACTIVE)
        battery = find_battery(RegistryStore(connection), asked.text("battery"))
        if battery.battery_id == life.battery_id:
            raise DeviceStandsOtherwise("The device is on that battery already.")
        _leave_battery(connection, life, reason="moved", moment=moment)
        store.fit(life.device_id, battery.battery_id, moment)
        note_on_battery(
            connection,
            FITTED,
            battery_id=battery.battery_id,
            device_id=life.device_id,
            reason="moved",
            moment=moment,
        )
        note_act(
            connection,
            MOVED,
            device_id=life.device_id,
            battery_id=battery.battery_id,
            moment=moment,
            by=asked.optional_id("by"),
        )
    return _told(installation, life.device_id)


def replace_device(installation: Installation, request: JsonObject) -> JsonObject:
    """Return a code for the device that takes the place of this one on its battery."""
    asked = Asked(request)
    moment = installation.clock.now()
    with installation.database.write() as connection:
        life = life_of(DeviceStore(connection), asked)
        battery_id = life.battery_id
        battery = None if battery_id is None else RegistryStore(connection).battery(battery_id)
        if battery is None:
            raise DeviceStandsOtherwise("The device is on no battery.")
        code = save_code(
            connection,
            battery.battery_id,
            moment=moment,
            replaces=life.device_id,
            by=asked.optional_id("by"),
        )
    installation.pipeline.settle()
    return describe_code(installation, battery, code, expires_at=moment + USUAL_LIFE)


def retire_device(installation: Installation, request: JsonObject) -> JsonObject:
    """End a device's service; of a compromised one nothing that comes in from now on counts."""
    asked = Asked(request)
    moment = installation.clock.now()
    compromised = asked.flag("compromised")
    with installation.database.write() as connection:
        store = DeviceStore(connection)
        life = life_of(store, asked)
        check_change(life, Standing.ACTIVE, Standing.SUSPENDED)
        reason, by = "compromised" if compromised else "end", asked.optional_id("by")
        take_off(connection, life, reason=reason, moment=moment, by=by)
        if compromised:
            store.close_keys(life.device_id, sealed_until=moment, taken_until=moment)
    return _told(installation, life.device_id)


def take_off(
    connection: Connection,
    life: DeviceLife,
    *,
    reason: str,
    moment: datetime,
    by: UUID | None = None,
) -> None:
    """Retire a device: what it collected before may still come in."""
    store = DeviceStore(connection)
    _leave_battery(connection, life, reason=reason, moment=moment)
    store.set_standing(life, Standing.RETIRED, reason=reason, at=moment)
    note_act(
        connection,
        RETIRED,
        device_id=life.device_id,
        battery_id=life.battery_id,
        moment=moment,
        details={"reason": reason},
        by=by,
    )


def _leave_battery(
    connection: Connection, life: DeviceLife, *, reason: str, moment: datetime
) -> None:
    overlap = timedelta() if reason == "compromised" else OVERLAP
    DeviceStore(connection).remove(life.device_id, at=moment, taken_until=moment + overlap)
    if life.battery_id is not None:
        note_on_battery(
            connection,
            TAKEN_OFF,
            battery_id=life.battery_id,
            device_id=life.device_id,
            reason=reason,
            moment=moment,
        )


def life_of(store: DeviceStore, asked: Asked) -> DeviceLife:
    """Return the device that a request names. Raises: NoSuchDevice."""
    text = asked.text("device")
    try:
        life = store.life(UUID(text))
    except ValueError:
        life = None
    if life is None:
        raise NoSuchDevice(f"No device {text[:60]!r} is enrolled here.")
    return life


def _told(installation: Installation, device_id: UUID) -> JsonObject:
    installation.pipeline.settle()
    with installation.database.read() as connection:
        life = DeviceStore(connection).life(device_id)
        if life is None:
            raise UnknownBattery(f"Device {device_id} is gone.")
        return describe_device(connection, life, installation.clock.now())
