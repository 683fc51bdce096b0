"""What can be wrong with a batch, a mapping or a stored history.

In: nothing. Out: exceptions below `InvalidInput` and `VerificationFailed`.

    InvalidInput
    ├── MalformedBatch      bytes that are no batch of a known version
    │   └── BatchTooLarge   bytes, samples, cells or expansion beyond the limits
    ├── InvalidSamples      measurements that no batch can carry
    ├── InvalidMapping      a mapping file that cannot be used
    └── UnreadableSource    a telematics file that does not fit its mapping
    VerificationFailed
    ├── WrongSignature      the batch was not signed by this device
    ├── UnknownDevice       the device is not enrolled here
    ├── ForeignBattery      the device may not speak for that battery
    └── HistoryDamaged      a history file is not the one its manifest names
        └── HistoryFileGone a history file is not there (any more)
"""

from typing import ClassVar

from battery_passport.foundation.errors import InvalidInput, VerificationFailed


class MalformedBatch(InvalidInput):
    """Bytes that are no batch of a known version."""

    code: ClassVar[str] = "malformed-batch"
    remedy: ClassVar[str] = "Send a batch as docs/reference/batch-format.md describes it."


class BatchTooLarge(MalformedBatch):
    """A batch beyond the limits of size, samples, cells or expansion."""

    code: ClassVar[str] = "batch-too-large"
    remedy: ClassVar[str] = "Send fewer samples in one batch."


class InvalidSamples(InvalidInput):
    """Measurements that no batch can carry."""

    code: ClassVar[str] = "invalid-samples"


class InvalidMapping(InvalidInput):
    """A mapping file that cannot be used."""

    code: ClassVar[str] = "invalid-mapping"
    remedy: ClassVar[str] = "Correct the mapping as docs/reference/mappings.md describes it."


class UnreadableSource(InvalidInput):
    """A telematics file that cannot be read or does not fit its mapping."""

    code: ClassVar[str] = "unreadable-source"


class WrongSignature(VerificationFailed):
    """The batch was not signed by the key it is checked against."""

    code: ClassVar[str] = "wrong-signature"
    remedy: ClassVar[str] = "Check that the device is enrolled with the key that signs its batches."


class HistoryDamaged(VerificationFailed):
    """A history file is missing or is not the one its manifest names."""

    code: ClassVar[str] = "history-damaged"
    remedy: ClassVar[str] = "Rebuild the history from the evidence."


class HistoryFileGone(HistoryDamaged):
    """A history file is not there: whoever reads the manifest anew finds what took its place."""

    code: ClassVar[str] = "history-file-gone"


class UnknownDevice(VerificationFailed):
    """The batch names a device that is not enrolled here."""

    code: ClassVar[str] = "unknown-device"
    remedy: ClassVar[str] = "Enrol the device's public key first."


class ForeignBattery(VerificationFailed):
    """The batch names a battery that its device may not speak for."""

    code: ClassVar[str] = "foreign-battery"
    remedy: ClassVar[str] = "Enrol the device for the battery it is fitted to."
