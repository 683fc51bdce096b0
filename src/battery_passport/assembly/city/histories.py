"""Simulates a history: into a home as evidence, or into a folder of Parquet files.

In: a wish, where to. Out: what was made, in figures; the truth in a folder of its own.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from battery_passport.assembly.city.registering import Tell, registered_city
from battery_passport.assembly.city.ways import Way, way_into
from battery_passport.assembly.home import Home
from battery_passport.assembly.operations.simulating import AT_ONCE
from battery_passport.assembly.settings import Settings
from battery_passport.assembly.simulated.fleet_files import FleetWish, write_fleet
from battery_passport.assembly.simulated.past import PastOfCar, sealed_pasts
from battery_passport.assembly.simulated.plan import CityPlan
from battery_passport.assembly.simulated.truth_files import write_truth
from battery_passport.assembly.simulated.wishes import SAMPLING, CityWish, planned
from battery_passport.device_agent.model import DeviceIdentity
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.simulation.measurement import Keep


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is wanted: which city, which samples, whether passports are issued, where truth goes."""

    wish: CityWish
    truth: Path
    passports: bool = True


def into_home(settings: Settings, history: History, tell: Tell) -> JsonObject:
    """Return what was recorded in a home; run again, it goes on where it stopped."""
    began_s = time.monotonic()
    with way_into(settings) as way:
        city = registered_city(way.perform, Home(settings.home), history.wish, tell)
        plan = city.plan
        _write_truth(plan, history.truth)
        counts = _record(way, plan, city.devices, keep=SAMPLING[history.wish.sampling], tell=tell)
        tell("placing every batch in the log, writing the history", 0, 1)
        way.settle()
        if history.passports:
            _issue(way, history.wish.vehicles, tell)
    return {
        "cars": history.wish.vehicles,
        "days": plan.past_days,
        "seed": plan.seed,
        **counts,
        "seconds": round(time.monotonic() - began_s, 1),
        "truth": str(history.truth),
    }


def _record(
    way: Way, plan: CityPlan, devices: Sequence[DeviceIdentity], *, keep: Keep, tell: Tell
) -> JsonObject:
    wanted = [
        PastOfCar(
            car=car,
            identity=devices[car.number],
            boot_id=plan.boot_ids[car.number],
            begins_at=plan.past_begins_at,
            ends_at=plan.past_ends_at,
            keep=keep,
        )
        for car in plan.city().cars
    ]
    batches = octets = refused = 0
    for done, sealed in enumerate(sealed_pasts(wanted), start=1):
        refused += way.store(sealed)
        batches += len(sealed)
        octets += sum(map(len, sealed))
        tell(f"{plan.past_days} days of each car, sealed and stored", done, len(wanted))
    return {"batches": batches, "bytes": octets, "refused": refused}


def _issue(way: Way, cars: int, tell: Tell) -> None:
    for first in range(0, cars, AT_ONCE):
        tell("estimating health, issuing passports", first, cars)
        way.perform("city-issue", {"first": first, "last": first + AT_ONCE >= cars})
    tell("estimating health, issuing passports", cars, cars)


def _write_truth(plan: CityPlan, folder: Path) -> None:
    first, last = plan.past_begins_at.date(), plan.past_ends_at.date()
    write_truth(folder, plan.city(), first=first, last=last)


def into_folder(
    history: History, folder: Path, *, ends_at: datetime, processes: int, tell: Tell
) -> JsonObject:
    """Return what was written: a Parquet file for each car, and the truth elsewhere."""
    began_s = time.monotonic()
    plan = planned(history.wish, ends_at)
    city = plan.city()
    wish = FleetWish(
        begins_at=plan.past_begins_at, ends_at=plan.past_ends_at, keep=SAMPLING[plan.sampling]
    )
    files = write_fleet(
        city,
        wish,
        folder,
        processes=processes,
        tell=lambda done: tell(f"{plan.past_days} days of each car", done, len(city.cars)),
    )
    _write_truth(plan, history.truth)
    seconds = time.monotonic() - began_s
    years = len(files) * plan.past_days / 365.2425
    return {
        "cars": len(files),
        "days": plan.past_days,
        "seed": plan.seed,
        "rows": sum(file.rows for file in files),
        "bytes": sum(file.octets for file in files),
        "seconds": round(seconds, 1),
        "seconds_a_vehicle_year_and_process": round(seconds * processes / max(years, 1e-9), 3),
        "folder": str(folder),
        "truth": str(history.truth),
    }
