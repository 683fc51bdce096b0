"""What is known of a device over time.

In: rows of the registry. Out: frozen values from which `rules` decides.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from battery_passport.registry.model import DeviceKind


class Standing(StrEnum):
    """Whether a device's batches are taken: all, none for now, or only those from before."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceKey:
    """A key that a device signs with, or signed with.

    Once replaced, it counts for batches collected until `sealed_until` (by the device's clock) and
    received before `taken_until`; both are None while it is the current one.
    """

    public_key: bytes
    since: datetime
    sealed_until: datetime | None = None
    taken_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """A battery that a device sends for, or sent for until `removed_at`.

    What it collected before is taken until `taken_until`.
    """

    battery_id: UUID
    fitted_at: datetime
    removed_at: datetime | None = None
    taken_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLife:
    """A device with its keys and batteries, the newest of each first."""

    device_id: UUID
    kind: DeviceKind
    standing: Standing
    reason: str
    tenant: str
    enrolled_at: datetime
    keys: tuple[DeviceKey, ...]
    fittings: tuple[Fitting, ...]

    @property
    def battery_id(self) -> UUID | None:
        """The battery that the device sends for now."""
        return next((each.battery_id for each in self.fittings if each.removed_at is None), None)
