"""The nine items of an inspection: what the evidence gives beside what was measured.

In: what a sheet is made from, a language. Out: one line an item.
"""

from battery_passport.foundation.strict_json import JsonValue
from battery_passport.web.consoles.frame.words_of_events import LABELS
from battery_passport.web.language import THIN_SPACE, Language, marked
from battery_passport.web.sheet.figures import FIGURE_UNITS, interval_figure
from battery_passport.web.sheet.model import ItemLine
from battery_passport.web.sheet.ports import MeasuredItem, SheetSources
from battery_passport.web.sheet.reading import moment, number, part
from battery_passport.web.sheet.words import method_name

UNITS = {
    "operating_time_h": "h",
    "cumulative_charge_kwh": "kWh",
    "cumulative_discharge_kwh": "kWh",
    "fast_charge_count": "",
    "state_of_charge_percent": "%",
    "bms_state_of_health_percent": "%",
    "insulation_kohm": "kΩ",
    "highest_module_celsius": "°C",
    "lowest_cell_v": "V",
    "highest_cell_v": "V",
}
"""The items in the order of the inspector's form, the cell voltages as two lines."""

_COUNTED = {
    "operating_time_h": "covered_hours",
    "cumulative_charge_kwh": "charged_kwh",
    "cumulative_discharge_kwh": "discharged_kwh",
    "fast_charge_count": "fast_charges",
}
_COUNTERS = {
    "cumulative_charge_kwh": "counted_charge_ah",
    "cumulative_discharge_kwh": "counted_discharge_ah",
}
_DIGITS = {"lowest_cell_v": 3, "highest_cell_v": 3, "insulation_kohm": 0}


_TESTS = {
    "measured_health_percent": (marked("State of health (SOH)"), "state_of_health"),
    "measured_capacity_ah": (marked("Remaining capacity"), "capacity"),
}
TESTED = frozenset(_TESTS)
"""What an inspector may measure beside the nine items, and which figure it stands beside."""


def item_lines(sources: SheetSources, language: Language) -> tuple[ItemLine, ...]:
    """Return the nine items, and a test of the capacity beside the estimate where one was made."""
    nine = tuple(_line(name, sources, language) for name in UNITS)
    tested = (name for name in _TESTS if name in sources.measured)
    return (*nine, *(_test_line(name, sources, language) for name in tested))


def _test_line(name: str, sources: SheetSources, language: Language) -> ItemLine:
    title, figure = _TESTS[name]
    found = part(sources.diagnosis, figure) | {"as_of": sources.diagnosis.get("as_of")}
    estimate = interval_figure(language.text(title), found, name.rsplit("_", 1)[1], language)
    measured = sources.measured[name]
    value = language.number(round(measured.value, 2))
    return ItemLine(
        name=estimate.label,
        computed=f"{estimate.figure}{THIN_SPACE}{estimate.unit}".rstrip(THIN_SPACE),
        computed_from="; ".join(each for each in (estimate.interval, estimate.origin) if each),
        measured=f"{value}{THIN_SPACE}{estimate.unit or FIGURE_UNITS[name.rsplit('_', 1)[1]]}",
        measured_by=_by(measured, language),
    )


def _line(name: str, sources: SheetSources, language: Language) -> ItemLine:
    counted = _COUNTED.get(name)
    computed, origin = (
        _read(name, sources, language)
        if counted is None
        else _counted(name, counted, sources, language)
    )
    measured = sources.measured.get(name)
    return ItemLine(
        name=language.text(LABELS[name]),
        computed=computed,
        computed_from=origin,
        measured="–" if measured is None else _shown(name, measured.value, language),
        measured_by=language.text("not measured yet")
        if measured is None
        else _by(measured, language),
    )


def _counted(name: str, member: str, sources: SheetSources, language: Language) -> tuple[str, str]:
    """Return what was counted within the time that was measured; it is at least that much."""
    usage = part(sources.diagnosis, "usage")
    value, hours = number(usage.get(member)), number(usage.get("covered_hours"))
    since, until = moment(usage.get("started_at")), moment(usage.get("ended_at"))
    if value is None or not hours or since is None or until is None:
        return "–", language.text("nothing counted yet")
    origin = language.text(
        "counted in %(hours)s measured hours, %(since)s – %(until)s, %(method)s",
        hours=language.number(hours),
        since=language.day_of(since),
        until=language.day_of(until),
        method=method_name(usage.get("method"), usage.get("version"), language),
    )
    counter = part(sources.pictures, "readings", _COUNTERS.get(name, ""))
    at = moment(counter.get("at"))
    if at is not None:
        origin += "; " + language.text(
            "the car's own counter: %(value)s Ah (%(at)s)",
            value=language.number(round(number(counter.get("value")) or 0.0)),
            at=language.day_of(at),
        )
    return _shown(name, value, language), origin


def _read(name: str, sources: SheetSources, language: Language) -> tuple[str, str]:
    """Return what the car stated last, with the range of its last day."""
    reading = part(sources.pictures, "readings", name)
    value, at = number(reading.get("value")), moment(reading.get("at"))
    if value is None or at is None:
        return "–", language.text("the car does not report it")
    low, high = (number(reading.get(end)) for end in ("low", "high"))
    return _shown(name, value, language), language.text(
        "stated by the car at %(at)s; on its last day %(low)s to %(high)s",
        at=language.moment(at),
        low=_shown(name, low, language),
        high=_shown(name, high, language),
    )


def _by(measured: MeasuredItem, language: Language) -> str:
    said = language.text("%(by)s, %(at)s", by=measured.by, at=language.day_of(measured.at))
    if measured.statement is None:
        return said
    return f"{said}; " + language.text("signed statement %(number)s", number=measured.statement)


def _shown(name: str, value: JsonValue, language: Language) -> str:
    known = number(value)
    if known is None:
        return "–"
    told = language.number(round(known, _DIGITS.get(name, 1)))
    return f"{told}{THIN_SPACE}{UNITS[name]}".rstrip(THIN_SPACE)
