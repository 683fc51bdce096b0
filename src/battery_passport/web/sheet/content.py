"""What a diagnostic sheet says, put together: the one description of page and paper.

In: what a sheet is made from, a language, the moment. Out: a `Sheet`.
"""

from datetime import datetime

from battery_passport.telemetry.column_titles import column_title
from battery_passport.telemetry.quality.kinds import KINDS
from battery_passport.web.consoles.fleet.findings import SEVERITIES, gravest_first
from battery_passport.web.consoles.frame.pages import Term
from battery_passport.web.language import THIN_SPACE, Language, marked
from battery_passport.web.pages.data_points import battery_name
from battery_passport.web.pages.values import WORDS as VALUE_WORDS
from battery_passport.web.sheet.assumptions import assumption_text
from battery_passport.web.sheet.cell_plots import (
    cells_plot,
    incremental_plot,
    open_circuit_plot,
    resistance_plot,
)
from battery_passport.web.sheet.figures import figures_of, graded
from battery_passport.web.sheet.found import findings_table
from battery_passport.web.sheet.items import item_lines
from battery_passport.web.sheet.model import Sheet, SheetTable
from battery_passport.web.sheet.module_plots import modules_plot
from battery_passport.web.sheet.plots import forecast_plot, health_plot
from battery_passport.web.sheet.ports import SheetSources
from battery_passport.web.sheet.reading import moment, number, part, parts

_PLOTS = (
    health_plot,
    forecast_plot,
    open_circuit_plot,
    incremental_plot,
    cells_plot,
    modules_plot,
    resistance_plot,
)
_STANDINGS = {
    "open": marked("in force"),
    "suspended": marked("suspended"),
    "ended": marked("ended"),
}


def sheet_of(sources: SheetSources, language: Language, *, now: datetime) -> Sheet:
    """Return the sheet of a battery in words."""
    text = language.text
    name = battery_name(sources.model_name, sources.identifier, language)
    return Sheet(
        title=text("Diagnostic sheet"),
        lead=f"{name} · {sources.identifier}",
        terms=_terms(sources, language),
        outdated=text(
            "Measurements have come in since this diagnosis; it is made anew once a day, and after "
            "every event."
        )
        if sources.outdated
        else "",
        grade=graded(sources, language),
        figures=figures_of(sources, language),
        items_title=text("Nine inspection items"),
        items_lead=text(
            "What the evidence gives beside what an inspector measured. What was counted holds no "
            "time that was not measured."
        ),
        item_headings=(text("Item"), text("By the evidence"), text("Measured by an inspector")),
        items=item_lines(sources, language),
        plots=tuple(draw(sources, language) for draw in _PLOTS),
        findings=findings_table(sources, language),
        quality=_quality(sources, language),
        notes_title=text("What the figures take for granted"),
        notes=tuple(
            assumption_text(each, language) for each in parts(sources.diagnosis.get("assumptions"))
        ),
        made=text(
            "Put together on %(at)s, Korean time (KST, UTC+9), from the records of this "
            "installation.",
            at=language.moment(now),
        ),
    )


def _terms(sources: SheetSources, language: Language) -> tuple[Term, ...]:
    text = language.text
    market = sources.placed_on_market_at
    told = (
        Term(text("Battery identifier"), str(sources.identifier), code=True),
        Term(text("Model"), sources.model_name),
        Term(text("Economic operator"), sources.operator),
        Term(text("Declared"), _rating(sources, language)),
        Term(text("Month of manufacture"), sources.made_on),
        Term(text("Placed on the market"), "" if market is None else language.day_of(market)),
        Term(text("Diagnosed"), language.moment(sources.diagnosed_at)),
        Term(text("Evidence"), _evidence(sources, language)),
        Term(text("Signed and logged"), _signed(sources, language)),
        Term(text("Battery passport"), _passport(sources, language)),
    )
    return tuple(each for each in told if each.text)


def _rating(sources: SheetSources, language: Language) -> str:
    rating, text = sources.rating, language.text
    capacity, modules = rating.rated_capacity_ah, rating.cells_per_module
    chemistry = "" if rating.chemistry is None else rating.chemistry.value
    told = (
        "" if capacity is None else f"{language.number(capacity)}{THIN_SPACE}Ah",
        ""
        if rating.cells_in_series is None
        else text("%(count)s cells in series", count=rating.cells_in_series),
        "" if modules is None else text("%(count)s modules", count=len(modules)),
        str(VALUE_WORDS.get(chemistry, chemistry)),
    )
    return ", ".join(each for each in told if each)


def _evidence(sources: SheetSources, language: Language) -> str:
    text, count = language.text, language.number
    evidence = sources.evidence
    if not evidence.batches:
        return text("no measurements yet")
    said = text(
        "%(batches)s signed batches, %(samples)s samples",
        batches=count(evidence.batches),
        samples=count(evidence.samples),
    )
    since, until = (moment(sources.pictures.get(f"{end}_at")) for end in ("started", "ended"))
    if since is None or until is None:
        return said
    hours = number(part(sources.diagnosis, "usage").get("covered_hours")) or 0.0
    whole = max((until - since).total_seconds() / 3_600, 1e-9)
    covered = text(
        "%(since)s – %(until)s, of which %(hours)s h (%(share)s %%) are measured",
        since=language.day_of(since),
        until=language.day_of(until),
        hours=count(hours),
        share=count(round(min(100.0, 100.0 * hours / whole), 1)),
    )
    return f"{said}; {covered}"


def _signed(sources: SheetSources, language: Language) -> str:
    if not sources.stated:
        return language.text("No health statement has been signed yet.")
    newest = sources.stated[-1]
    said = language.text(
        "health statement %(number)s: %(value)s %% as of %(at)s",
        number=newest.number,
        value=language.number(newest.value_percent),
        at=language.day_of(newest.as_of),
    )
    if newest.log_index is None:
        return f"{said}, {language.text('not yet in the log')}"
    place = language.text("number %(index)s in the log", index=language.number(newest.log_index))
    return f"{said}, {place}"


def _passport(sources: SheetSources, language: Language) -> str:
    if sources.passport_version is None:
        return language.text("not yet issued")
    return language.text(
        "version %(number)s, %(standing)s",
        number=sources.passport_version,
        standing=language.text(_STANDINGS[sources.standing]),
    )


def _quality(sources: SheetSources, language: Language) -> SheetTable:
    text, count, korean = language.text, language.number, language.code == "ko"
    quality = sources.quality
    missing = sum(each.missing for each in quality.devices)
    return SheetTable(
        title=text("Data quality"),
        lead=text(
            "%(missing)s numbered batches never came. What looked wrong is counted and kept as it "
            "is.",
            missing=count(missing),
        ),
        headings=(text("Finding"), text("Gravity"), text("How many"), text("Last time")),
        rows=tuple(
            (
                " · ".join(
                    each
                    for each in (
                        KINDS[row.kind].title_ko if korean else KINDS[row.kind].title_en,
                        column_title(row.column, korean=korean),
                    )
                    if each
                ),
                text(SEVERITIES[KINDS[row.kind].severity]),
                count(row.count),
                language.moment(row.last_at),
            )
            for row in sorted(quality.findings, key=gravest_first)
        ),
        empty=text("Nothing was found."),
    )
