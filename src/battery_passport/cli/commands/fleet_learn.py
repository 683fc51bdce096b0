"""`fleet learn`: each battery model's open-circuit curve, learned from its cars.

In: a model's name, or none for all. Out: what was learned of each, with a bar on stderr.
"""

import argparse

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import count_of, print_json, print_lines
from battery_passport.cli.commands.progress import ProgressBar
from battery_passport.foundation.strict_json import JsonObject, JsonValue


def run(arguments: argparse.Namespace) -> int:
    """Learn one model after the other, and tell of each."""
    names = [arguments.model] if arguments.model else _models(call("fleet-list", {}))
    bar = ProgressBar()
    learned: list[JsonObject] = []
    for done, name in enumerate(names):
        bar("battery models", done, len(names))
        learned.append(call("fleet-learn", {"model": name}))
    if names:
        bar("battery models", len(names), len(names))
    bar.close()
    if arguments.json:
        print_json({"models": list[JsonValue](learned)})
    else:
        print_lines(*map(_line, learned), "" if learned else "no battery has a model")
    return 0


def _models(answer: JsonObject) -> list[str]:
    models = answer["models"]
    found = models if isinstance(models, list) else []
    return [str(each["model"]) for each in found if isinstance(each, dict)]


def _line(learned: JsonObject) -> str:
    name, cars = learned["model"], count_of(int(str(learned["cars"])), "car")
    if learned["version"] is None:
        return f"{name}: no charge of any car yet"
    return f"{name}: version {learned['version']} from {cars}, SHA-256 {learned['sha256']}"
