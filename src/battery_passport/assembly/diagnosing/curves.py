"""Which curve a battery is diagnosed under, and the estimate of its health with it.

In: a battery and what is known of its model. Out: an estimate by `fleet-capacity` where enough
cars of the model taught a curve and it gives a figure, else by `usable-capacity`.
"""

from sqlalchemy import Connection

from battery_passport.adapters.sql.fleet_curves import FleetCurveStore
from battery_passport.diagnostics.estimate import HealthEstimate
from battery_passport.diagnostics.fleet_capacity.constants import NAME, V1
from battery_passport.diagnostics.fleet_capacity.model import FleetCurve
from battery_passport.diagnostics.health import estimate_health
from battery_passport.diagnostics.model import Interval
from battery_passport.registry.model import Battery, Rating
from battery_passport.telemetry.table import TelemetryTable


def curve_of_battery(connection: Connection, battery: Battery) -> FleetCurve | None:
    """Return the newest curve of the battery's model, if enough cars taught it."""
    if battery.model_id is None:
        return None
    curve = FleetCurveStore(connection).newest(battery.model_id)
    return curve if curve is not None and curve.cars >= V1.fewest_cars else None


def best_estimate(
    table: TelemetryTable, rating: Rating, curve: FleetCurve | None
) -> HealthEstimate:
    """Return the estimate under the fleet's curve, or without one; pure."""
    if curve is not None:
        estimate = estimate_health(table, rating, method=NAME, curve=curve)
        if isinstance(estimate.findings.health_ratio, Interval):
            return estimate
    return estimate_health(table, rating)
