"""Pictures of a sheet about health: over time, and the forecast with the legal lines.

In: what a sheet is made from, a language. Out: plots, each with a sentence and a table.
"""

from datetime import datetime

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.language import Language
from battery_passport.web.sheet.axes import date_axis, day_number
from battery_passport.web.sheet.drawing import Chart, axis
from battery_passport.web.sheet.model import Plot
from battery_passport.web.sheet.ports import SheetSources, StatedHealth
from battery_passport.web.sheet.reading import moment, number, numbers, part, parts
from battery_passport.web.sheet.words import method_text, why_not

_CARS_ROWS = 6
_FAN_ROWS = 8
_LEAST_POINTS = 10.0
_LOW, _LOWER, _MIDDLE, _UPPER, _HIGH = range(5)


def health_plot(sources: SheetSources, language: Language) -> Plot:
    """Return health over time with its band, and beside it what the car states."""
    text = language.text
    title = text("State of health over time")
    estimates, cars = _estimates(sources), _cars_own(sources)
    if not estimates:
        reason = why_not(part(sources.diagnosis, "state_of_health"), language)
        return Plot(key="health", title=title, why_not=reason)
    chart = Chart(
        date_axis(
            text("Date"), [*(each[0] for each in estimates), *(each[0] for each in cars)], language
        ),
        axis(
            text("State of health, %"),
            [
                *(value for each in estimates for value in each[1:]),
                *(each[1] for each in cars),
            ],
            least_span=_LEAST_POINTS,
        ),
    )
    placed = [(day_number(at), value, low, high) for at, value, low, high in estimates]
    if len(placed) > 1:
        chart.band([(x, low) for x, _, low, _ in placed], [(x, high) for x, *_, high in placed])
    if cars:
        states = [(day_number(at), value) for at, value in cars]
        chart.line(states, kind="other", name=text("stated by the car"))
    chart.line([(x, value) for x, value, *_ in placed], kind="own", name=text("estimate"))
    for x, value, low, high in placed:
        chart.whisker(x, low, high)
        chart.dots([(x, value)], kind="own")
    return Plot(
        key="health",
        title=title,
        svg=chart.svg(said := _health_said(estimates, cars, language)),
        said=said,
        origin=text("The band is the 90 % interval of each estimate.")
        + _one_only(len(estimates), language),
        headings=(text("As of"), text("State of health"), text("90 % interval")),
        rows=(*_estimate_rows(estimates, language), *_car_rows(cars, language)),
    )


Estimate = tuple[datetime, float, float, float]


def _estimates(sources: SheetSources) -> list[Estimate]:
    """Return what was stated and the present estimate, one a moment, the oldest first."""
    found = {each.as_of: _stated(each) for each in sources.stated}
    health = part(sources.diagnosis, "state_of_health")
    at = moment(sources.diagnosis.get("as_of"))
    values = [number(health.get(f"{name}_percent")) for name in ("value", "low", "high")]
    known = [each for each in values if each is not None]
    if at is not None and len(known) == len(values):
        found[at] = (at, known[0], known[1], known[2])
    return [found[each] for each in sorted(found)]


def _stated(each: StatedHealth) -> Estimate:
    return each.as_of, each.value_percent, each.low_percent, each.high_percent


def _cars_own(sources: SheetSources) -> list[tuple[datetime, float]]:
    listed = sources.pictures.get("stated_health")
    pairs = listed if isinstance(listed, list | tuple) else []
    found = []
    for each in pairs:
        at, value = (
            (moment(each[0]), number(each[1])) if isinstance(each, list | tuple) else (None, None)
        )
        if at is not None and value is not None:
            found.append((at, value))
    return found


def _health_said(
    estimates: list[Estimate], cars: list[tuple[datetime, float]], language: Language
) -> str:
    at, value, low, high = estimates[-1]
    said = language.text(
        "Newest estimate, %(at)s: %(value)s %%, nine times in ten between %(low)s and %(high)s %%.",
        at=language.day_of(at),
        value=language.number(round(value, 1)),
        low=language.number(round(low, 1)),
        high=language.number(round(high, 1)),
    )
    if not cars:
        return said
    stated = language.text(
        "The car itself states %(value)s %%.", value=language.number(round(cars[-1][1], 1))
    )
    return f"{said} {stated}"


def _one_only(count: int, language: Language) -> str:
    if count > 1:
        return ""
    return " " + language.text("There is one estimate so far; a course needs two.")


