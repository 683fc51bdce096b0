"""All points of a sheet's pictures from one table.

In: a telemetry table, the rating, the model's curve, the present health. Out: `Pictures`.
"""

from battery_passport.diagnostics.fleet_capacity.model import FleetCurve
from battery_passport.diagnostics.pictures.cells import cell_spread
from battery_passport.diagnostics.pictures.charge_curve import charge_curve, reference_of
from battery_passport.diagnostics.pictures.model import Pictures
from battery_passport.diagnostics.pictures.readings import newest_readings, stated_health
from battery_passport.foundation.clock import DAY_MS, from_unix_ms
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import TelemetryTable

NEWEST_MS = 180 * DAY_MS
"""Charges and cells older than this before the newest sample say nothing of today."""


def pictures_of(
    table: TelemetryTable,
    rating: Rating,
    *,
    curve: FleetCurve | None = None,
    health_ratio: float | None = None,
) -> Pictures:
    """Return the points; pure."""
    times = table.sampled_at_ms
    ends = (from_unix_ms(int(times[0])), from_unix_ms(int(times[-1]))) if times.size else None
    newest = table.between(int(times[-1]) - NEWEST_MS, int(times[-1]) + 1) if times.size else table
    return Pictures(
        started_at=None if ends is None else ends[0],
        ended_at=None if ends is None else ends[1],
        charge=charge_curve(newest, rating),
        reference=reference_of(rating, curve, health_ratio),
        cells=cell_spread(newest),
        stated_health=stated_health(table),
        readings=newest_readings(newest),
    )
