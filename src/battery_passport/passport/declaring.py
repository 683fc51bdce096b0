"""Declaring: the operator says the value of one data point that nothing else has filled.

In: a data point, a value, the rules of the battery's category. Out: nothing, or what is wrong; the
payload of the event that says it. Source: EU-2023-1542 art-77(4).
"""

from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.passport.data_points import data_point
from battery_passport.passport.errors import PointFilledElsewhere, PointNotToBeFilled
from battery_passport.passport.model import DataPoint, Kind, Supplier
from battery_passport.passport.obligations import CLOSED, Obligation
from battery_passport.passport.rule_sets import REASONS
from battery_passport.passport.values import check_value

_ELSEWHERE = frozenset({Kind.STATUS, Kind.INCIDENTS, Kind.CATEGORY, Kind.IDENTIFICATION})
"""What follows from what happened to a battery, or from its registration, and is never said."""


def may_be_declared(obligation: Obligation) -> bool:
    """Return whether the operator may say this value."""
    point = obligation.point
    return obligation.applicability not in CLOSED and _is_open_to_declaring(point)


def declaration_payload(
    obligation: Obligation, value: JsonValue, *, method: str = ""
) -> JsonObject:
    """Return the payload of the event that declares a value, if it has the form asked for.

    Raises: PointNotToBeFilled with the reason, PointFilledElsewhere, InvalidPointValue.
    """
    point = obligation.point
    label = f"Data point {point.number} ({point.name_en})"
    if obligation.applicability in CLOSED:
        why = REASONS[obligation.reason][0]
        raise PointNotToBeFilled(f"{label} must not be given. {why}")
    if not _is_open_to_declaring(point):
        raise PointFilledElsewhere(f"{label} is made from the head of the file and registration.")
    check_value(point, value)
    told: JsonObject = {"data_point": data_point(point.number).number, "value": value}
    return {**told, "method": method} if method else told


def check_declared(payload: JsonObject) -> None:
    """Return if the payload of a declaration says a value that may be said, in its form.

    Raises: UnknownDataPoint, PointFilledElsewhere, InvalidPointValue.
    """
    number = payload.get("data_point")
    point = data_point(number if isinstance(number, int) else 0)
    if not _is_open_to_declaring(point):
        label = f"Data point {point.number} ({point.name_en})"
        raise PointFilledElsewhere(f"{label} is made from the head of the file and registration.")
    check_value(point, payload.get("value"))


def _is_open_to_declaring(point: DataPoint) -> bool:
    return point.supplier is not Supplier.REGISTRATION and point.kind not in _ELSEWHERE
