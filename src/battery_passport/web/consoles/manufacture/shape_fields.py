"""A form for any shape of value: one field for each scalar, rows for lists, and back again.

In: the shape of a data point, and what was typed. Out: fields; a JSON value to be checked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from battery_passport.foundation.strict_json import JsonValue
from battery_passport.lifecycle.scalar_shapes import Choice, Day, Month, Number, Shape, Text, Whole
from battery_passport.lifecycle.shapes import Either, ListOf, Record
from battery_passport.web.consoles.frame.questions import FieldView, Option
from battery_passport.web.language import Language, marked

ROOT = "value"
MOST_ROWS = 5
_LONG, _FIGURE = 200, 24

MEMBERS: Mapping[str, str] = MappingProxyType(
    {
        "name": marked("Name"),
        "identifier": marked("Identifier"),
        "street": marked("Street and number"),
        "postal_code": marked("Postal code"),
        "city": marked("City"),
        "country": marked("Country"),
        "web": marked("Web address"),
        "email": marked("E-mail address"),
        "phone": marked("Telephone"),
        "charge_w": marked("While charging"),
        "discharge_w": marked("While discharging"),
        "charge": marked("While charging"),
        "discharge": marked("While discharging"),
        "cell_ohm": marked("Of one cell"),
        "pack_ohm": marked("Of the pack"),
        "module_ohm": marked("Of one module"),
        "from_celsius": marked("From"),
        "to_celsius": marked("To"),
        "years": marked("Years"),
        "distance_km": marked("Distance in km"),
        "cas": marked("CAS number"),
        "share_percent": marked("Share by mass"),
        "part": marked("In which part"),
        "title": marked("Title"),
        "address": marked("Web address"),
        "sha256": marked("Fingerprint (SHA-256)"),
        "from": marked("First day"),
        "to": marked("Last day"),
        "lowest_celsius": marked("Lowest"),
        "highest_celsius": marked("Highest"),
        "mean_celsius": marked("Mean"),
        "minutes_above_45_celsius": marked("Minutes above 45 °C"),
        "lowest_percent": marked("Lowest"),
        "highest_percent": marked("Highest"),
        "mean_percent": marked("Mean"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One field: its name in the form, its shape, how it is called, whether it must be there."""

    name: str
    shape: Shape
    label: str = ""
    row: int = 0
    required: bool = True


def leaves(shape: Shape, name: str = ROOT, *, required: bool = True) -> Iterator[Leaf]:
    """Yield the fields of a shape; of two shapes to choose from the first."""
    if isinstance(shape, Either):
        yield from leaves(shape.first, name, required=required)
    elif isinstance(shape, Record):
        for member, inner in {**shape.required, **shape.optional}.items():
            needed = required and member in shape.required
            yield from leaves(inner, f"{name}.{member}", required=needed)
    elif isinstance(shape, ListOf) and isinstance(shape.item, Record):
        for row in range(MOST_ROWS):
            yield from (
                Leaf(name=each.name, shape=each.shape, row=row + 1, required=False)
                for each in leaves(shape.item, f"{name}.{row}", required=False)
            )
    else:
        yield Leaf(name=name, shape=shape, required=required)


def value_of(shape: Shape, typed: Mapping[str, str], name: str = ROOT) -> JsonValue:
    """Return what was typed as a value of that shape, None where nothing was."""
    if isinstance(shape, Either):
        return value_of(shape.first, typed, name)
    if isinstance(shape, Record):
        members = {**shape.required, **shape.optional}
        found = {each: value_of(inner, typed, f"{name}.{each}") for each, inner in members.items()}
        return {each: value for each, value in found.items() if value is not None} or None
    if isinstance(shape, ListOf):
        return _list_of(shape, typed, name)
    text = typed.get(name, "").strip()
    return shape.read(text) if text else None


def _list_of(shape: ListOf, typed: Mapping[str, str], name: str) -> JsonValue:
    if isinstance(shape.item, Record):
        rows = (value_of(shape.item, typed, f"{name}.{row}") for row in range(MOST_ROWS))
        return [row for row in rows if row is not None] or None
    lines = (line.strip() for line in typed.get(name, "").splitlines())
    return [shape.item.read(line) for line in lines if line] or None


def fault_of(leaf: Leaf, typed: Mapping[str, str]) -> str | None:
    """Return what is wrong with one field by itself, as its shape puts it."""
    value = value_of(leaf.shape, typed, leaf.name)
    if value is None:
        return "is missing" if leaf.required else None
    return leaf.shape.fault(value)


def view(leaf: Leaf, typed: str, fault: str, language: Language, *, whole: str) -> FieldView:
    """Return one field as the template shows it; `whole` names the data point itself."""
    shape = leaf.shape.item if isinstance(leaf.shape, ListOf) else leaf.shape
    lines = isinstance(leaf.shape, ListOf)
    return FieldView(
        name=leaf.name,
        kind="long" if lines else _kind(shape),
        label=_label(leaf, language, whole),
        value=typed,
        unit=shape.unit if isinstance(shape, Number | Whole) else "",
        hint=_hint(shape, language, lines=lines),
        fault=fault,
        required=leaf.required,
        longest=4_000 if lines else _longest(shape),
        options=tuple(Option(each, each) for each in shape.words)
        if isinstance(shape, Choice)
        else (),
    )


def _label(leaf: Leaf, language: Language, whole: str) -> str:
    parts = [each for each in leaf.name.split(".")[1:] if not each.isdigit()]
    words = [language.text(MEMBERS[each]) if each in MEMBERS else each for each in parts]
    return ", ".join(words) or whole


def _kind(shape: Shape) -> str:
    if isinstance(shape, Text):
        return "long" if shape.most > _LONG and not shape.pattern else "text"
    kinds = ((Choice, "choice"), (Day, "day"), (Number, "number"), (Whole, "number"))
    return next((kind for known, kind in kinds if isinstance(shape, known)), "text")


def _longest(shape: Shape) -> int:
    return shape.most if isinstance(shape, Text) else _FIGURE


def _hint(shape: Shape, language: Language, *, lines: bool) -> str:
    if lines:
        return language.text("One on each line.")
    if isinstance(shape, Number):
        low, high = language.number(shape.low), language.number(shape.high)
        return language.text("%(low)s to %(high)s", low=low, high=high)
    return language.text("As in 2026-11.") if isinstance(shape, Month) else ""
