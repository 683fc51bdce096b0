"""`demo`: runs the platform with a made-up city, which lives on in real time.

In: settings, how many cars and days. Out: a seeded server on loopback, and three things to try.
"""

import argparse
import sys

from battery_passport.assembly.background import Repeating
from battery_passport.assembly.city.living import LOOK_EVERY_S, LivingCity
from battery_passport.assembly.city.plan import load_plan, new_plan, save_plan
from battery_passport.assembly.city.seeding import Resident, seed_city
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.server import serve
from battery_passport.cli.commands.serve import settings_with_port


def run(arguments: argparse.Namespace) -> int:
    """Seed the city if need be, then serve until the process is told to end."""
    residents: list[Resident] = []

    def settle_in(installation: Installation, address: str) -> None:
        plan = load_plan(installation.home.city)
        if plan is None:
            plan = new_plan(
                seed=arguments.seed,
                vehicles=arguments.vehicles,
                days=arguments.days,
                now=installation.clock.now(),
            )
            save_plan(plan, installation.home.city)
        residents.extend(seed_city(installation, plan, _tell))
        if not arguments.no_live:
            city = LivingCity(installation, plan, residents, address=address)
            Repeating("living-city", city.step, interval_s=LOOK_EVERY_S).start()

    def announce(address: str) -> None:
        print(_welcome(address, residents[0]), flush=True)

    serve(settings_with_port(arguments), announce=announce, companion=settle_in)
    return 0


def _tell(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


def _welcome(address: str, example: Resident) -> str:
    identifier = example.battery.identifier
    return "\n".join(
        (
            "",
            f"Battery Passport Platform: {address}",
            "",
            "Three things to try:",
            f"  1. Open a passport:      {address}/{identifier.path}",
            f"  2. Take its proof:       battery-passport bundle {identifier} -o proof.json",
            "                           battery-passport trust export -o trust.json",
            "                           battery-passport verify proof.json --trust trust.json",
            f"  3. Recompute its health: battery-passport bundle {identifier} --evidence -o all.json",
            "                           battery-passport recompute all.json --trust trust.json",
            "",
        )
    )
