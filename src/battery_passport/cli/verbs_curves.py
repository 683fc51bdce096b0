"""The verb that learns curves from fleets: a row for the table in `verbs`.

In: nothing. Out: words, module, help and arguments.
"""

import argparse
from collections.abc import Callable

_FLEET = "battery_passport.cli.commands.fleet_learn"

Row = tuple[tuple[str, ...], str, str, Callable[[argparse.ArgumentParser], None]]


def _learn(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="NAME", help="that battery model alone (default: all)")


CURVE_ROWS: tuple[Row, ...] = (
    (("fleet", "learn"), _FLEET, "Learn each battery model's curve from its cars.", _learn),
)
