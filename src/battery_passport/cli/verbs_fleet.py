"""The verbs of a whole fleet: rows of the table of verbs.

In: nothing. Out: words, module, help and arguments of each.
"""

import argparse
from collections.abc import Callable

_MODULE = "battery_passport.cli.commands.fleet"

Row = tuple[tuple[str, ...], str, str, Callable[[argparse.ArgumentParser], None]]


def _all(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="also batteries without anything new")


def _diagnose(parser: argparse.ArgumentParser) -> None:
    _all(parser)
    parser.add_argument("--workers", type=int, metavar="N", help="processes (default: cores)")


def _cluster(parser: argparse.ArgumentParser) -> None:
    _all(parser)
    parser.add_argument(
        "scheduler", metavar="ADDRESS", help="a Dask scheduler, as in tcp://host:8786"
    )


def _outlook(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--years", type=int, default=10, metavar="N", help="how far (default 10)")
    parser.add_argument(
        "--market",
        default="8000:100000",
        metavar="NOW:LATER",
        help="used batteries a year now and in five years (default 8000:100000)",
    )


FLEET_ROWS: tuple[Row, ...] = (
    (("fleet", "diagnose"), _MODULE, "Diagnose every battery with something new.", _diagnose),
    (
        ("fleet", "cluster"),
        f"{_MODULE}_cluster",
        "Do the same on the workers of a Dask cluster.",
        _cluster,
    ),
    (("fleet", "outlook"), _MODULE, "Tell how many batteries retire a year.", _outlook),
)
FLEET_GROUPS = {"fleet": "All batteries of the installation."}
