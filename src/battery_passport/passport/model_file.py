"""Model files: the JSON form in which a manufacturer hands over a battery model.

In: the file's bytes and the rules of the day. Out: a checked model. docs/reference/model-file.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from battery_passport.foundation.identifiers import MalformedIdentifier
from battery_passport.foundation.strict_json import (
    JsonObject,
    JsonValue,
    MalformedJson,
    parse_json_object,
)
from battery_passport.lifecycle.scalar_shapes import Choice, Number, Text, Whole
from battery_passport.lifecycle.shapes import Either, ListOf, Record
from battery_passport.passport.data_points import data_point
from battery_passport.passport.errors import (
    InvalidModelFile,
    PointFilledElsewhere,
    PointNotToBeFilled,
    UnknownDataPoint,
)
from battery_passport.passport.model import DataPoint, Supplier
from battery_passport.passport.obligations import CLOSED, Circumstances, applicability
from battery_passport.passport.rule_sets import DEFAULT_RULE_SET, REASONS, rule_set
from battery_passport.passport.values import check_value
from battery_passport.registry.errors import InvalidRegistration
from battery_passport.registry.model import BatteryCategory, Rating
from battery_passport.registry.rules import check_gtin, make_rating

FORMAT = "bp-model/v1"
SIZE_LIMIT_BYTES = 1_048_576

_CELLS = Whole(1, 1_024)
_HEAD = Record(
    required={
        "format": Choice((FORMAT,)),
        "name": Text(64, r"[A-Za-z0-9][A-Za-z0-9 ._-]*", "a name of letters, digits and ' ._-'"),
        "gtin": Text(14, r"[0-9]{8,14}", "a GTIN of 8 to 14 digits"),
        "category": Choice(tuple(BatteryCategory)),
        "manufacturer": Record(
            {
                "slug": Text(63, r"[a-z0-9][a-z0-9-]*", "a short name, as in demo-cells"),
                "name": Text(200),
            }
        ),
    },
    optional={
        "rating": Record(
            optional={
                "rated_capacity_ah": Number(0, 10_000, "Ah"),
                "cells_in_series": _CELLS,
                "chemistry": Text(20),
                "cells_per_module": Either(_CELLS, ListOf(_CELLS, most=1_024)),
            }
        )
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A battery model as its manufacturer describes it; `data_points` is keyed by number."""

    name: str
    gtin: str
    category: BatteryCategory
    manufacturer_slug: str
    manufacturer_name: str
    rating: Rating
    data_points: Mapping[int, JsonValue]


def parse_model_file(
    octets: bytes, *, on: date, rule_set_version: str = DEFAULT_RULE_SET
) -> ModelFile:
    """Return the model that a file describes, by the rules that hold on a day.

    Raises: InvalidModelFile, InvalidPointValue, PointNotToBeFilled, PointFilledElsewhere.
    """
    members = _members(octets)
    points = members.pop("data_points", {})
    if found := _HEAD.fault(members):
        raise InvalidModelFile(f"In the model file, {found}.")
    category = BatteryCategory(_text(members, "category"))
    circumstances = Circumstances(category=category, rules=rule_set(rule_set_version), on=on)
    maker = members["manufacturer"]
    rating = members.get("rating", {})
    if not isinstance(maker, dict) or not isinstance(rating, dict):
        raise InvalidModelFile("In the model file, manufacturer or rating is not an object.")
    return ModelFile(
        name=_text(members, "name"),
        gtin=_gtin(_text(members, "gtin")),
        category=category,
        manufacturer_slug=_text(maker, "slug"),
        manufacturer_name=_text(maker, "name"),
        rating=_rating(rating),
        data_points=_points(points, circumstances),
    )


def check_model_point(point: DataPoint, value: JsonValue, circumstances: Circumstances) -> None:
    """Return if a model file may give this value for this data point.

    Raises: PointNotToBeFilled with the reason, PointFilledElsewhere, InvalidPointValue.
    """
    label = f"Data point {point.number} ({point.name_en})"
    applies, reason = applicability(point.number, circumstances)
    if applies in CLOSED:
        raise PointNotToBeFilled(f"{label} must not be given. {REASONS[reason][0]}")
    if point.dynamic:
        raise PointFilledElsewhere(f"{label} comes from events of the single battery.")
    if point.supplier is Supplier.REGISTRATION:
        raise PointFilledElsewhere(f"{label} is made from the head of the file and registration.")
    check_value(point, value)


def _members(octets: bytes) -> JsonObject:
    if len(octets) > SIZE_LIMIT_BYTES:
        raise InvalidModelFile(
            f"The model file has {len(octets)} bytes, at most {SIZE_LIMIT_BYTES} are read."
        )
    try:
        return parse_json_object(octets)
    except MalformedJson as error:
        raise InvalidModelFile(f"The model file cannot be read: {error.message}") from error


def _gtin(text: str) -> str:
    try:
        return check_gtin(text)
    except MalformedIdentifier as error:
        raise InvalidModelFile(f"In the model file, gtin: {error.message}") from error


def _rating(members: JsonObject) -> Rating:
    capacity, cells = members.get("rated_capacity_ah"), members.get("cells_in_series")
    chemistry, modules = members.get("chemistry"), members.get("cells_per_module")
    try:
        return make_rating(
            rated_capacity_ah=float(capacity) if isinstance(capacity, int | float) else None,
            cells_in_series=cells if isinstance(cells, int) else None,
            chemistry=chemistry if isinstance(chemistry, str) else None,
            cells_per_module=[each for each in modules if isinstance(each, int)]
            if isinstance(modules, list)
            else modules
            if isinstance(modules, int)
            else None,
        )
    except InvalidRegistration as error:
        raise InvalidModelFile(f"In the model file, rating: {error.message}") from error


def _points(points: JsonValue, circumstances: Circumstances) -> dict[int, JsonValue]:
    if not isinstance(points, dict):
        raise InvalidModelFile("In the model file, data_points is not an object.")
    checked: dict[int, JsonValue] = {}
    for name, value in points.items():
        if not name.isascii() or not name.isdigit() or name != str(int(name)):
            raise UnknownDataPoint(f"In the model file, data_points has the name {name[:60]!r}.")
        point = data_point(int(name))
        check_model_point(point, value, circumstances)
        checked[point.number] = value
    return checked


def _text(members: JsonObject, name: str) -> str:
    return str(members[name])
