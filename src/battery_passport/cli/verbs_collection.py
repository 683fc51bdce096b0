"""Verbs of the intake of batches: rows for the table in `verbs`.

In: nothing. Out: words, module, help and arguments of each.
"""

import argparse
from collections.abc import Callable

_COMMANDS = "battery_passport.cli.commands"

Row = tuple[tuple[str, ...], str, str, Callable[[argparse.ArgumentParser], None]]


def _serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help="port to listen on; 0 takes a free one")


COLLECTION_ROWS: tuple[Row, ...] = (
    (
        ("intake", "serve"),
        f"{_COMMANDS}.intake",
        "Take batches beside the platform's server; several may run.",
        _serve,
    ),
)

COLLECTION_GROUPS = {"intake": "Processes that only take batches."}
