"""What a diagnostic sheet is made from, and who gathers it.

In: nothing. Out: frozen values, and the port that assembly fulfils.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.model import Rating
from battery_passport.web.consoles.fleet.ports import BatteryQuality


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedHealth:
    """A health as one of the signed statements says it. `log_index` is None until it is logged."""

    number: int
    as_of: datetime
    value_percent: float
    low_percent: float
    high_percent: float
    method: str
    version: str
    log_index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredItem:
    """What an inspector measured: a figure of the nine items, when, by which organisation.

    `statement` is the number of his signed statement, None where only the event tells of it.
    """

    value: float
    at: datetime
    by: str
    statement: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What came in of a battery: signed batches and their samples."""

    batches: int
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFigures:
    """The newest signed statement of figures: its number, its place in the log, what it says."""

    number: int
    log_index: int | None
    figures: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSources:
    """All that a sheet tells. `diagnosis` is as `diagnose --json` prints it; `pictures` as kept.

    `made_on` is as declared (2024-05); `outdated` says that more came in since the diagnosis.
    """

    identifier: BatteryIdentifier
    model_name: str
    made_on: str
    placed_on_market_at: datetime | None
    operator: str
    rating: Rating
    diagnosis: JsonObject
    diagnosed_at: datetime
    outdated: bool
    pictures: JsonObject
    evidence: Evidence
    stated: tuple[StatedHealth, ...]
    measured: Mapping[str, MeasuredItem]
    quality: BatteryQuality
    passport_version: int | None
    standing: str
    signed: SignedFigures | None = None


class SheetBook(Protocol):
    """Gathers what sheets tell."""

    def sources(self, battery_id: UUID, *, patience_s: float) -> SheetSources | None:
        """Return what a sheet tells; None while it is being made, longer than one would wait.

        Raises: what the making failed on.
        """
