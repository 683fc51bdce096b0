"""What happened to each battery besides charging: made, sold, fitted, inspected, repaired, hit.

In: a car and a moment. Out: plain descriptions of events, for somebody else to record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from battery_passport.foundation.clock import HOUR_MS, from_unix_ms
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.simulation.calendar import day_of_date, day_of_ms, day_start_ms
from battery_passport.simulation.charge_windows import moment_ms
from battery_passport.simulation.draws import Purpose, stream
from battery_passport.simulation.inspection_visits import sheet_on
from battery_passport.simulation.makers import MAKERS
from battery_passport.simulation.model import Car
from battery_passport.simulation.model_points import (
    LIFETIME_YEARS,
    expected_cycles,
    pack_resistance_ohm,
    power_w,
)
from battery_passport.simulation.monthly_reports import monthly_reports

_FIRST_INSPECTION_DAYS = 4 * 365
_INSPECT_EVERY_DAYS = 2 * 365
_REPAIRED_ONE_IN = 9
_HIT_ONE_IN = 25
_WORKS = ("Coolant hose and two clamps replaced.", "Seal of the service plug replaced.")
_STORY = "Rear-end collision at low speed; pack casing unharmed."


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEvent:
    """One event: its type as the lifecycle stage names it, when it happened, its payload."""

    event_type: str
    occurred_at: datetime
    payload: JsonObject


def lifecycle_events(
    car: Car, until: datetime, *, since: datetime | None = None
) -> tuple[PlannedEvent, ...]:
    """Return a battery's events before a moment, in the order they happened.

    `since` leaves out earlier ones, for a city that lives on from where its past ended.
    Raises: InvalidCity.
    """
    until_ms = moment_ms(until)
    since_ms = moment_ms(since) if since is not None else None
    planned = (*_birth(car), *_inspections(car, until_ms), *_mishaps(car), *_reports(car, until_ms))
    wanted = [
        event
        for event in planned
        if moment_ms(event.occurred_at) < until_ms
        and (since_ms is None or moment_ms(event.occurred_at) >= since_ms)
    ]
    return tuple(sorted(wanted, key=lambda event: event.occurred_at))


def _event(day: int, hour: float, event_type: str, payload: JsonObject) -> PlannedEvent:
    moment = from_unix_ms(day_start_ms(day) + int(HOUR_MS * hour))
    return PlannedEvent(event_type=event_type, occurred_at=moment, payload=payload)


def _birth(car: Car) -> Iterator[PlannedEvent]:
    made, first = day_of_date(car.manufactured_on), day_of_date(car.in_service_on)
    plant = MAKERS[car.model.manufacturer].plant
    month = f"{car.manufactured_on:%Y-%m}"
    application = "van" if "Van" in car.model.name else "passenger-car"
    yield _event(
        made, 15.0, "manufactured", {"manufactured_in": month, "place": plant, "batch": month}
    )
    yield _event((made + first) // 2, 9.0, "placed_on_market", _new_performance(car))
    yield _event(first - 5, 14.0, "installed", {"application": application})


def _new_performance(car: Car) -> JsonObject:
    """Return what is declared of a battery when it is placed on the market."""
    model = car.model
    return {
        "status": "original",
        "rated_capacity_ah": model.rated_capacity_ah,
        "capacity_fade_percent": 0,
        "power_w": power_w(model),
        "power_fade_percent": 0,
        "internal_resistance_ohm": pack_resistance_ohm(model),
        "resistance_increase_percent": 0,
        "expected_lifetime_cycles": expected_cycles(model),
        "expected_lifetime_years": LIFETIME_YEARS,
        "method": "maker-declaration",
    }


def _inspections(car: Car, until_ms: int) -> Iterator[PlannedEvent]:
    """Yield the periodic inspections: the first after four years, then every two."""
    first = day_of_date(car.in_service_on) + _FIRST_INSPECTION_DAYS
    for day in range(first, day_of_ms(until_ms) + 1, _INSPECT_EVERY_DAYS):
        yield _event(day, 10.5, "inspected", sheet_on(car, day, kind="periodic", result="passed"))


def _mishaps(car: Car) -> Iterator[PlannedEvent]:
    """Yield the few accidents and repairs, and the inspection that follows an accident."""
    draw = stream(car.seed, Purpose.EVENTS, car.number)
    day = day_of_date(car.opens) + int(draw.integers(20, 140))
    # The seed decides where counting starts; every 25th car is hit, every 9th repaired.
    turn = car.number + car.seed
    if turn % _HIT_ONE_IN == _HIT_ONE_IN // 2:
        accident: JsonObject = {"kind": "collision", "severity": "minor", "description": _STORY}
        yield _event(day, 18.2, "accident", accident)
        sheet = sheet_on(car, day + 3, kind="follow-up", result="passed-with-remarks")
        yield _event(day + 3, 11.0, "inspected", sheet)
    if turn % _REPAIRED_ONE_IN == _REPAIRED_ONE_IN // 2:
        work = _WORKS[int(draw.integers(len(_WORKS)))]
        yield _event(day + 8, 16.0, "repaired", {"work": work, "pack_opened": False})


def _reports(car: Car, until_ms: int) -> Iterator[PlannedEvent]:
    for report in monthly_reports(car, day_of_ms(until_ms)):
        yield _event(report.day, 3.0, "soce_reported", report.soce)
        yield _event(report.day, 3.1, "use_reported", report.use)
