"""What can be wrong with a device's enrolment or with what it asks for.

In: a message. Out: errors with a code and a remedy.

    InvalidInput           ── WrongEnrolmentCode, WrongProof
    NotFound               ── NoSuchDevice
    Conflict               ── DeviceStandsOtherwise
    TemporarilyUnavailable ── SuspendedDevice
"""

from battery_passport.foundation.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    TemporarilyUnavailable,
)


class WrongEnrolmentCode(InvalidInput):
    """The code is not known, has expired, was used, or was tried too often."""

    code = "wrong-enrolment-code"
    remedy = "Compare the code with the one given out, or ask for a new one."


class WrongProof(InvalidInput):
    """The signature does not show that the sender holds the key."""

    code = "wrong-device-proof"
    remedy = "Sign the message of docs/reference/devices.md with the device's own key."


class NoSuchDevice(NotFound):
    """No device is enrolled under that id."""

    code = "no-such-device"
    remedy = "List the devices with `device list`."


class DeviceStandsOtherwise(Conflict):
    """The device's standing or battery does not allow the change; nothing was changed."""

    code = "device-stands-otherwise"
    remedy = "Look at the device with `device list`."


class SuspendedDevice(TemporarilyUnavailable):
    """The device is suspended: its batches are not taken until that is lifted."""

    code = "device-suspended"
    remedy = "Keep the batches; ask the operator why the device is suspended."
