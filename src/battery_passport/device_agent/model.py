"""A device's identity, its policy, the answers it may get, and what a delivery came to.

In: nothing. Out: frozen values.
"""

from dataclasses import dataclass
from uuid import UUID

from battery_passport.device_agent.errors import InvalidDevice

_SEED_BYTES = 32
_REFERENCE_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceIdentity:
    """Who the device is, which battery it watches, and the 32-byte Ed25519 seed it signs with."""

    device_id: UUID
    battery_ref: bytes
    signing_key: bytes

    def __post_init__(self) -> None:
        if len(self.signing_key) != _SEED_BYTES or len(self.battery_ref) != _REFERENCE_BYTES:
            raise InvalidDevice(
                f"A device needs a key of {_SEED_BYTES} bytes and a battery reference of "
                f"{_REFERENCE_BYTES}, not {len(self.signing_key)} and {len(self.battery_ref)}."
            )

    def __repr__(self) -> str:
        # A key must not reach a log by way of a traceback.
        return f"DeviceIdentity(device_id={self.device_id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class CutPolicy:
    """When a batch is full: at so many samples, or when its first one is so old."""

    samples: int = 60
    age_s: float = 60.0

    def __post_init__(self) -> None:
        if self.samples < 1 or self.age_s < 0:
            raise InvalidDevice(f"A batch of {self.samples} samples or {self.age_s} s is none.")


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The platform has the batch, durably."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The platform had the very same batch before."""


@dataclass(frozen=True, slots=True)
class RetryLater:
    """The platform is busy or closed; try again after so many seconds."""

    retry_after_s: float


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform will never take this batch; the code says why."""

    code: str


Outcome = Acknowledged | Duplicate | RetryLater | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What one round of sending came to; `wait_s` is 0 when nothing keeps back the next round."""

    acknowledged: int
    duplicates: int
    refused: int
    waiting: int
    wait_s: float
