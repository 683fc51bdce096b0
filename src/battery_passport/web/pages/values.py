"""A data point's value, of whatever shape, as text that a person reads.

In: a JSON value, its unit and a language. Out: text with unit, parts and items; no markup.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from battery_passport.foundation.strict_json import JsonValue
from battery_passport.web.language import THIN_SPACE, Language, marked


@dataclass(frozen=True, slots=True)
class Shown:
    """A value ready to be shown: its leading text, unit, web address, named parts and items.

    `as_written` marks words of whoever declared it, in a language that is not known.
    """

    text: str
    unit: str = ""
    address: str = ""
    parts: "tuple[Part, ...]" = ()
    items: "tuple[Shown, ...]" = ()
    as_written: bool = field(default=False, compare=False)

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
        "celsius": "°C",
        "ohm": "Ω",
        "percent": "%",
        "w": "W",
        "km": "km",
        "cycles": marked("cycles"),
        "years": marked("years"),
        "% by mass": marked("% by mass"),
        "kg CO2e/kWh": "kg CO₂e/kWh",
    }
)
"""Units by the ending of a member's name, or as the data-point table writes them."""

COUNTED: Mapping[str, str] = MappingProxyType(
    {"minutes_above_45_celsius": marked("Minutes above 45 °C")}
)
"""Members whose ending is a limit, not the unit of what was counted."""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "ev": marked("Electric-vehicle battery"),
        "lmt": marked("Battery for light means of transport"),
        "industrial": marked("Industrial battery"),
        "NMC": "NCM",
        "cell": marked("cell"),
        "pack": marked("pack"),
        "module": marked("module"),
        "share": marked("share"),
        "part": marked("in the"),
        "cathode": marked("cathode"),
        "anode": marked("anode"),
        "electrolyte": marked("electrolyte"),
        "cas": "CAS",
        "gtin": "GTIN",
        "sha256": "SHA-256",
        "web": marked("web"),
        "email": marked("e-mail"),
        "phone": marked("telephone"),
        "model": marked("model"),
        "serial": marked("serial number"),
        "identifier": marked("identifier"),
        "charge": marked("charging"),
        "discharge": marked("discharging"),
        "distance": marked("or"),
        "until": marked("until"),
        "from": marked("first day"),
        "to": marked("last day"),
        "lowest": marked("lowest"),
        "highest": marked("highest"),
    }
)
"""Words by the name of a member, or by the value itself where it is a code."""

METHODS: Mapping[str, str] = MappingProxyType(
    {
        "maker-declaration": marked("declared by the maker"),
        "soce_onboard": marked("measured by the car itself"),
        "step-resistance 1": marked("from current steps of driving (step-resistance 1)"),
        "pulse-power 1": marked("short power at 20 % charge and 25 °C (pulse-power 1)"),
        "round-trip 1": marked("energy given back over energy taken in (round-trip 1)"),
        "usage 1": marked("counted current (usage 1)"),
        "conditions-met 1": marked("measured over the period (conditions-met 1)"),
    }
)
"""How a value came about, where it is told by a code; other methods are named as they are."""

LEADS = ("value", "name", "title", "years")
"""The member that is shown first, the others after it as its parts."""

ADDRESS_LINE = ("street", "postal_code", "city", "country")
HOTTEST_COLDEST = ("from_celsius", "to_celsius")


def show_value(value: JsonValue, unit: str, language: Language) -> Shown:
    """Return a value as text; figures keep the digits that were declared."""
    if value is None or isinstance(value, bool):
        return Shown(_yes_or_no(value, language))
    if isinstance(value, (int, float)):
        return Shown(language.number(value), show_unit(unit, language))
    if isinstance(value, str):
        return Shown(
            _word(value, language), address=_web_address(value), as_written=value not in WORDS
        )
    if isinstance(value, Mapping):
        return _show_mapping(value, unit, language)
    return _show_sequence(value, unit, language)


def show_origin(source: str, method: str, language: Language) -> str:
    """Return where a value comes from and, where it is told, how it came about."""
    told = language.text(METHODS[method]) if method in METHODS else method
    return f"{source} · {told}" if told else source


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


def _web_address(value: JsonValue) -> str:
    """Return the value if it leads to the web; no other scheme ever becomes a link."""
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else ""


def _show_sequence(values: Sequence[JsonValue], unit: str, language: Language) -> Shown:
    shown = tuple(show_value(value, unit, language) for value in values)
    if not shown:
        return Shown(language.text("none"))
    if len(shown) == 1:
        return shown[0]
    return Shown("", items=shown)


def _show_mapping(value: Mapping[str, JsonValue], unit: str, language: Language) -> Shown:
    lead = next((name for name in LEADS if name in value), "")
    address = _web_address(value.get("address")) if "title" in value else ""
    shown_apart = {lead, "address" if address else "", *ADDRESS_LINE, *HOTTEST_COLDEST}
    parts = [
        _show_part(name, each, unit, language)
        for name, each in value.items()
        if name not in shown_apart
    ]
    line = ", ".join(str(value[name]) for name in ADDRESS_LINE if name in value)
    if HOTTEST_COLDEST[0] in value and HOTTEST_COLDEST[1] in value:
        between = _show_temperatures(value, language)
        if not lead:
            return between
        parts.insert(0, Part(language.text("at"), between))
    if not lead:
        return Shown(line, parts=tuple(parts), as_written=bool(line))
    lead_unit = lead if lead in UNITS else unit
    shown = show_value(value[lead], lead_unit, language)
    return replace(shown, address=address or shown.address, parts=tuple(parts))


def _show_temperatures(value: Mapping[str, JsonValue], language: Language) -> Shown:
    low, high = (show_value(value[name], "", language).text for name in HOTTEST_COLDEST)
    return Shown(language.text("%(low)s to %(high)s", low=low, high=high), UNITS["celsius"])


def _show_part(name: str, value: JsonValue, unit: str, language: Language) -> Part:
    """Return a named part; a name such as `charge_w` carries the part's own unit."""
    if name in COUNTED:
        return Part(language.text(COUNTED[name]), show_value(value, "", language))
    stem, _, ending = name.rpartition("_")
    if stem and ending in UNITS:
        return Part(_label(stem, language), show_value(value, ending, language))
    own_unit = unit if isinstance(value, (int, float)) else ""
    return Part(_label(name, language), show_value(value, own_unit, language))


def _label(name: str, language: Language) -> str:
    return _word(name.replace("_", " "), language)
