"""Registers a simulated city through whichever way there is into a home, a few cars at a time.

In: a wish, how operations are performed. Out: the plan that the home keeps, each car's device.
"""

from collections.abc import Callable
from dataclasses import dataclass

from battery_passport.assembly.home import Home
from battery_passport.assembly.operations.seeding import CARS_AT_ONCE
from battery_passport.assembly.operations.simulating import NoCity, residents_told
from battery_passport.assembly.simulated.plan import CityPlan, load_plan
from battery_passport.assembly.simulated.wishes import CityWish
from battery_passport.device_agent.model import DeviceIdentity
from battery_passport.foundation.strict_json import JsonObject

Tell = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and of how much."""

_WHAT = "registering cars, batteries and devices"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredCity:
    """A city whose cars are all registered; `devices` by car number."""

    plan: CityPlan
    devices: tuple[DeviceIdentity, ...]
    is_new: bool


def registered_city(
    perform: Callable[[str, JsonObject], JsonObject],
    home: Home,
    wish: CityWish,
    tell: Tell,
    *,
    mqtt: bool = False,
) -> RegisteredCity:
    """Return the city of a home; what an earlier, interrupted run registered is kept.

    Raises: OtherCity, InvalidCity, CityInProduction, NoCity.
    """
    devices: list[DeviceIdentity] = []
    is_new = False
    first = 0
    while True:
        tell(_WHAT, first, wish.vehicles)
        answer = perform("city-register", {**wish.as_request(), "mqtt": mqtt, "first": first})
        is_new = is_new or bool(answer["new"])
        plan = load_plan(home.city)
        if plan is None:
            raise NoCity("The home's city is not there.")
        devices += residents_told(plan, answer, first=first)
        first += CARS_AT_ONCE
        if first >= len(plan.seeds):
            tell(_WHAT, wish.vehicles, wish.vehicles)
            return RegisteredCity(plan=plan, devices=tuple(devices), is_new=is_new)
