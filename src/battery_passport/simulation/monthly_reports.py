"""What a car reports of itself every thirty days: its certified energy, and how it was used.

In: a car and a last day. Out: payloads of the two reports, from what the car itself believes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from battery_passport.foundation.clock import HOUR_MS
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.simulation.ageing import life_until
from battery_passport.simulation.calendar import date_of_day, day_start_ms
from battery_passport.simulation.diary import diary_of
from battery_passport.simulation.measurement import stated_soh_permyriad
from battery_passport.simulation.model import Car
from battery_passport.simulation.weather import air_celsius

REPORT_EVERY_DAYS = 30
_AFTERNOON_MS = 14 * HOUR_MS
_BEFORE_DAWN_MS = 5 * HOUR_MS


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """Both reports of one day."""

    day: int
    soce: JsonObject
    use: JsonObject


def monthly_reports(car: Car, last_day: int) -> Iterator[MonthlyReport]:
    """Yield a car's reports; cars report on different days, each thirty days after its last."""
    first = diary_of(car).first_day + REPORT_EVERY_DAYS + car.number % REPORT_EVERY_DAYS
    for day in range(first, last_day + 1, REPORT_EVERY_DAYS):
        plan = diary_of(car).day(day)
        if plan is None:
            continue
        soce: JsonObject = {
            "soce_percent": stated_soh_permyriad(car, day) / 100,
            "odometer_km": round(plan.before.odometer_m / 1_000),
        }
        yield MonthlyReport(day, soce, _use(car, day))


def _use(car: Car, day: int) -> JsonObject:
    """Return the use of the thirty days before a day."""
    life = life_until(car, day)
    days = range(day - REPORT_EVERY_DAYS, day)
    period: JsonObject = {
        "from": date_of_day(days[0]).isoformat(),
        "to": date_of_day(days[-1]).isoformat(),
    }
    air = [_dawn_and_noon(car.seed, each) for each in days]
    plans = list(diary_of(car).days(days[0], days[-1]))
    levels = [plan.before.soc for plan in plans]
    levels += [activity.soc_full for plan in plans for activity in plan.activities]
    return {
        "full_cycles": round(float(life.full_cycles[day - life.first_day]), 1),
        "temperature": {
            **period,
            "lowest_celsius": round(min(dawn for dawn, _noon in air)),
            "highest_celsius": round(max(noon for _dawn, noon in air)) + 9,
        },
        "state_of_charge": {
            **period,
            "lowest_percent": round(100 * min(levels)),
            "highest_percent": round(100 * max(levels)),
        },
    }


@lru_cache(maxsize=8192)
def _dawn_and_noon(seed: int, day: int) -> tuple[float, float]:
    """Return how cold and how warm a day is in the city, which all its cars share."""
    start_ms = day_start_ms(day)
    coldest = air_celsius(seed, start_ms + _BEFORE_DAWN_MS)
    return coldest, air_celsius(seed, start_ms + _AFTERNOON_MS)
