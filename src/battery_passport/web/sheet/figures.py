"""The figures and the grade of a sheet.

In: what a sheet is made from, a language. Out: large numbers with interval, date and method; the
letter with its reasons.
"""

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.language import Language, marked
from battery_passport.web.sheet.model import Graded, SheetFigure
from battery_passport.web.sheet.ports import SheetSources
from battery_passport.web.sheet.reading import moment, number, part, parts
from battery_passport.web.sheet.signed import has_efficiency, signed_figures
from battery_passport.web.sheet.words import SUGGESTIONS, method_text, reason_text, why_not

NONE = "–"


def figures_of(sources: SheetSources, language: Language) -> tuple[SheetFigure, ...]:
    """Return health, capacity, resistance, efficiency, the expected loss, and what is signed."""
    diagnosis = sources.diagnosis
    as_of = diagnosis.get("as_of")
    health, capacity = part(diagnosis, "state_of_health"), part(diagnosis, "capacity")
    resistance, usage = part(diagnosis, "resistance"), part(diagnosis, "usage")
    text = language.text
    return (
        interval_figure(
            text("State of health (SOH)"), health | {"as_of": as_of}, "percent", language
        ),
        interval_figure(text("Remaining capacity"), capacity | {"as_of": as_of}, "ah", language),
        interval_figure(text("Internal resistance at 25 °C"), resistance, "mohm", language),
        *(() if has_efficiency(sources) else (_efficiency(usage, language),)),
        _loss(sources, language),
        *signed_figures(sources, language),
    )


FIGURE_UNITS = {"percent": "%", "ah": "Ah", "mohm": "mΩ"}


def interval_figure(label: str, found: JsonObject, unit: str, language: Language) -> SheetFigure:
    """Return a figure with its interval, or why there is none; `unit` ends its members' names."""
    values = [number(found.get(f"{name}_{unit}")) for name in ("value", "low", "high")]
    value, low, high = values
    if value is None or low is None or high is None:
        return SheetFigure(label=label, figure=NONE, interval=why_not(found, language), origin="")
    at = moment(found.get("as_of"))
    method = method_text(found.get("method"), found.get("version"), language)
    return SheetFigure(
        label=label,
        figure=language.number(value),
        unit=FIGURE_UNITS[unit],
        interval=_interval(low, high, FIGURE_UNITS[unit], language),
        origin=method if at is None else f"{language.day_of(at)}, {method}",
    )


def _interval(low: float, high: float, unit: str, language: Language) -> str:
    return language.text(
        "90 %% interval %(low)s to %(high)s %(unit)s",
        low=language.number(low),
        high=language.number(high),
        unit=unit,
    )


def _efficiency(usage: JsonObject, language: Language) -> SheetFigure:
    label = language.text("Energy efficiency")
    found = part(usage, "energy_efficiency")
    if not found:
        reason = language.text("No span of charging and driving was measured throughout.")
        return SheetFigure(label=label, figure=NONE, interval=reason, origin="")
    method = {"as_of": found.get("ended_at")} | {
        name: usage.get(name) for name in ("method", "version")
    }
    return interval_figure(label, found | method, "percent", language)


def _loss(sources: SheetSources, language: Language) -> SheetFigure:
    label = language.text("Expected loss a year")
    forecast = part(sources.diagnosis, "forecast")
    loss = part(forecast, "loss_points_a_year")
    value, low, high = (number(loss.get(name)) for name in ("value", "low", "high"))
    if value is None or low is None or high is None:
        reason = language.text("There is no forecast yet.")
        return SheetFigure(label=label, figure=NONE, interval=reason, origin="")
    method = method_text(forecast.get("method"), forecast.get("version"), language)
    return SheetFigure(
        label=label,
        figure=language.number(value),
        unit=language.text("points"),
        interval=_interval(low, high, language.text("points"), language),
        origin=f"{language.day_of(sources.diagnosed_at)}, {method}",
    )


def graded(sources: SheetSources, language: Language) -> Graded:
    """Return the letter, what is suggested, and why."""
    grade, text = part(sources.diagnosis, "grade"), language.text
    letter, suggestion = grade.get("grade"), SUGGESTIONS.get(str(grade.get("suggestion")))
    return Graded(
        letter=NONE if letter is None else str(letter),
        suggestion=text("No grade yet.")
        if letter is None and suggestion is None
        else ""
        if suggestion is None
        else text("Suggested: %(road)s.", road=text(suggestion)),
        reasons=tuple(reason_text(each, language) for each in parts(grade.get("reasons"))),
        missing=tuple(reason_text(each, language) for each in parts(grade.get("missing"))),
        scale=text(SCALE),
    )


SCALE = marked(
    "The grades are this project's own, by the lower end of the 90 % interval of the state of "
    "health: A from 80 %, B from 70 %, C from 60 %, R below or unsafe."
)
