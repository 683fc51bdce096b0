"""Whether a batch of a device may come in now, by the life of the device.

In: a device's life, the times of a batch. Out: its keys and batteries that count.
A device's own clock may be wrong, so limits by time of collection are generous and those by time
of receipt are strict.
"""

from datetime import datetime, timedelta
from uuid import UUID

from battery_passport.registry.devices.errors import DeviceStandsOtherwise, SuspendedDevice
from battery_passport.registry.devices.model import DeviceLife, Standing

OVERLAP = timedelta(days=90)
"""So long after a change what was collected before it may still come in: cars stand in garages."""

CLOCK_ALLOWANCE = timedelta(days=1)
"""So far a device's clock may be ahead when it says that it collected before a removal."""


SUSPENDED_WAIT_S = 600.0
"""So often a suspended device may ask whether it is in service again."""


def check_standing(life: DeviceLife) -> None:
    """Return unless the device is suspended. Raises: SuspendedDevice."""
    if life.standing is Standing.SUSPENDED:
        raise SuspendedDevice(
            f"Device {life.device_id} is suspended.", retry_after_s=SUSPENDED_WAIT_S
        )


def keys_for(
    life: DeviceLife, *, collected_at: datetime, received_at: datetime
) -> tuple[bytes, ...]:
    """Return the keys that may have signed a batch of these times, the current one first."""
    return tuple(
        key.public_key
        for key in life.keys
        if key.taken_until is None
        or (
            received_at < key.taken_until
            and (key.sealed_until is None or collected_at <= key.sealed_until)
        )
    )


def may_send_for(
    life: DeviceLife, battery_id: UUID, *, collected_at: datetime, received_at: datetime
) -> bool:
    """Return whether a batch of these times may be of that battery."""
    return any(
        fitting.removed_at is None
        or (
            fitting.taken_until is not None
            and received_at < fitting.taken_until
            and collected_at <= fitting.removed_at + CLOCK_ALLOWANCE
        )
        for fitting in life.fittings
        if fitting.battery_id == battery_id
    )


def check_change(life: DeviceLife, *allowed: Standing) -> None:
    """Return if the device stands in one of these ways. Raises: DeviceStandsOtherwise."""
    if life.standing not in allowed:
        raise DeviceStandsOtherwise(f"Device {life.device_id} is {life.standing.value}.")