def _estimate_rows(estimates: list[Estimate], language: Language) -> list[tuple[str, ...]]:
    return [
        (
            language.day_of(at),
            f"{language.number(round(value, 1))} %",
            f"{language.number(round(low, 1))} – {language.number(round(high, 1))} %",
        )
        for at, value, low, high in estimates
    ]


def _car_rows(cars: list[tuple[datetime, float]], language: Language) -> list[tuple[str, ...]]:
    step = max(1, -(-len(cars) // _CARS_ROWS))
    return [
        (
            language.day_of(at),
            f"{language.number(round(value, 1))} %",
            language.text("stated by the car"),
        )
        for at, value in cars[::-1][::step][::-1]
    ]


def forecast_plot(sources: SheetSources, language: Language) -> Plot:
    """Return the fan of the forecast with the lines of Euro 7."""
    text = language.text
    title = text("Forecast and the lines of Euro 7")
    forecast = part(sources.diagnosis, "forecast")
    fan = _fan(forecast)
    if not fan:
        reason = text(
            "There is no forecast: nobody recorded when this battery was made or placed on the "
            "market."
        )
        return Plot(key="forecast", title=title, why_not=reason)
    lines = list(parts(forecast.get("euro7")))
    levels = [each for each in (number(line.get("line_percent")) for line in lines) if each]
    chart = Chart(
        axis(text("Age, years"), [age for age, _ in fan]),
        axis(
            text("State of health, %"),
            [*(value for _, values in fan for value in values), *levels],
        ),
    )
    for lower, upper, shade in ((_LOW, _HIGH, "0.14"), (_LOWER, _UPPER, "0.22")):
        chart.band(
            [(age, values[lower]) for age, values in fan],
            [(age, values[upper]) for age, values in fan],
            shade=shade,
        )
    chart.line([(age, values[_MIDDLE]) for age, values in fan], kind="own", name=text("expected"))
    for line in lines:
        chart.level(number(line.get("line_percent")) or 0.0, _line_name(line, language))
    return Plot(
        key="forecast",
        title=title,
        svg=chart.svg(said := _forecast_said(forecast, lines, language)),
        said=said,
        origin=text("Darker: half of all cases; lighter: nine in ten.")
        + f" {method_text(forecast.get('method'), forecast.get('version'), language)}",
        headings=(text("Age"), text("Expected"), text("90 % interval")),
        rows=_fan_rows(fan, language),
    )


def _fan(forecast: JsonObject) -> list[tuple[float, list[float]]]:
    found = []
    for each in parts(forecast.get("fan")):
        age = number(each.get("age_years"))
        values = [value for value in numbers(each.get("percent")) if value is not None]
        if age is not None and len(values) == _HIGH + 1:
            found.append((age, values))
    return found


def _line_name(line: JsonObject, language: Language) -> str:
    return language.text(
        "Euro 7: %(line)s %% at %(age)s years",
        line=language.number(number(line.get("line_percent")) or 0.0),
        age=language.number(number(line.get("at_age_years")) or 0.0),
    )


def _forecast_said(forecast: JsonObject, lines: list[JsonObject], language: Language) -> str:
    loss = part(forecast, "loss_points_a_year")
    values = {
        name: language.number(number(loss.get(name)) or 0.0) for name in ("value", "low", "high")
    }
    said = language.text(
        "Expected loss: %(value)s points a year, nine times in ten between %(low)s and %(high)s.",
        **values,
    )
    chances = [
        language.text(
            "Euro 7, %(line)s %% at %(age)s years: kept with a chance of %(chance)s %%.",
            line=language.number(number(line.get("line_percent")) or 0.0),
            age=language.number(number(line.get("at_age_years")) or 0.0),
            chance=language.number(number(line.get("chance_percent")) or 0.0),
        )
        for line in lines
    ]
    return " ".join((said, *chances))


def _fan_rows(
    fan: list[tuple[float, list[float]]], language: Language
) -> tuple[tuple[str, ...], ...]:
    step = max(1, -(-len(fan) // _FAN_ROWS))
    return tuple(
        (
            language.text("%(years)s years", years=language.number(round(age, 1))),
            f"{language.number(values[_MIDDLE])} %",
            f"{language.number(values[_LOW])} – {language.number(values[_HIGH])} %",
        )
        for age, values in fan[::step]
    )
