"""`simulate`: a city of electric cars with known truth, into a home, a folder or a running server.

In: how many cars, days, a seed. Out: what was made, in figures; the truth in a folder of its own.
"""

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path

from battery_passport.assembly.city.histories import History, into_folder, into_home
from battery_passport.assembly.city.present import LiveWish, live_into_server
from battery_passport.assembly.city.streaming import Sent
from battery_passport.assembly.home import Home
from battery_passport.assembly.settings import Settings, load_settings
from battery_passport.assembly.simulated.truth_files import refuse_within, truth_folder_of
from battery_passport.assembly.simulated.wishes import CityWish
from battery_passport.cli.commands.output import note, print_json, print_lines
from battery_passport.cli.commands.progress import ProgressBar
from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.strict_json import JsonObject


def run(arguments: argparse.Namespace) -> int:
    """Simulate, and print what came of it."""
    settings = load_settings(os.environ)
    truth = _truth_folder(arguments, settings)
    bar = ProgressBar()
    try:
        answer = _simulate(arguments, settings, truth, bar)
    finally:
        bar.close()
    if arguments.json:
        print_json(answer)
    else:
        print_lines(*(f"{name.replace('_', ' ')}: {value}" for name, value in answer.items()))
    return 0


def _simulate(
    arguments: argparse.Namespace, settings: Settings, truth: Path, bar: ProgressBar
) -> JsonObject:
    wish = CityWish(
        vehicles=arguments.vehicles,
        days=arguments.days,
        seed=arguments.seed,
        faults=arguments.faults,
        models=tuple(name.strip() for name in arguments.models.split(",") if name.strip()),
        sampling=arguments.sampling or ("telematics" if arguments.out else "usual"),
    )
    if arguments.live:
        wanted = LiveWish(
            wish=wish,
            truth=truth,
            speed=arguments.speed,
            seconds=arguments.seconds,
            connections=max(1, arguments.connections),
            transport=arguments.transport,
        )
        return live_into_server(settings, wanted, _tell_sent, bar)
    history = History(wish=wish, truth=truth, passports=not arguments.no_passports)
    if arguments.out is None:
        return into_home(settings, history, bar)
    return into_folder(
        history,
        Path(arguments.out),
        ends_at=parse_utc(arguments.until) if arguments.until else datetime.now(UTC),
        processes=arguments.processes or os.cpu_count() or 1,
        tell=bar,
    )


def _truth_folder(arguments: argparse.Namespace, settings: Settings) -> Path:
    """Return where the truth goes. Raises: TruthWithinHome."""
    if arguments.truth:
        folder = Path(arguments.truth)
    elif arguments.out:
        out = Path(arguments.out).resolve()
        folder = out.with_name(f"{out.name}-truth")
    else:
        folder = truth_folder_of(Home(settings.home))
    refuse_within(folder, settings.home)
    return folder


def _tell_sent(sent: Sent) -> None:
    note(
        f"{sent.samples} samples, {sent.batches} batches acknowledged, "
        f"{sent.waiting} waiting, {sent.refused} refused"
    )
