"""The page of a battery's measurements: what is shown, said in words and in tables too.

In: sums of a window. Out: a typed context.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from battery_passport.foundation.clock import from_unix_ms
from battery_passport.telemetry.overview import SpanSums, joined_sums
from battery_passport.web.consoles.fleet.measures import written_duration
from battery_passport.web.consoles.frame.pages import ConsolePage
from battery_passport.web.language import DISPLAY_ZONE, THIN_SPACE, Language, marked
from battery_passport.web.measurements.documents import (
    SERIES_FORMS,
    CellSummary,
    cells_of,
    means_of,
)
from battery_passport.web.measurements.ports import Measured

SERIES_TITLES = {
    "current": marked("Current"),
    "packVoltage": marked("Voltage"),
    "stateOfCharge": marked("State of charge"),
    "temperatureHighest": marked("Highest temperature"),
    "temperatureLowest": marked("Lowest temperature"),
}
TABLE_ROWS = 24
SHOWN_CELLS = 5
FIELD_TIME = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class SpanLink:
    """A length of time to look at."""

    title: str
    link: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: what it shows, and the same in a sentence."""

    key: str
    title: str
    unit: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementsPage(ConsolePage):
    """The context of `measurements/battery.html`."""

    template: ClassVar[str] = "measurements/battery.html"
    identifier: str
    action: str
    language: str
    since: str
    until: str
    spans: tuple[SpanLink, ...]
    source: str
    follows: bool
    words: tuple[tuple[str, str], ...]
    pictures: tuple[Picture, ...]
    cells_said: str
    cells_count: int
    notice_mv: int
    cell_rows: tuple[tuple[str, str], ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: str
    passport: str
    sheet: str


def field_time(at_ms: int) -> str:
    """Return a moment as a form's field holds it, in Korean time."""
    return from_unix_ms(at_ms).astimezone(DISPLAY_ZONE).strftime(FIELD_TIME)


def time_in_field(text: str) -> int | None:
    """Return the moment that a field holds, or None."""
    try:
        at = datetime.strptime(text[:16], FIELD_TIME).replace(tzinfo=DISPLAY_ZONE)
    except ValueError:
        return None
    return int(at.timestamp() * 1_000)


def pictures_of(measured: Measured, language: Language) -> tuple[Picture, ...]:
    """Return the curves there are, each with its sentence."""
    found = []
    for form in SERIES_FORMS:
        series = measured.sums.series.get(form.name)
        if series is None or not series.counts.any():
            continue
        present = series.counts > 0
        said = language.text(
            "from %(low)s to %(high)s %(unit)s, mean %(mean)s",
            low=_rounded(series.lows[present].min() * form.scale, form.digits, language),
            high=_rounded(series.highs[present].max() * form.scale, form.digits, language),
            unit=form.unit,
            mean=_rounded(
                series.sums.sum() / series.counts.sum() * form.scale, form.digits, language
            ),
        )
        title = language.text(SERIES_TITLES[form.key])
        found.append(Picture(form.key, title, form.unit, f"{title}: {said}"))
    return tuple(found)


def cells_said(sums: SpanSums, cells: CellSummary, language: Language) -> str:
    """Return the heat map in a sentence."""
    if cells.weakest is None:
        return ""
    number, distance = cells.weakest
    return language.text(
        "%(count)s cells; the weakest is cell %(cell)s, on average %(distance)s mV from the "
        "middle of its sample.",
        count=sums.cell_sums.shape[1],
        cell=number,
        distance=_rounded(distance, 1, language),
    )


def cell_rows(sums: SpanSums, language: Language) -> tuple[tuple[str, str], ...]:
    """Return the weakest cells with their mean distance."""
    return tuple(
        (
            language.text("Cell %(number)s", number=cell),
            f"{_rounded(distance, 1, language)}{THIN_SPACE}mV",
        )
        for cell, distance in cells_of(sums).by_cell[:SHOWN_CELLS]
    )


def table_of(
    measured: Measured, language: Language
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return headings and rows of the curves: at most two dozen equal spans."""
    sums = measured.sums
    if not sums.spans.shape[0]:
        return (), ()
    total = int(sums.spans[-1] - sums.spans[0]) + 1
    factor = max(1, -(-total // TABLE_ROWS))
    coarse = joined_sums([sums], factor=factor)
    forms = [each for each in SERIES_FORMS if coarse.series[each.name].counts.any()]
    columns = [means_of(coarse.series[each.name], each) for each in forms]
    times = (coarse.spans * factor * measured.span_ms).tolist()
    headings = (
        language.text("From"),
        *(f"{language.text(SERIES_TITLES[each.key])}, {each.unit}" for each in forms),
    )
    rows = tuple(
        (language.moment(from_unix_ms(at)), *(_shown(value, language) for value in values))
        for at, *values in zip(times, *columns, strict=True)
    )
    return headings, rows


def facts_of(measured: Measured, language: Language) -> tuple[tuple[str, str], ...]:
    """Return what the window is, term by term."""
    text = language.text
    start, end = (from_unix_ms(each) for each in measured.window)
    return (
        (text("Shown"), f"{language.moment(start)} – {language.moment(end)}"),
        (text("Samples"), language.number(int(measured.sums.samples.sum()))),
        (text("One point stands for"), written_duration(measured.span_ms / 1_000, language)),
    )


def left_out_said(count: int, language: Language) -> str:
    """Return how many values the pictures leave out."""
    if not count:
        return ""
    return language.text(
        "%(count)s values that cannot be true are left out of the pictures; the evidence keeps "
        "them.",
        count=language.number(count),
    )


def _rounded(value: float, digits: int, language: Language) -> str:
    return language.number(round(float(value), digits))


def _shown(value: float | None, language: Language) -> str:
    return "–" if value is None else language.number(value)
