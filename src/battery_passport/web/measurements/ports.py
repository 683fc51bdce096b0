"""What pages of measurements need: sums of spans, and where the measurements are.

In: nothing. Out: the port that assembly fulfils.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from battery_passport.telemetry.overview import SpanSums

Window = tuple[int, int]
"""From a moment up to, but not with, another; milliseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The sums of a window, by spans of a length."""

    window: Window
    span_ms: int
    sums: SpanSums


class MeasurementBook(Protocol):
    """Measurements of batteries."""

    def measured(self, battery_id: UUID, window: Window) -> Measured:
        """Return the sums of a window, in spans that are short enough for a picture."""

    def latest(self, battery_id: UUID) -> int | None:
        """Return when a battery was last measured."""

    def last_charge(self, battery_id: UUID) -> Window | None:
        """Return the last charge of the last days, with a little before and after it."""
