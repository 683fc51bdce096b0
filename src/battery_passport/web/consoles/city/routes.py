"""City officers' routes: overview, open matters, report of the month.

In: requests of city officers. Out: pages and CSV of their own city's counts.
"""

from collections.abc import Sequence
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.policy.errors import AccessDenied
from battery_passport.web.authorization import ActionRoute
from battery_passport.web.consoles.city.contexts import OverviewPage, ReportPage
from battery_passport.web.consoles.city.matters import matters_list
from battery_passport.web.consoles.city.pilot_paper import TEMPLATE, paper_of
from battery_passport.web.consoles.city.pilot_parts import coverage_part, table_parts
from battery_passport.web.consoles.city.ports import CityBook, CityCounts
from battery_passport.web.consoles.city.report import (
    event_lines,
    part_lines,
    report_csv,
    report_lines,
)
from battery_passport.web.consoles.frame.answering import csv_file, pdf_file
from battery_passport.web.consoles.frame.cells import Figure, Trend, draw_trend
from battery_passport.web.consoles.frame.desk import Desk, short_view
from battery_passport.web.consoles.frame.listing import Choice
from battery_passport.web.consoles.frame.places import CITY
from battery_passport.web.consoles.frame.ports import SetDocument
from battery_passport.web.language import Language, marked
from battery_passport.web.session import principal_of

REPORT = f"{CITY.path}/report"
SHOWN_MATTERS = 6
FIGURES = "city.figures"


class CityDesk:
    """Endpoints of city officers."""

    def __init__(self, desk: Desk, book: CityBook, set_pdf: SetDocument) -> None:
        self._desk = desk
        self._book = book
        self._set_pdf = set_pdf

    def overview(self, request: Request) -> Response:
        """Return the four figures with their trend, and what is open."""
        shell = self._desk.frame.shell(request, CITY)
        region, text = _region(request), shell.language.text
        counts = self._book.counts(region)
        matters = self._book.matters(region)
        page = OverviewPage(
            shell=shell,
            title=text("The pilot at a glance"),
            lead=text(
                "Counts of your city, as of %(at)s, Korean time (KST, UTC+9).",
                at=shell.language.moment(counts.until),
            ),
            figures=_figures(counts, shell.language),
            table_headings=tuple(text(each) for each in _HEADINGS),
            table_rows=_rows(counts, shell.language),
            matters=short_view(matters_list(), matters, shell, most=SHOWN_MATTERS),
            matters_link=shell.address(f"{CITY.path}/matters"),
            report_link=shell.address(REPORT),
        )
        return self._desk.frame.answer(page)

    def matters(self, request: Request) -> Response:
        """Return what is open."""
        return self._desk.list_answer(
            request,
            CITY,
            matters_list(),
            self._book.matters(_region(request)),
            title=marked("Open matters"),
            lead=marked("The oldest first. Which battery or device it is, administrators see."),
        )

    def report(self, request: Request) -> Response:
        """Return the report of a month, as a page that prints, as CSV or as PDF."""
        wanted = request.query_params.get("format", "")
        page, name = self._report(request)
        if wanted == "csv":
            lines = (*page.lines, *page.events, *part_lines(page.coverage, page.parts))
            return csv_file(f"report-{name}", report_csv(lines, page.shell.language))
        if wanted == "pdf":
            made = self._set_pdf(TEMPLATE, paper_of(page), made_at=self._desk.clock.now())
            return pdf_file(f"report-{name}", made)
        return self._desk.frame.answer(page)

    def _report(self, request: Request) -> tuple[ReportPage, str]:
        shell = self._desk.frame.shell(request, CITY)
        region, language = _region(request), shell.language
        months = self._book.months(region)
        month = _chosen(request.query_params.get("month", ""), months)
        pilot = self._book.pilot(region, month)
        name, text = month.strftime("%Y-%m"), language.text
        page = ReportPage(
            shell=shell,
            title=text("Report of %(month)s", month=name),
            lead=text("Battery passport pilot, %(name)s", name=shell.organisation or region),
            action=REPORT,
            language=language.code if shell.chosen_by_hand else "",
            months=tuple(_choice(each, month) for each in months),
            lines=report_lines(pilot.month, language),
            events=event_lines(pilot.month, language),
            events_title=text("What happened to batteries"),
            no_events=text("No event of this month is recorded."),
            count_heading=text("How many"),
            coverage=coverage_part(pilot, language),
            parts=table_parts(pilot, language),
            csv_link=shell.address(REPORT, month=name, format="csv"),
            pdf_link=shell.address(REPORT, month=name, format="pdf"),
            made=text(
                "Made on %(at)s, Korean time, from the records of this installation.",
                at=language.moment(pilot.counted_at),
            ),
            provisional=""
            if pilot.month.complete
            else text("The month is not over: these figures will still change."),
        )
        return page, name


