"""A car's diary: when it drives and charges each day, and with what charge each of these begins.

In: a car and a day. Out: that day's activities, the same whoever asks and in whatever order.
"""

from collections.abc import Iterator
from functools import lru_cache

from battery_passport.simulation.activity import DayPlan, Evening
from battery_passport.simulation.ageing import life_until
from battery_passport.simulation.calendar import day_of_date
from battery_passport.simulation.day_plan import plan_day
from battery_passport.simulation.model import Car

# What standing and balancing take is charged too.
_CHARGED_OVER_GIVEN = 1.01


class Diary:
    """The days of one car, planned forward from its first and kept.

    Two threads may ask at once: both plan the same days alike, and the later entry replaces an
    equal one.
    """

    def __init__(self, car: Car) -> None:
        self.car = car
        self.first_day = max(day_of_date(car.in_service_on), day_of_date(car.opens))
        self._plans: dict[int, DayPlan] = {}
        self._planned_to = self.first_day - 1

    def day(self, day: int) -> DayPlan | None:
        """Return a day's plan, or None before the car's first day."""
        if day < self.first_day:
            return None
        for missing in range(self._planned_to + 1, day + 1):
            before = self._plans[missing - 1].after if missing > self.first_day else self._first()
            self._plans[missing] = plan_day(self.car, missing, before)
            self._planned_to = max(self._planned_to, missing)
        return self._plans[day]

    def days(self, first: int, last: int) -> Iterator[DayPlan]:
        """Yield the plans of the days from first to last, both included."""
        for day in range(max(first, self.first_day), last + 1):
            plan = self.day(day)
            if plan is not None:
                yield plan

    def _first(self) -> Evening:
        life = life_until(self.car, self.first_day)
        driven_km = float(life.wished_km[: self.first_day - life.first_day].sum())
        moved_ah = self.car.model.rated_capacity_ah * float(
            life.full_cycles[self.first_day - life.first_day]
        )
        return Evening(
            soc=0.6,
            odometer_m=1_000.0 * driven_km,
            charged_ah=_CHARGED_OVER_GIVEN * moved_ah,
            given_ah=moved_ah,
        )


@lru_cache(maxsize=8192)
def diary_of(car: Car) -> Diary:
    """Return the diary of a car; the same object while it is remembered."""
    return Diary(car)
