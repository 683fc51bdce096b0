"""Verbs of measurements' quality and of the diagnostic sheet: rows for the table in `verbs`.

In: nothing. Out: words, module, help and arguments of each.
"""

import argparse
from collections.abc import Callable

_COMMANDS = "battery_passport.cli.commands"

Row = tuple[tuple[str, ...], str, str, Callable[[argparse.ArgumentParser], None]]


def _battery(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("battery", metavar="ID")


def _district(parser: argparse.ArgumentParser) -> None:
    _battery(parser)
    parser.add_argument("district", metavar="CODE", help="as in docs/reference/quality.md")


def _sheet(parser: argparse.ArgumentParser) -> None:
    _battery(parser)
    parser.add_argument("--pdf", required=True, metavar="FILE", help="where to write it")
    parser.add_argument("--language", choices=("ko", "en"), default="ko", help="default ko")


QUALITY_ROWS: tuple[Row, ...] = (
    (
        ("quality",),
        f"{_COMMANDS}.quality",
        "Tell what looked wrong in a battery's measurements.",
        _battery,
    ),
    (
        ("sheet",),
        f"{_COMMANDS}.sheet",
        "Write a battery's diagnostic sheet as PDF.",
        _sheet,
    ),
    (
        ("battery", "district"),
        f"{_COMMANDS}.quality",
        "Put a battery's car into a district of the city.",
        _district,
    ),
)
