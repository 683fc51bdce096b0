"""Pictures of a sheet about cells: open-circuit curve, dQ/dV, spread, resistance over temperature.

In: what a sheet is made from, a language. Out: plots, each with a sentence and a table.
"""

from itertools import pairwise

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.language import Language
from battery_passport.web.sheet.drawing import Chart, Point, axis
from battery_passport.web.sheet.model import Plot
from battery_passport.web.sheet.ports import SheetSources
from battery_passport.web.sheet.reading import moment, number, numbers, part, parts, points
from battery_passport.web.sheet.words import method_text, why_not

_ROWS = 10
_SHOWN_CELLS = 5
_PERCENT = 100.0
_LEAST_SPREAD_MV = 20.0
_FAR_MV = 20.0


def open_circuit_plot(sources: SheetSources, language: Language) -> Plot:
    """Return the rested voltage over the state of charge against the model's reference."""
    text = language.text
    title = text("Open-circuit voltage against the model's reference")
    charge = part(sources.pictures, "charge")
    own = [(_PERCENT * soc, volts) for soc, volts in points(charge.get("rested_v"))]
    if not own:
        reason = (
            why_not(charge, language)
            if "reason" in charge
            else text("The car did not state its state of charge during its best charge.")
        )
        return Plot(key="open-circuit", title=title, why_not=reason)
    reference = part(sources.pictures, "reference")
    other = [(_PERCENT * soc, volts) for soc, volts in points(reference.get("rested_v"))]
    chart = Chart(
        axis(text("State of charge stated by the car, %"), [0.0, _PERCENT]),
        axis(text("Voltage of a cell, V"), [volts for _, volts in (*own, *other)]),
    )
    _both(chart, own, other, language)
    apart = _apart_mv(own, other)
    said = text("This battery between %(low)s and %(high)s %% of charge.", **_ends(own, language))
    if apart is not None:
        said += " " + text(
            "Its curve lies %(apart)s mV from the reference on average.",
            apart=language.number(round(apart, 1)),
        )
    return Plot(
        key="open-circuit",
        title=title,
        svg=chart.svg(said),
        said=said,
        origin=_origin(charge, reference, language),
        headings=(text("State of charge"), text("This battery"), text("Reference")),
        rows=tuple(
            (
                f"{language.number(round(soc, 1))} %",
                f"{language.number(round(volts, 3))} V",
                _at(other, soc, language, ("V", 3)),
            )
            for soc, volts in _thinned(own)
        ),
    )


def incremental_plot(sources: SheetSources, language: Language) -> Plot:
    """Return dQ/dV of the best charge against the reference's."""
    text = language.text
    title = text("Incremental capacity (dQ/dV) of the best charge")
    charge = part(sources.pictures, "charge")
    own = points(charge.get("ah_per_v"))
    if not own:
        return Plot(key="incremental", title=title, why_not=why_not(charge, language))
    reference = part(sources.pictures, "reference")
    low, high = min(volts for volts, _ in own), max(volts for volts, _ in own)
    other = [
        (volts, amount)
        for volts, amount in points(reference.get("ah_per_v"))
        if low - 0.05 <= volts <= high + 0.05
    ]
    chart = Chart(
        axis(text("Voltage of a cell, V"), [volts for volts, _ in (*own, *other)]),
        axis(text("dQ/dV, Ah/V"), [0.0, *(amount for _, amount in (*own, *other))]),
    )
    _both(chart, own, other, language)
    peak = max(own, key=lambda each: each[1])
    said = text(
        "The highest peak: %(amount)s Ah/V at %(volts)s V.",
        amount=language.number(round(peak[1])),
        volts=language.number(round(peak[0], 3)),
    )
    if other:
        there = max(other, key=lambda each: each[1])
        said += " " + text(
            "Of the reference: %(amount)s Ah/V at %(volts)s V.",
            amount=language.number(round(there[1])),
            volts=language.number(round(there[0], 3)),
        )
    return Plot(
        key="incremental",
        title=title,
        svg=chart.svg(said),
        said=said,
        origin=_origin(charge, reference, language),
        headings=(text("Voltage of a cell"), text("This battery"), text("Reference")),
        rows=tuple(
            (
                f"{language.number(round(volts, 3))} V",
                f"{language.number(round(amount))} Ah/V",
                _at(other, volts, language, ("Ah/V", 0)),
            )
            for volts, amount in _thinned(own)
        ),
    )


def cells_plot(sources: SheetSources, language: Language) -> Plot:
    """Return how far each cell lies from its neighbours now, the weakest named."""
    text = language.text
    title = text("Spread of the cells now")
    cells = part(sources.pictures, "cells")
    placed = [
        (float(cell), mv)
        for cell, mv in enumerate(numbers(cells.get("deviation_mv")), start=1)
        if mv is not None
    ]
    if not placed:
        return Plot(key="cells", title=title, why_not=why_not(cells, language))
    chart = Chart(
        axis(text("Cell"), [1.0, *(cell for cell, _ in placed)]),
        axis(
            text("From its neighbours, mV"), [mv for _, mv in placed], least_span=_LEAST_SPREAD_MV
        ),
    )
    chart.line([(chart.across.low, 0.0), (chart.across.high, 0.0)], kind="other")
    lowest = min(placed, key=lambda each: each[1])
    far = [each for each in placed if abs(each[1]) >= _FAR_MV]
    chart.dots([each for each in placed if each not in far], kind="own", radius=2.4)
    chart.dots(far, kind="bad", radius=3.6)
    for cell, mv in {lowest, *far[:_SHOWN_CELLS]}:
        kind = "bad" if abs(mv) >= _FAR_MV else "other"
        chart.label(cell, mv, text("Cell %(number)s", number=int(cell)), kind=kind)
    high = max(mv for _, mv in placed)
    said = text(
        "%(count)s cells, from %(low)s to %(high)s mV against their neighbours; the lowest is cell "
        "%(cell)s.",
        count=len(placed),
        low=language.number(lowest[1]),
        high=language.number(high),
        cell=int(lowest[0]),
    )
    return Plot(
        key="cells",
        title=title,
        svg=chart.svg(said),
        said=said,
        origin=_cells_origin(cells, language),
        headings=(text("The weakest cells"), text("From its neighbours")),
        rows=tuple(
            (text("Cell %(number)s", number=int(cell)), f"{language.number(mv)} mV")
            for cell, mv in sorted(placed, key=lambda each: each[1])[:_SHOWN_CELLS]
        ),
    )


