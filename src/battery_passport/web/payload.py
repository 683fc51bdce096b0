"""The public part of a signed passport, read back into values and open points.

In: the credential's payload as signed, and who answers for it. Out: what pages and JSON show.
Anything that is not of Annex XIII point 1 is left out here, whatever the payload holds.
Source: EU-2023-1542 art-77(2), annex-xiii point 1.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.passport.data_points import DATA_POINTS
from battery_passport.passport.model import Level
from battery_passport.passport.obligations import (
    Circumstances,
    ObligationState,
    assess_all,
)
from battery_passport.passport.rule_sets import rule_set
from battery_passport.registry.model import BatteryCategory
from battery_passport.web.views import Duty, OpenPoint, PublicValue

PUBLIC_SECTION = 1
_DUTIES = {ObligationState.MISSING: Duty.MISSING, ObligationState.PENDING: Duty.PENDING}


def read_values(payload: JsonObject) -> tuple[PublicValue, ...]:
    """Return the public values of a passport version, by their numbers."""
    points = cast("Mapping[str, Mapping[str, JsonValue]]", _subject(payload)["dataPoints"])
    return tuple(_value(int(number), point) for number, point in points.items() if _is_open(number))


def read_open_points(payload: JsonObject, *, operator_name: str) -> tuple[OpenPoint, ...]:
    """Return what is still owed or not yet required, under the rules the version names."""
    subject = _subject(payload)
    circumstances = Circumstances(
        category=BatteryCategory(str(subject["rulesOfCategory"])),
        rules=rule_set(str(subject["ruleSet"])),
        on=parse_utc(str(payload["validFrom"])).date(),
    )
    filled = {value.number for value in read_values(payload)}
    return tuple(_open_points(circumstances, filled, operator_name))


def _open_points(
    circumstances: Circumstances, filled: set[int], operator_name: str
) -> Iterator[OpenPoint]:
    for obligation in assess_all(circumstances, filled=filled):
        duty = _DUTIES.get(obligation.state)
        if duty is not None and obligation.point.section == PUBLIC_SECTION:
            yield OpenPoint(
                number=obligation.point.number,
                duty=duty,
                owed_by=operator_name if duty is Duty.MISSING else "",
                due=obligation.due_on,
                reason=obligation.reason,
            )


def _subject(payload: JsonObject) -> Mapping[str, JsonValue]:
    return cast("Mapping[str, JsonValue]", payload["credentialSubject"])


def _is_open(number: str) -> bool:
    point = DATA_POINTS.get(int(number))
    return point is not None and point.section == PUBLIC_SECTION


def _value(number: int, point: Mapping[str, JsonValue]) -> PublicValue:
    return PublicValue(
        number=number,
        value=point["value"],
        unit=str(point["unit"] or ""),
        level=Level(str(point["level"])),
        source=str(point["source"]),
        method=str(point.get("method") or ""),
        as_of=parse_utc(str(point["asOf"])),
    )
