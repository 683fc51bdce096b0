"""Organisations, collection devices, battery models and batteries as frozen values.

In: values checked by `rules`. Out: what every later stage knows a battery by.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonValue


class BatteryCategory(StrEnum):
    """The passport's categories. Source: EU-2023-1542 art-77."""

    ELECTRIC_VEHICLE = "ev"
    LIGHT_MEANS_OF_TRANSPORT = "lmt"
    INDUSTRIAL = "industrial"


class Chemistry(StrEnum):
    """Cathode chemistry, as far as diagnostics needs to know it."""

    NMC = "NMC"
    LFP = "LFP"
    LMO = "LMO"
    NCA = "NCA"


class DeviceKind(StrEnum):
    """Who signs a batch: the car's own device, the platform when it takes in a file, or a gateway
    of the platform for what a car or charger sent unsigned.
    """

    VEHICLE = "vehicle"
    IMPORTER = "importer"
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An economic operator or public body known to the installation."""

    organisation_id: UUID
    slug: str
    name: str
    roles: frozenset[str]
    registered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What is declared of a battery; each may be unknown.

    `cells_per_module` tells how the cells in series are grouped, in their order; of models only.
    """

    rated_capacity_ah: float | None = None
    cells_in_series: int | None = None
    chemistry: Chemistry | None = None
    cells_per_module: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryModel:
    """The static record shared by all batteries of one model.

    `data_points` holds model-level values by EC data-point number.
    """

    model_id: UUID
    name: str
    gtin: str
    category: BatteryCategory
    manufacturer_id: UUID
    rating: Rating
    data_points: Mapping[int, JsonValue] = field(default_factory=dict)
    registered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """One physical battery.

    `battery_ref` (16 random bytes) names it in batches, `log_key` (16 random bytes) in the records
    behind log entries; neither can be derived from the public identifier or from the other.
    """

    battery_id: UUID
    identifier: BatteryIdentifier
    alias: str | None
    battery_ref: bytes
    log_key: bytes
    model_id: UUID | None
    rating: Rating
    responsible_id: UUID
    registered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A collection device and the Ed25519 key that signs its batches."""

    device_id: UUID
    kind: DeviceKind
    public_key: bytes
    battery_id: UUID | None
    enrolled_at: datetime
