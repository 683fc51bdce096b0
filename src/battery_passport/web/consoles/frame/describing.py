"""A battery in words: its name, what anyone may know of it, what was recorded about it.

In: cards and events. Out: terms, cells and lists.
"""

from urllib.parse import quote

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.lifecycle.event_types import EVENT_TYPES
from battery_passport.lifecycle.scalar_shapes import Number, Whole
from battery_passport.web.consoles.frame.cells import Cell, Tone
from battery_passport.web.consoles.frame.pages import Term
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.consoles.frame.views import BatteryCard, RecordedEvent
from battery_passport.web.consoles.frame.words_of_events import LABELS, WORDS
from battery_passport.web.language import THIN_SPACE, Language
from battery_passport.web.pages.data_points import battery_name
from battery_passport.web.pages.values import WORDS as VALUE_WORDS

SUBPATH = "/01/{gtin:str}/21/{serial:str}"
"""How pages about one battery are addressed, under the path of their place."""


def name_of(card: BatteryCard, language: Language) -> str:
    """Return what a battery is called."""
    return battery_name(card.model_name, card.identifier, language)


def page_of(base: str, card: BatteryCard) -> str:
    """Return the address of a battery's page in a place of work."""
    return f"{base}/{card.identifier.path}"


def identifier_in(path_params: dict[str, str]) -> BatteryIdentifier:
    """Return the battery that an address names. Raises: MalformedIdentifier."""
    return BatteryIdentifier(path_params["gtin"].zfill(14), path_params["serial"])


def battery_cell(card: BatteryCard, base: str, shell_query: str, language: Language) -> Cell:
    """Return a battery as the first field of a row."""
    link = f"{page_of(base, card)}{shell_query}" if base else ""
    return Cell(name_of(card, language), link=link, small=str(card.identifier))


def terms_of(card: BatteryCard, shell: ConsoleShell) -> tuple[Term, ...]:
    """Return what anyone may know of a battery."""
    language = shell.language
    text = language.text
    category = "" if card.category is None else VALUE_WORDS.get(card.category.value, "")
    capacity = card.rated_capacity_ah
    known = (
        Term(text("Battery identifier"), str(card.identifier), code=True),
        Term(text("Model"), card.model_name),
        Term(text("Kind"), text(category) if category else ""),
        Term(text("Chemistry"), str(VALUE_WORDS.get(card.chemistry, card.chemistry))),
        Term(
            text("Rated capacity"),
            "" if capacity is None else f"{language.number(capacity)}{THIN_SPACE}Ah",
        ),
        Term(text("Economic operator"), card.responsible_name),
    )
    passport = Term(
        text("Battery passport"),
        text("Open the passport") if card.has_passport else text("not yet issued"),
        link=shell.address(f"/{card.identifier.path}") if card.has_passport else "",
    )
    return (*(each for each in known if each.text), passport)


def measurements_term(card: BatteryCard, shell: ConsoleShell) -> Term:
    """Return the way to a battery's measurements, for roles that may see them."""
    text = shell.language.text
    link = shell.address(page_of("/telemetry", card))
    return Term(text("Measurements"), text("Open the measurements"), link=link)


def sheet_term(card: BatteryCard, shell: ConsoleShell) -> Term:
    """Return the way to a battery's diagnostic sheet, for roles that may see it."""
    text = shell.language.text
    link = shell.address(page_of("/diagnosis", card))
    return Term(text("Diagnostic sheet"), text("Open the diagnostic sheet"), link=link)


def event_title(event: RecordedEvent, language: Language) -> str:
    """Return what happened, in words."""
    row = EVENT_TYPES.get(event.event_type)
    if row is None:
        return event.event_type
    return row.name_ko if language.code == "ko" else row.name_en


def event_terms(
    event: RecordedEvent, language: Language, *, left: tuple[str, ...] = ()
) -> tuple[Term, ...]:
    """Return what an event says, field by field, but for the fields that are left out."""
    fields = EVENT_TYPES[event.event_type].fields
    found = []
    for name, field in fields.items():
        if name in event.payload and name in LABELS and name not in left:
            unit = field.shape.unit if isinstance(field.shape, Number | Whole) else ""
            found.append(said_term(LABELS[name], event.payload[name], unit, language))
    return tuple(found)


def said_term(label: str, value: JsonValue, unit: str, language: Language) -> Term:
    """Return what was said to a question, under its label."""
    as_written = isinstance(value, str) and value not in WORDS
    return Term(language.text(label), value_text(value, unit, language), as_written=as_written)


def value_text(value: JsonValue, unit: str, language: Language) -> str:
    """Return a value of an event as text."""
    if isinstance(value, bool):
        return language.text("yes") if value else language.text("no")
    if isinstance(value, int | float):
        return f"{language.number(value)}{THIN_SPACE}{unit}".rstrip(THIN_SPACE)
    if isinstance(value, str):
        return language.text(WORDS[value]) if value in WORDS else value
    if isinstance(value, list | tuple):
        return ", ".join(value_text(each, unit, language) for each in value)
    return _mass(value, language) if isinstance(value, dict) else "–"


def _mass(value: JsonObject, language: Language) -> str:
    """Return one mass recovered: the material in words, where it has any, and its kilograms."""
    material, mass = str(value.get("material", "")), value.get("mass_kg")
    label = LABELS.get(f"mass_{material}")
    name = language.text(label) if label else material
    return f"{name} {value_text(mass, 'kg', language)}"


def result_cell(event: RecordedEvent, language: Language) -> Cell:
    """Return the result of an inspection as a badge."""
    result = str(event.payload.get("result", ""))
    tones = {"passed": Tone.GOOD, "passed-with-remarks": Tone.NOTICE, "failed": Tone.BAD}
    return Cell(value_text(result, "", language), tone=tones.get(result, Tone.QUIET))


def quoted(text: str) -> str:
    """Return text as a part of an address."""
    return quote(text, safe="")
