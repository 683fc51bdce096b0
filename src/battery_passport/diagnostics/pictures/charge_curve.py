"""The best charge as a curve: rested voltage over the state of charge, and dQ/dV; its reference.

In: a telemetry table, the rating, the model's curve. Out: curves, or why there are none.
The rested voltage is the fit of `charge-window`; the steps between its knots give dQ/dV.
"""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.capacity.charges import StoredCharge, stored_charges
from battery_passport.diagnostics.capacity.constants import V1 as FITTING
from battery_passport.diagnostics.capacity.curve_fit import fit_curve
from battery_passport.diagnostics.fleet_capacity.curve import Shared
from battery_passport.diagnostics.fleet_capacity.model import FleetCurve
from battery_passport.diagnostics.model import NotDetermined
from battery_passport.diagnostics.open_circuit import CURVES
from battery_passport.diagnostics.pictures.model import ChargeCurve, Points, Reference
from battery_passport.foundation.clock import from_unix_ms
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import TelemetryTable

NAME, VERSION = "charge-curve", "1"
SHORTEST_RATIO = 0.2
KNOT_RATIO = FITTING.knot_spacing_ratio
_FLATTEST_V = 0.0005
_REFERENCE_STEP = 0.02
_LEAST_SWING = 0.1
FLEET, TYPICAL = "fleet", "typical"

NO_RATING = NotDetermined(
    "no-rated-capacity",
    "The rated capacity of this battery is not known, so its charges cannot be compared.",
    {},
)
NO_CHARGE = NotDetermined(
    "no-long-charge",
    "No charge of 20 % of the rated capacity or more was recorded without a gap.",
    {"needed_percent": 20},
)

Floats = NDArray[np.float64]


def charge_curve(table: TelemetryTable, rating: Rating) -> ChargeCurve | NotDetermined:
    """Return the charge that moved most, of those that were measured throughout."""
    rated_ah = rating.rated_capacity_ah
    if not rated_ah:
        return NO_RATING
    charges = [
        each
        for each in stored_charges(table, rating)
        if each.stretch.counted_ah >= SHORTEST_RATIO * rated_ah
        and np.isfinite(each.stretch.cell_voltage_v).mean() > 0.5
    ]
    if not charges:
        return NO_CHARGE
    best = max(charges, key=lambda each: each.stretch.counted_ah)
    return _curve_of(table, best, rated_ah)


def _curve_of(table: TelemetryTable, charge: StoredCharge, rated_ah: float) -> ChargeCurve:
    stretch = charge.stretch
    spacing_ah = KNOT_RATIO * rated_ah
    knots = max(7, int(stretch.counted_ah / spacing_ah) + 1)
    from_ah = float(stretch.charged_ah.min())
    place = (stretch.charged_ah - from_ah) / spacing_ah
    voltage_v = np.maximum.accumulate(
        fit_curve(stretch, place, knots=knots, rated_ah=rated_ah, constants=FITTING)
    )
    counted_ah: Floats = spacing_ah * np.arange(knots, dtype=np.float64)
    flow = -stretch.current_a[np.isfinite(stretch.current_a)]
    return ChargeCurve(
        method=NAME,
        version=VERSION,
        started_at=_moment(table, int(charge.rows[0])),
        ended_at=_moment(table, int(charge.rows[-1])),
        moved_ah=stretch.counted_ah,
        mean_current_a=float(flow[flow > 0].mean()) if (flow > 0).any() else 0.0,
        rested_v=_over_soc(charge, counted_ah + from_ah, voltage_v),
        # The outermost knots rest on the fewest samples, and the cells are not yet settled there.
        ah_per_v=incremental(counted_ah, voltage_v)[2:-2],
    )


def _over_soc(charge: StoredCharge, counted_ah: Floats, voltage_v: Floats) -> Points:
    """Return the voltage over the state of charge that the BMS stated at both ends."""
    marks = charge.stretch.marks
    if len(marks) < 2 or marks[-1].soc_ratio - marks[0].soc_ratio < _LEAST_SWING:
        return ()
    ends = charge.stretch.charged_ah[[marks[0].sample, marks[-1].sample]]
    if ends[1] <= ends[0]:
        return ()
    slope = (marks[-1].soc_ratio - marks[0].soc_ratio) / (ends[1] - ends[0])
    soc = marks[0].soc_ratio + slope * (counted_ah - ends[0])
    return _points(soc, voltage_v)


def incremental(counted_ah: Floats, voltage_v: Floats) -> Points:
    """Return Ah per volt at the middle of each step; a step without a rise is left out."""
    rise_v = np.diff(voltage_v)
    steep = rise_v > _FLATTEST_V
    middle_v = voltage_v[:-1] + rise_v / 2
    return _points(middle_v[steep], np.diff(counted_ah)[steep] / rise_v[steep])


def reference_of(
    rating: Rating, curve: FleetCurve | None, health_ratio: float | None
) -> Reference | None:
    """Return what the charge is compared with: the model's curve as worn as the battery is.

    Without one a typical curve of the chemistry, None where that says nothing.
    """
    full_ah = (rating.rated_capacity_ah or 0.0) * (health_ratio or 1.0)
    if curve is not None:
        soc, voltage_v = _worn(curve, health_ratio)
        return _reference(soc, voltage_v, full_ah, cars=curve.cars)
    typical = None if rating.chemistry is None else CURVES.get(rating.chemistry)
    if typical is None:
        return None
    soc = np.arange(0.0, 1.0 + _REFERENCE_STEP / 2, _REFERENCE_STEP)
    voltage_v = np.interp(soc, typical.soc_ratio, typical.voltage_v)
    return _reference(soc, voltage_v, full_ah, cars=0)


def _worn(curve: FleetCurve, health_ratio: float | None) -> tuple[Floats, Floats]:
    """Return the model's curve at that health, at its usual one where none is known."""
    middle = curve.constants.middle_health_ratio
    shared = Shared.of_vector(curve.arrays()[0], curve.constants)
    soc = np.linspace(0.0, 1.0, shared.rested_v.size)
    wear_v = np.interp(soc, np.linspace(0.0, 1.0, shared.wear_v.size), shared.wear_v)
    return soc, shared.rested_v + ((health_ratio or middle) - middle) * wear_v


def _reference(soc: Floats, voltage_v: Floats, full_ah: float, *, cars: int) -> Reference:
    rising_v = np.maximum.accumulate(voltage_v)
    return Reference(
        kind=FLEET if cars else TYPICAL,
        cars=cars,
        rested_v=_points(soc, rising_v),
        ah_per_v=incremental(full_ah * soc, rising_v) if full_ah else (),
    )


def _points(x: Floats, y: Floats) -> Points:
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


def _moment(table: TelemetryTable, row: int) -> datetime:
    return from_unix_ms(int(table.sampled_at_ms[row]))
