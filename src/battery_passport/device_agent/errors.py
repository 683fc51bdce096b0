"""What can go wrong on a device.

In: nothing. Out: exceptions below `InvalidInput` and `TemporarilyUnavailable`.

    InvalidInput
    └── InvalidDevice           keys, ids or policies that no device can work with
    TemporarilyUnavailable
    ├── QueueFull               no room for more batches until some are delivered
    └── Unreachable             the platform cannot be reached now
"""

from typing import ClassVar

from battery_passport.foundation.errors import InvalidInput, TemporarilyUnavailable


class InvalidDevice(InvalidInput):
    """Keys, ids or policies that no device can work with."""

    code: ClassVar[str] = "invalid-device"


class QueueFull(TemporarilyUnavailable):
    """The device's queue has no room; the samples were not taken."""

    code: ClassVar[str] = "device-queue-full"
    remedy: ClassVar[str] = "Deliver what waits, then record the samples again."


class Unreachable(TemporarilyUnavailable):
    """The platform cannot be reached; raised by a transport behind `SendBatch`."""

    code: ClassVar[str] = "platform-unreachable"
    remedy: ClassVar[str] = "Check the device's network; what it recorded is kept."
