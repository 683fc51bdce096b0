"""A battery model's curve, learned from the histories of its batteries.

In: histories one after the other, so that memory holds one at a time. Out: a curve.
Loaded only where something is learned: its compiled loops take a second.
"""

from collections.abc import Iterable, Sequence

from battery_passport.assembly.diagnosing.marking import marks_of
from battery_passport.diagnostics.findings import RELIED_ON_COLUMNS
from battery_passport.diagnostics.fleet_capacity.charges import Floats, find_charges
from battery_passport.diagnostics.fleet_capacity.learning import first_belief, learn
from battery_passport.diagnostics.fleet_capacity.model import FleetCurve
from battery_passport.diagnostics.fleet_capacity.rounding import curve_of
from battery_passport.lifecycle.tampering.rules import find_tampering
from battery_passport.registry.model import BatteryModel, Rating
from battery_passport.telemetry.table import TelemetryTable

MOST_CARS = 80
"""More would teach little: the curve is then known better than a current sensor."""


def learn_curve(
    histories: Iterable[tuple[TelemetryTable, Rating]],
    model: BatteryModel,
    kin: Sequence[FleetCurve],
) -> FleetCurve | None:
    """Return the curve of the first batteries that have charges, None if none has.

    Histories that cannot be of one untouched battery teach nothing.
    `kin`: curves of other models of the same chemistry.
    """
    cars = []
    for table, rating in histories:
        charges = find_charges(table.select(RELIED_ON_COLUMNS), rating)
        if charges and not find_tampering(marks_of(table)):
            cars.append(charges)
        if len(cars) == MOST_CARS:
            break
    if not cars:
        return None
    means: list[Floats] = [each.arrays()[0] for each in kin]
    before = first_belief(model.rating.chemistry, means)
    return curve_of(learn(cars, before), model.name)
