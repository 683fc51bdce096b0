"""A data point's value, of whatever shape, as text that a person reads.

In: a JSON value, its unit and a language. Out: text with unit, parts and items; no markup.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from battery_passport.foundation.strict_json import JsonValue
from battery_passport.web.language import LANGUAGE_NAMES, THIN_SPACE, Language, marked


@dataclass(frozen=True, slots=True)
class Shown:
    """A value ready to be shown: its leading text, unit, web address, named parts and items."""

    text: str
    unit: str = ""
    address: str = ""
    parts: "tuple[Part, ...]" = ()
    items: "tuple[Shown, ...]" = ()

    @property
    def line(self) -> str:
        """The whole value on one line, figure and unit joined by a thin space."""
        lead = f"{self.text}{THIN_SPACE}{self.unit}" if self.unit else self.text
        rest = [item.line for item in self.items]
        named = ", ".join(f"{part.label} {part.shown.line}" for part in self.parts)
        if lead and named:
            lead = f"{lead} ({named})"
        return ", ".join(piece for piece in (lead or named, *rest) if piece)


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of a value."""

    label: str
    shown: Shown


UNITS: Mapping[str, str] = MappingProxyType(
    {
        "degC": "°C",
        "celsius": "°C",
        "ohm": "Ω",
        "mohm": "mΩ",
        "percent": "%",
        "cycles": marked("cycles"),
        "years": marked("years"),
        "months": marked("months"),
        "YYYY-MM": "",
        "v": "V",
        "w": "W",
        "ah": "Ah",
        "kwh": "kWh",
        "kg": "kg",
        "km": "km",
    }
)

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "ev": marked("Electric-vehicle battery"),
        "lmt": marked("Battery for light means of transport"),
        "industrial": marked("Industrial battery"),
        "NMC": "NCM",
        "minimum": marked("at least"),
        "maximum": marked("at most"),
        "cell": marked("cell"),
        "pack": marked("pack"),
        "module": marked("module"),
        "name": marked("name"),
        "location": marked("place in the battery"),
        "concentration": marked("concentration"),
        "share": marked("share"),
        "temperature": marked("temperature"),
        "temperature range": marked("temperature range"),
        "web": marked("web"),
        "email": marked("e-mail"),
        "model": marked("model"),
        "serial": marked("serial number"),
        "batch": marked("batch"),
        "organisation": marked("organisation"),
        "identifier": marked("identifier"),
        "charge": marked("charging"),
        "discharge": marked("discharging"),
        "mileage": marked("distance"),
        "city": marked("city"),
        "country": marked("country"),
    }
)

_RANGES = (("low", "high"), ("minimum", "maximum"), ("min", "max"))


def show_value(value: JsonValue, unit: str, language: Language) -> Shown:
    """Return a value as text; figures keep the digits that were declared."""
    if value is None or isinstance(value, bool):
        return Shown(_yes_or_no(value, language))
    if isinstance(value, (int, float)):
        return Shown(language.number(value), show_unit(unit, language))
    if isinstance(value, str):
        address = value if value.startswith(("https://", "http://")) else ""
        return Shown(_word(value, language), address=address)
    if isinstance(value, Mapping):
        return _show_mapping(value, unit, language)
    return _show_sequence(value, unit, language)


def show_unit(unit: str, language: Language) -> str:
    """Return the sign or word of a unit."""
    sign = UNITS.get(unit, unit)
    return language.text(sign) if sign else ""


def _yes_or_no(value: bool | None, language: Language) -> str:  # noqa: FBT001 -- the value itself
    if value is None:
        return "–"
    return language.text("yes") if value else language.text("no")


def _word(text: str, language: Language) -> str:
    word = WORDS.get(text)
    return language.text(word) if word else text


def _show_sequence(values: Sequence[JsonValue], unit: str, language: Language) -> Shown:
    shown = tuple(show_value(value, unit, language) for value in values)
    if not shown:
        return Shown(language.text("none"))
    is_plain = all(not (each.parts or each.items or each.address) for each in shown)
    if is_plain and sum(len(each.text) for each in shown) < 60:
        return Shown(", ".join(each.line for each in shown))
    return Shown("", items=shown)


def _show_mapping(value: Mapping[str, JsonValue], unit: str, language: Language) -> Shown:
    if value and set(value) <= set(LANGUAGE_NAMES):
        return Shown(str(language.choose(value)))
    for low, high in _RANGES:
        if set(value) == {low, high}:
            return _show_range(value[low], value[high], unit, language)
    own_unit = str(value.get("unit", unit))
    lead = next((name for name in ("value", "name") if name in value), None)
    rest = {name: each for name, each in value.items() if name not in (lead, "unit")}
    parts = tuple(_show_part(name, each, own_unit, language) for name, each in rest.items())
    if lead is None:
        return Shown("", parts=parts)
    return replace(show_value(value[lead], own_unit, language), parts=parts)


def _show_range(low: JsonValue, high: JsonValue, unit: str, language: Language) -> Shown:
    ends = [show_value(end, "", language).line for end in (low, high)]
    return Shown(
        language.text("%(low)s to %(high)s", low=ends[0], high=ends[1]), show_unit(unit, language)
    )


def _show_part(name: str, value: JsonValue, unit: str, language: Language) -> Part:
    """Return a named part; a name such as `temperature_celsius` carries the part's unit."""
    stem, _, suffix = name.rpartition("_")
    if stem and suffix in UNITS:
        return Part(_label(stem, language), show_value(value, suffix, language))
    part_unit = (
        unit if name in ("minimum", "maximum", "cell", "pack", "charge", "discharge") else ""
    )
    return Part(_label(name, language), show_value(value, part_unit, language))


def _label(name: str, language: Language) -> str:
    return _word(name.replace("_", " "), language)
