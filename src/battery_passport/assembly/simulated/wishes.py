"""What somebody wants simulated, as the command line says it, and the plan that follows.

In: numbers and words. Out: a `CityPlan`, the samples that devices keep.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from battery_passport.assembly.requests import Asked
from battery_passport.assembly.simulated.plan import CityPlan, new_plan
from battery_passport.device_agent.thinning import EVERYTHING, TELEMATICS, USUAL
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.simulation.calendar import day_of_date
from battery_passport.simulation.errors import InvalidCity
from battery_passport.simulation.fault_model import FaultKind, FaultPlan
from battery_passport.simulation.faults.wishes import wished_faults
from battery_passport.simulation.fleet import city
from battery_passport.simulation.measurement import Keep

MOST_DAYS = 366 * 3

_DEMONSTRATED = (
    (3, FaultKind.ISOLATION_LOSS),
    (5, FaultKind.DRIFTING_CELL),
    (8, FaultKind.BMS_RESET),
)


SAMPLING: Mapping[str, Keep] = MappingProxyType(
    {"usual": USUAL, "telematics": TELEMATICS, "full": EVERYTHING}
)
"""Which samples devices keep."""


class OtherCity(InvalidInput):
    """The home holds a city already, and not the one that was asked for."""

    code = "other-city"
    remedy = "Use another BATTERY_PASSPORT_HOME, or ask for the city that is there."


@dataclass(frozen=True, slots=True, kw_only=True)
class CityWish:
    """A city that somebody asks for. `faults` as in `wished_faults`; no `models` means all."""

    vehicles: int
    days: int
    seed: int
    faults: str = "usual"
    models: tuple[str, ...] = ()
    sampling: str = "usual"

    def as_request(self) -> JsonObject:
        """Return the members of an operation's request."""
        return {
            "vehicles": self.vehicles,
            "days": self.days,
            "seed": self.seed,
            "faults": self.faults,
            "models": list(self.models),
            "sampling": self.sampling,
        }

    @classmethod
    def asked(cls, request: JsonObject) -> "CityWish":
        """Return the wish of a request. Raises: InvalidRequest."""
        asked = Asked(request)
        return cls(
            vehicles=asked.optional_whole("vehicles") or 0,
            days=asked.optional_whole("days") or 0,
            seed=asked.optional_whole("seed") or 0,
            faults=asked.text("faults"),
            models=tuple(asked.texts("models")),
            sampling=asked.text("sampling"),
        )


def planned(wish: CityWish, now: datetime) -> CityPlan:
    """Return the plan of a city whose past ends now. Raises: InvalidCity."""
    if not 1 <= wish.days <= MOST_DAYS:
        raise InvalidCity(f"A past of {wish.days} days cannot be made, at most {MOST_DAYS}.")
    first = day_of_date((now - timedelta(days=wish.days)).date())
    if wish.sampling not in SAMPLING:
        raise InvalidCity(f"There is no sampling {wish.sampling!r}, only {', '.join(SAMPLING)}.")
    faults = wished_faults(wish.faults, first_day=first, last_day=first + wish.days)
    city(wish.seed, wish.vehicles, models=wish.models)
    plan = new_plan(seed=wish.seed, vehicles=wish.vehicles, days=wish.days, now=now, faults=faults)
    return replace(plan, models=wish.models, sampling=wish.sampling)


def demonstrated_faults(vehicles: int, days: int, now: datetime) -> FaultPlan:
    """Return the few faults of a demonstration: one drifting cell, lost insulation, one reset."""
    first = day_of_date((now - timedelta(days=days)).date())
    chosen = tuple((number, kind) for number, kind in _DEMONSTRATED if number < vehicles)
    return FaultPlan(first_day=first, last_day=first + days, chosen=chosen)


def refuse_other(plan: CityPlan, wish: CityWish) -> None:
    """Return if a home's plan is the one asked for. Raises: OtherCity."""
    there = (plan.seed, len(plan.seeds), plan.models, plan.sampling)
    if there != (wish.seed, wish.vehicles, wish.models, wish.sampling):
        raise OtherCity(
            f"The home holds a city of {len(plan.seeds)} cars with seed {plan.seed} and samples "
            f"of {plan.sampling}, not of {wish.vehicles} with seed {wish.seed}, {wish.sampling}."
        )
