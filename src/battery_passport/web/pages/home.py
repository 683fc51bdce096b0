"""The home page: what this is, a search, three things to try, and the state of the log.

In: an `Overview`. Out: the page's typed context.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from battery_passport.web.language import THIN_SPACE, Language, marked
from battery_passport.web.pages.data_points import battery_name
from battery_passport.web.pages.evidence import LEDGER_NAMES
from battery_passport.web.pages.layout import Shell
from battery_passport.web.views import ExamplePassport, LedgerKind, Overview


@dataclass(frozen=True, slots=True)
class ExampleLink:
    """A passport to look at."""

    name: str
    identifier: str
    version: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFigure:
    """A figure of the log with its label, and in small type a note and a time."""

    label: str
    figure: str
    note: str
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """The context of `home.html`. A search that failed keeps what was typed."""

    template: ClassVar[str] = "home.html"
    shell: Shell
    figures: tuple[LogFigure, ...]
    examples: tuple[ExampleLink, ...]
    log_origin: str
    is_development_ledger: bool
    searched: str = ""
    search_fault: str = ""


def build_home_page(
    overview: Overview, shell: Shell, *, searched: str = "", search_fault: str = ""
) -> HomePage:
    """Return the home page."""
    return HomePage(
        shell=shell,
        figures=_figures(overview, shell.language),
        examples=tuple(_example(each, shell) for each in overview.examples),
        log_origin=overview.log_origin,
        is_development_ledger=overview.ledger is LedgerKind.DEVELOPMENT,
        searched=searched,
        search_fault=search_fault,
    )


def _example(example: ExamplePassport, shell: Shell) -> ExampleLink:
    return ExampleLink(
        name=battery_name(example.model_name, example.identifier, shell.language),
        identifier=str(example.identifier),
        version=example.version,
        address=shell.link(f"/{example.identifier.path}"),
    )


def _figures(overview: Overview, language: Language) -> tuple[LogFigure, ...]:
    ledger = language.text(LEDGER_NAMES[overview.ledger])
    return (
        LogFigure(
            label=language.text("Batteries"),
            figure=language.number(overview.battery_count),
            note=language.text(
                "%(count)s with a passport", count=language.number(overview.passport_count)
            ),
        ),
        LogFigure(
            label=language.text("Log entries"),
            figure=language.number(overview.log_size),
            note=language.text("last checkpoint"),
            at=_moment(overview.checkpoint_at, language),
        ),
        LogFigure(
            label=language.text("Recorded on the %(ledger)s", ledger=ledger),
            figure=language.number(overview.anchored_size),
            note=_block(overview, language),
            at=_moment(overview.anchored_at, language),
        ),
        _waiting(overview, language),
    )


def _moment(at: datetime | None, language: Language) -> str:
    return language.text("none yet") if at is None else language.moment(at)


def _block(overview: Overview, language: Language) -> str:
    if overview.anchor_block is None:
        return ""
    return language.text("block %(block)s", block=language.number(overview.anchor_block))


def _waiting(overview: Overview, language: Language) -> LogFigure:
    count = max(0, overview.log_size - overview.anchored_size)
    note = language.text("everything is recorded")
    if count:
        wait = show_wait(overview.anchoring_lag_s, language)
        note = language.text("oldest for %(wait)s", wait=wait)
    label = language.text("Waiting to be recorded")
    return LogFigure(label=label, figure=language.number(count), note=note)


_WAIT_UNITS = ((86_400, marked("d")), (3_600, marked("h")), (60, marked("min")), (1, marked("s")))


def show_wait(seconds: float, language: Language) -> str:
    """Return a wait in whole units of the largest that fits."""
    length_s, unit = next((each for each in _WAIT_UNITS if seconds >= each[0]), _WAIT_UNITS[-1])
    return f"{language.number(int(seconds // length_s))}{THIN_SPACE}{language.text(unit)}"
