"""Verbs of the intake of batches: rows for the table in `verbs`.

In: nothing. Out: words, module, help and arguments of each.
"""

import argparse
from collections.abc import Callable

_COMMANDS = "battery_passport.cli.commands"

Row = tuple[tuple[str, ...], str, str, Callable[[argparse.ArgumentParser], None]]


def _serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help="port to listen on; 0 takes a free one")


def _nothing(_parser: argparse.ArgumentParser) -> None:
    pass


def _one(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("batch", metavar="DIGEST", help="the beginning of its digest")


def _judge(parser: argparse.ArgumentParser) -> None:
    _one(parser)
    parser.add_argument(
        "--as",
        dest="judgement",
        required=True,
        choices=("cloned-key", "device-fault", "tried-out", "unexplained"),
        help="what you found",
    )


COLLECTION_ROWS: tuple[Row, ...] = (
    (
        ("intake", "serve"),
        f"{_COMMANDS}.intake",
        "Take batches beside the platform's server; several may run.",
        _serve,
    ),
    (
        ("quarantine", "list"),
        f"{_COMMANDS}.quarantine",
        "List batches whose number was known with other bytes.",
        _nothing,
    ),
    (
        ("quarantine", "show"),
        f"{_COMMANDS}.quarantine",
        "Show one of them beside the batch that came first.",
        _one,
    ),
    (
        ("quarantine", "judge"),
        f"{_COMMANDS}.quarantine",
        "Record what you found about one of them.",
        _judge,
    ),
)

COLLECTION_GROUPS = {
    "intake": "Processes that only take batches.",
    "quarantine": "Batches that contradict what was there before.",
}
