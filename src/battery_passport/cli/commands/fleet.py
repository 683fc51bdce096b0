"""`fleet diagnose` and `fleet outlook`: all batteries of a home.

In: the home. Out: how many were diagnosed and their grades; how many retire in each year.
"""

import argparse
import os
from datetime import UTC, datetime

from battery_passport.adapters.sql.diagnoses import DiagnosisStore
from battery_passport.assembly.fleet.daily import (
    DailyReport,
    Spread,
    diagnose_fleet,
    on_this_machine,
    sorted_grades,
)
from battery_passport.assembly.fleet.outlook import YearOutlook, outlook
from battery_passport.assembly.fleet.pools import own_cores
from battery_passport.assembly.installation import opened_installation
from battery_passport.assembly.settings import load_settings
from battery_passport.cli.commands.output import print_json, print_lines
from battery_passport.cli.commands.progress import ProgressBar
from battery_passport.foundation.errors import InvalidInput

_FAILED = 1


class InvalidMarket(InvalidInput):
    """The market is told by two numbers."""

    code = "invalid-market"
    remedy = "Give the batteries of a year now and in five years, as in 8000:100000."


def run(arguments: argparse.Namespace) -> int:
    """Diagnose, or look ahead."""
    if arguments.verb == "fleet outlook":
        return _look_ahead(arguments)
    return diagnose(arguments, on_this_machine(arguments.workers or own_cores()))


def diagnose(arguments: argparse.Namespace, spread: Spread) -> int:
    """Diagnose what is due, and print the counts; exit code 1 if a battery failed."""
    bar = ProgressBar()
    try:
        with opened_installation(load_settings(os.environ)) as installation:
            report = diagnose_fleet(
                installation,
                spread,
                lambda done, total: bar("batteries diagnosed", done, total),
                everything=arguments.all,
            )
    finally:
        bar.close()
    if arguments.json:
        print_json(report.as_json())
    else:
        print_lines(*_lines(report))
    return _FAILED if report.failed else 0


def _lines(report: DailyReport) -> list[str]:
    grades = ", ".join(
        f"{grade or 'none yet'} {count}" for grade, count in sorted_grades(report.grades)
    )
    return [
        f"Diagnosed {report.diagnosed} batteries; {report.unchanged} had nothing new.",
        f"Grades of all: {grades or 'no battery was measured yet'}.",
        *(f"FAILED {each.battery_id}: {each.error}" for each in report.failed),
    ]


def _look_ahead(arguments: argparse.Namespace) -> int:
    growth = _growth(arguments.market)
    with (
        opened_installation(load_settings(os.environ)) as installation,
        installation.database.read() as connection,
    ):
        documents = DiagnosisStore(connection).documents()
    years = outlook(documents, year=datetime.now(UTC).year, years=arguments.years, growth=growth)
    if arguments.json:
        print_json({"batteries": len(documents), "years": [each.as_json() for each in years]})
    else:
        print_lines(
            f"From the forecasts of {len(documents)} batteries; grades A, B, C, R.",
            *(_year_line(each) for each in years),
        )
    return 0


def _year_line(each: YearOutlook) -> str:
    known, market = (
        " ".join(f"{count:>7}" for count in counts.values()) for counts in (each.known, each.market)
    )
    return f"{each.year}  known {known}   market {market}"


def _growth(text: str) -> tuple[float, float]:
    now, _colon, later = text.partition(":")
    try:
        found = float(now), float(later)
    except ValueError as error:
        raise InvalidMarket(f"{text!r} is not two numbers.") from error
    if min(found) <= 0:
        raise InvalidMarket(f"{text!r} holds a number that is not above 0.")
    return found
