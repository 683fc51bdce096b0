"""The verbs of evidence: rows of the table of verbs.

In: nothing. Out: words, module, help and arguments of each.
"""

import argparse
from collections.abc import Callable

_MODULE = "battery_passport.cli.commands.evidence"

_Row = tuple[tuple[str, ...], str, str, Callable[[argparse.ArgumentParser], None]]


def _nothing(_parser: argparse.ArgumentParser) -> None:
    pass


def _seal(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--older-than", type=int, metavar="DAYS", help="days (default: the setting's)"
    )


EVIDENCE_ROWS: tuple[_Row, ...] = (
    (("evidence", "status"), _MODULE, "Tell where signed batches lie.", _nothing),
    (("evidence", "seal"), _MODULE, "Move old batches into segments now.", _seal),
    (
        ("evidence", "expire"),
        _MODULE,
        "Erase sealed evidence that no published figure rests on.",
        _seal,
    ),
)
EVIDENCE_GROUPS = {"evidence": "Signed batches: where they lie, and for how long."}