def resistance_plot(sources: SheetSources, language: Language) -> Plot:
    """Return the resistance over the temperature at which it was met."""
    text = language.text
    title = text("Internal resistance over temperature")
    resistance = part(sources.diagnosis, "resistance")
    met = [
        (celsius, mohm, int(number(each.get("steps")) or 0))
        for each in parts(resistance.get("over_temperature"))
        if (celsius := number(each.get("celsius"))) is not None
        and (mohm := number(each.get("mohm"))) is not None
    ]
    if not met:
        return Plot(key="resistance", title=title, why_not=why_not(resistance, language))
    value, low, high = (number(resistance.get(f"{name}_mohm")) for name in ("value", "low", "high"))
    known = [each for each in (low, high) if each is not None]
    chart = Chart(
        axis(text("Temperature, °C"), [celsius for celsius, *_ in met], least_span=10.0),
        axis(text("Resistance of the pack, mΩ"), [0.0, *(mohm for _, mohm, _ in met), *known]),
    )
    chart.line([(celsius, mohm) for celsius, mohm, _ in met], kind="own")
    chart.dots([(celsius, mohm) for celsius, mohm, _ in met], kind="own")
    said = text(
        "From %(steps)s steps of the current between %(low)s and %(high)s °C.",
        steps=language.number(sum(steps for *_, steps in met)),
        low=language.number(met[0][0]),
        high=language.number(met[-1][0]),
    )
    if value is not None and low is not None and high is not None:
        chart.level(value, text("at 25 °C"))
        said += " " + text(
            "At 25 °C it is %(value)s mΩ, nine times in ten between %(low)s and %(high)s.",
            value=language.number(value),
            low=language.number(low),
            high=language.number(high),
        )
    at = moment(resistance.get("as_of"))
    method = method_text(resistance.get("method"), resistance.get("version"), language)
    return Plot(
        key="resistance",
        title=title,
        svg=chart.svg(said),
        said=said,
        origin=method if at is None else f"{language.day_of(at)}, {method}",
        headings=(text("Temperature"), text("Typical resistance"), text("Steps of the current")),
        rows=tuple(
            (
                f"{language.number(celsius)} °C",
                f"{language.number(mohm)} mΩ",
                language.number(steps),
            )
            for celsius, mohm, steps in met
        ),
    )


def _both(chart: Chart, own: list[Point], other: list[Point], language: Language) -> None:
    if other:
        chart.line(other, kind="other", name=language.text("reference"))
    chart.line(own, kind="own", name=language.text("this battery"))


def _origin(charge: JsonObject, reference: JsonObject, language: Language) -> str:
    at = moment(charge.get("started_at"))
    said = language.text(
        "Charge of %(at)s, %(moved)s Ah at %(current)s A on average, %(method)s; a curve has no "
        "interval.",
        at="–" if at is None else language.moment(at),
        moved=language.number(round(number(charge.get("moved_ah")) or 0.0, 1)),
        current=language.number(round(number(charge.get("mean_current_a")) or 0.0, 1)),
        method=method_text(charge.get("method"), charge.get("version"), language),
    )
    cars = int(number(reference.get("cars")) or 0)
    if not reference:
        of = language.text("No curve of this model or chemistry is known to compare with.")
    elif cars:
        of = language.text("Reference: what %(cars)s cars of this model taught.", cars=cars)
    else:
        of = language.text(
            "Reference: a typical car of this chemistry, because no fleet taught this model's "
            "curve yet."
        )
    return f"{said} {of}"


def _cells_origin(cells: JsonObject, language: Language) -> str:
    at = moment(cells.get("ended_at"))
    return language.text(
        "Middle of %(samples)s samples of %(day)s, %(method)s.",
        samples=int(number(cells.get("samples")) or 0),
        day="–" if at is None else language.day_of(at),
        method=method_text(cells.get("method"), cells.get("version"), language),
    )


def _ends(own: list[Point], language: Language) -> dict[str, str]:
    return {
        "low": language.number(round(own[0][0], 1)),
        "high": language.number(round(own[-1][0], 1)),
    }


def _apart_mv(own: list[Point], other: list[Point]) -> float | None:
    met = [(volts, there) for soc, volts in own if (there := _between(other, soc)) is not None]
    return sum(abs(volts - there) for volts, there in met) / len(met) * 1_000.0 if met else None


def _between(curve: list[Point], x: float) -> float | None:
    """Return the height of a curve at a place, None outside of it."""
    for (left, low), (right, high) in pairwise(curve):
        if left <= x <= right and right > left:
            return low + (high - low) * (x - left) / (right - left)
    return None


def _at(curve: list[Point], x: float, language: Language, unit_digits: tuple[str, int]) -> str:
    unit, digits = unit_digits
    there = _between(curve, x)
    return "–" if there is None else f"{language.number(round(there, digits))} {unit}"


def _thinned(own: list[Point]) -> list[Point]:
    step = max(1, -(-len(own) // _ROWS))
    return own[::step]
