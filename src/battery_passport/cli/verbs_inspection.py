"""Verbs of inspection bodies: rows for the table in `verbs`.

In: nothing. Out: words, module, help and arguments of each.
"""

import argparse
from collections.abc import Callable

_COMMANDS = "battery_passport.cli.commands"

Row = tuple[tuple[str, ...], str, str, Callable[[argparse.ArgumentParser], None]]


def _body(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("organisation", metavar="ORGANISATION", help="its short name")
    parser.add_argument("--name", help="its name, as readers see it")
    parser.add_argument(
        "--key", metavar="FILE", help="a public JWK (P-256): the body signs by itself from now on"
    )


def _inspect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("battery", metavar="ID")
    parser.add_argument("--by", metavar="ORGANISATION", help="the inspection body's short name")
    parser.add_argument("--at", metavar="TIME", help="when it was measured (default now)")
    parser.add_argument(
        "--set",
        dest="values",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="kind, result and what was measured: docs/reference/measurement-statement.md",
    )
    parser.add_argument(
        "--statement", metavar="FILE", help="a statement that the body signed with its own key"
    )


def _measured(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("battery", metavar="ID")


INSPECTION_GROUPS = {"inspector": "Inspection bodies and the keys they sign with."}
INSPECTION_ROWS: tuple[Row, ...] = (
    (("inspector", "add"), f"{_COMMANDS}.inspection", "Register an inspection body.", _body),
    (
        ("inspect",),
        f"{_COMMANDS}.inspection",
        "Record what an inspection body measured, as a statement signed with the body's key.",
        _inspect,
    ),
    (
        ("measured",),
        f"{_COMMANDS}.inspection",
        "Tell a battery's estimated and measured health beside one another.",
        _measured,
    ),
)
