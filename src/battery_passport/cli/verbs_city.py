"""The verb of the simulated city: a row for the table in `verbs`.

In: nothing. Out: words, module, help and arguments.
"""

import argparse
from collections.abc import Callable

_SIMULATE = "battery_passport.cli.commands.simulate"
TRANSPORTS = ("http", "mqtt")
SAMPLINGS = ("usual", "telematics", "full")

Row = tuple[tuple[str, ...], str, str, Callable[[argparse.ArgumentParser], None]]


def _simulate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--vehicles", type=int, default=30, help="cars of the city (default 30)")
    parser.add_argument("--days", type=int, default=90, help="days of the past (default 90)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same city (default 1)")
    parser.add_argument(
        "--faults",
        default="usual",
        metavar="HOW",
        help="usual, none, many, or KIND=SHARE,... (docs/explanation/simulated-city.md)",
    )
    parser.add_argument(
        "--models", default="", metavar="NAME,...", help="battery models to draw from (all)"
    )
    parser.add_argument("--sampling", choices=SAMPLINGS, help="which samples devices keep (usual)")
    parser.add_argument(
        "--truth", metavar="DIR", help="where the truth goes (HOME-truth beside the home)"
    )
    parser.add_argument("--no-passports", action="store_true", help="record measurements alone")
    parser.add_argument("--out", metavar="DIR", help="Parquet files there, nothing into the home")
    parser.add_argument("--until", metavar="TIME", help="with --out: when the past ends (now)")
    parser.add_argument("--processes", type=int, metavar="N", help="with --out: how many (cores)")
    _live(parser)


def _live(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--live", action="store_true", help="stream into the running server instead"
    )
    parser.add_argument(
        "--speed", type=float, default=1.0, metavar="X", help="with --live: relive the days so fast"
    )
    parser.add_argument(
        "--seconds", type=float, metavar="S", help="with --live: end after so long (when told to)"
    )
    parser.add_argument(
        "--transport", choices=TRANSPORTS, default="http", help="with --live: over what (http)"
    )
    parser.add_argument(
        "--connections", type=int, default=4, metavar="N", help="with --live: how many (4)"
    )


CITY_ROWS: tuple[Row, ...] = (
    (("simulate",), _SIMULATE, "Make a city of electric cars whose truth is known.", _simulate),
)