_HEADINGS = (
    marked("Week until"),
    marked("Cars enrolled"),
    marked("Measured that week"),
    marked("Batches"),
    marked("Samples"),
    marked("Batteries with a passport"),
)


def _region(request: Request) -> str:
    region = principal_of(request).region
    if region is None:
        raise AccessDenied("You do not act for a city.")
    return region


def _figures(counts: CityCounts, language: Language) -> tuple[Figure, ...]:
    text, number = language.text, language.number
    heard, enrolled = counts.heard_of[-1], counts.enrolled[-1]
    share = f"{number(round(100 * heard / enrolled))}" if enrolled else "–"
    return (
        Figure(
            label=text("Cars enrolled"),
            figure=number(enrolled),
            origin=text(
                "of %(count)s batteries registered; each has a device of its own",
                count=number(counts.batteries),
            ),
            trend=_trend(counts.enrolled, language),
        ),
        Figure(
            label=text("Coverage"),
            figure=share,
            unit="%" if enrolled else "",
            origin=text(
                "%(count)s batteries measured in the last 7 days, by the devices' clocks",
                count=number(heard),
            ),
            trend=_trend(counts.heard_of, language),
        ),
        Figure(
            label=text("Samples in the last 7 days"),
            figure=number(counts.samples[-1]),
            origin=text("in %(count)s signed batches", count=number(counts.batches[-1])),
            trend=_trend(counts.samples, language),
        ),
        Figure(
            label=text("Batteries with a passport"),
            figure=number(counts.with_passport[-1]),
            origin=text(
                "%(count)s versions issued in the last 7 days", count=number(counts.issued[-1])
            ),
            trend=_trend(counts.with_passport, language),
        ),
    )


def _trend(values: tuple[int, ...], language: Language) -> Trend | None:
    """Return the line of the weeks; none where all of them are zero."""
    return draw_trend(list(values), _since(values, language)) if any(values) else None


def _since(values: tuple[int, ...], language: Language) -> str:
    return language.text(
        "%(weeks)s weeks ago %(before)s, now %(now)s",
        weeks=len(values) - 1,
        before=language.number(values[0]),
        now=language.number(values[-1]),
    )


def _rows(counts: CityCounts, language: Language) -> tuple[tuple[str, ...], ...]:
    columns = (
        counts.enrolled,
        counts.heard_of,
        counts.batches,
        counts.samples,
        counts.with_passport,
    )
    rows = zip(counts.ends, *columns, strict=True)
    return tuple(
        (language.day(end), *(language.number(each) for each in figures))
        for end, *figures in reversed(list(rows))
    )


def _choice(month: date, chosen: date) -> Choice:
    name = month.strftime("%Y-%m")
    return Choice(name, name, chosen=month == chosen)


def _chosen(wanted: str, months: Sequence[date]) -> date:
    return next((each for each in months if each.strftime("%Y-%m") == wanted), months[0])


def city_routes(desk: Desk, book: CityBook, set_pdf: SetDocument) -> list[ActionRoute]:
    """Return the routes of city officers."""
    pages, console = CityDesk(desk, book, set_pdf), CITY.action
    return [
        ActionRoute(CITY.path, pages.overview, action=(console, FIGURES)),
        ActionRoute(f"{CITY.path}/matters", pages.matters, action=(console, FIGURES)),
        ActionRoute(REPORT, pages.report, action=(console, FIGURES)),
    ]
