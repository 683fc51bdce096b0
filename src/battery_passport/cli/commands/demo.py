"""`demo`: runs the platform with a made-up city, which lives on in real time.

In: settings, how many cars and days. Out: a server on loopback at once; three things to try as soon
as the first cars have passports; then the rest of the city, while pages can be looked at already.
"""

import argparse
import logging
import sys
import threading
from pathlib import Path

from battery_passport.assembly.background import Repeating
from battery_passport.assembly.city.accounts import give_battery, owner_of, settle_accounts
from battery_passport.assembly.city.charging import enter_chargers
from battery_passport.assembly.city.living import LOOK_EVERY_S, LivingCity
from battery_passport.assembly.city.measuring import measure_some
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.seeding import Resident, give_past, register_city
from battery_passport.assembly.server import serve
from battery_passport.assembly.simulated.plan import CityPlan, load_plan, new_plan, save_plan
from battery_passport.assembly.simulated.truth_files import truth_folder_of, write_truth
from battery_passport.assembly.simulated.wishes import demonstrated_faults
from battery_passport.cli.commands.serve import settings_with_port
from battery_passport.simulation.makers import MAKERS

FIRST_CARS = 2
"""So many cars settle first, so that there is something to look at within seconds."""

_LOG = logging.getLogger(__name__)


def run(arguments: argparse.Namespace) -> int:
    """Serve until the process is told to end; the city settles in meanwhile."""

    def settle_beside(installation: Installation, address: str) -> None:
        threading.Thread(
            target=_settle,
            args=(installation, address, arguments),
            name="city-settling",
            daemon=True,
        ).start()

    serve(settings_with_port(arguments), announce=_announce, companion=settle_beside)
    return 0


def _settle(installation: Installation, address: str, arguments: argparse.Namespace) -> None:
    try:
        plan = _plan(installation, arguments)
        _write_truth(installation, plan)
        residents = register_city(installation, plan)
        _tell(f"{len(residents)} cars and their battery models are registered")
        _open_accounts(installation, address, residents[0])
        enter_chargers(installation)
        first, rest = residents[:FIRST_CARS], residents[FIRST_CARS:]
        give_past(installation, plan, first, _tell)
        print(_things_to_try(address, first[0]), flush=True)
        if rest:
            give_past(installation, plan, rest, _tell)
        measured = measure_some(installation, residents)
        _tell(f"an inspection body measured {measured} cars and signed what it found")
        if not arguments.no_live:
            city = LivingCity(installation, plan, residents, address=address)
            Repeating("living-city", city.step, interval_s=LOOK_EVERY_S).start()
        _tell(f"the city is complete: {len(residents)} cars")
    except Exception:  # noqa: BLE001 - the server goes on
        _LOG.exception("the city could not settle in; start again to take it up where it stopped")


def _plan(installation: Installation, arguments: argparse.Namespace) -> CityPlan:
    plan = load_plan(installation.home.city)
    if plan is None:
        now = installation.clock.now()
        plan = new_plan(
            seed=arguments.seed,
            vehicles=arguments.vehicles,
            days=arguments.days,
            now=now,
            faults=demonstrated_faults(arguments.vehicles, arguments.days, now),
        )
        save_plan(plan, installation.home.city)
    return plan


def _write_truth(installation: Installation, plan: CityPlan) -> None:
    """Write what is true of the city beside the home, where no part of the platform looks."""
    first, last = plan.past_begins_at.date(), plan.past_ends_at.date()
    try:
        write_truth(truth_folder_of(installation.home), plan.city(), first=first, last=last)
    except OSError as error:
        _tell(f"the city's truth could not be written: {error.strerror}")


def _open_accounts(installation: Installation, address: str, example: Resident) -> None:
    """Make the accounts of every role, and print their passwords the first time."""
    path = installation.home.demo_accounts
    is_new = not path.exists()
    makers = [maker.slug for maker in MAKERS.values()]
    accounts = settle_accounts(installation, makers=makers)
    give_battery(installation, owner_of(accounts), example.battery.battery_id)
    # Passkeys belong to a name: under the bare address there are none.
    named = address.replace("127.0.0.1", "localhost")
    print(f"Demonstration accounts for {named}/sign-in are listed in {path}", flush=True)
    if is_new:
        for account in accounts:
            print(f"  {account.role.email:36} {account.password}", flush=True)


def _announce(address: str) -> None:
    print(f"Battery Passport Platform: {address}", flush=True)


def _tell(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


def _things_to_try(address: str, example: Resident) -> str:
    identifier, command = example.battery.identifier, _command()
    return "\n".join(
        (
            "",
            "Three things to try:",
            f"  1. Open a passport      {address}/{identifier.path}",
            f"  2. Check its proof      {command} bundle {identifier} -o proof.json",
            f"                          {command} trust export -o trust.json",
            f"                          {command} verify proof.json --trust trust.json",
            f"  3. Recompute its health {command} bundle {identifier} --evidence -o all.json",
            f"                          {command} recompute all.json --trust trust.json",
            "",
        )
    )


def _command() -> str:
    """Return how the reader calls this program from where he stands."""
    local = Path(".venv/bin/battery-passport")
    return str(local) if local.exists() else "battery-passport"
