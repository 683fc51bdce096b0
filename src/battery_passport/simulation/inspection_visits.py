"""What an inspector reads off a car and measures of its battery, on the bench and at the plug.

In: a car, a day or a moment. Out: members of an inspection; only what instruments would show.
"""

from datetime import datetime

import numpy as np

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.simulation.ageing import life_until
from battery_passport.simulation.calendar import day_of_ms
from battery_passport.simulation.character import character_of
from battery_passport.simulation.charge_windows import moment_ms
from battery_passport.simulation.measurement import stated_soh_permyriad
from battery_passport.simulation.model import Car
from battery_passport.simulation.open_circuit import LOWEST_SOC, STEPS_PER_SOC
from battery_passport.simulation.pack_state import pack_at

_KM_PER_HOUR_OF_USE = 38.0
_CHARGES_PER_CYCLE = 2.0
_BENCH_ERROR_RATIO = 0.004
_SOC_AT_TEST = 0.5
_BENCH_CELSIUS = 25
_INSTRUMENT = {
    "instrument": "시연용 팩 시험기 PT-1000",
    "instrument_serial": "DEMO-0042",
    "calibrated_on": "2026-03-02",
}


def sheet_on(car: Car, day: int, *, kind: str, result: str) -> JsonObject:
    """Return an inspection sheet with what the car's own counters and meters show."""
    life = life_until(car, day)
    place = day - life.first_day
    moved_kwh = float(life.full_cycles[place]) * car.model.rated_energy_wh / 1_000
    hours = float(life.wished_km[:place].sum()) / _KM_PER_HOUR_OF_USE
    return {
        "kind": kind,
        "result": result,
        "operating_time_h": round(hours, 1),
        "cumulative_charge_kwh": round(1.04 * moved_kwh, 1),
        "cumulative_discharge_kwh": round(moved_kwh, 1),
        "bms_state_of_health_percent": stated_soh_permyriad(car, day) / 100,
        "insulation_kohm": round(character_of(car).insulation_kohm),
    }


def bench_test(car: Car, at: datetime) -> JsonObject:
    """Return an inspection with all nine items and a full discharge, within the bench's error."""
    at_ms = moment_ms(at)
    day, pack = day_of_ms(at_ms), pack_at(car, at_ms)
    life = life_until(car, day)
    cycles = float(life.full_cycles[day - life.first_day])
    # Each bench errs by up to its class, and by the same for the same car.
    error = _BENCH_ERROR_RATIO * (2 * float(life.draws[day - life.first_day, -1]) - 1)
    charged = 1 - (1 - _SOC_AT_TEST) * pack.inverse_capacity + pack.charge_offset
    places = np.rint((charged - LOWEST_SOC) * STEPS_PER_SOC).astype(np.int64)
    cells_v = pack.open_circuit_v[np.clip(places, 0, pack.open_circuit_v.shape[0] - 1)]
    return {
        **sheet_on(car, day, kind="periodic", result="passed"),
        "state_of_charge_percent": round(100 * _SOC_AT_TEST),
        "fast_charge_count": round(
            character_of(car).fast_charge_share * cycles * _CHARGES_PER_CYCLE
        ),
        "lowest_cell_v": round(float(cells_v.min()), 3),
        "highest_cell_v": round(float(cells_v.max()), 3),
        "highest_module_celsius": _BENCH_CELSIUS + 2,
        "measured_capacity_ah": round(pack.capacity_ah * (1 + error), 1),
        "capacity_method": "full-discharge",
        "test_c_rate": 0.33,
        "test_celsius": _BENCH_CELSIUS,
        **_INSTRUMENT,
    }
