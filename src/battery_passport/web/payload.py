"""A signed passport, read back into values and open points: the public part, or what one may see.

In: the credential's payload as signed, and who answers for it. Out: what pages and JSON show.
Anything that is not of Annex XIII point 1 is left out here, whatever the payload holds, unless the
numbers of data points that a reader sees are named.
Source: EU-2023-1542 art-77(2), annex-xiii point 1.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import cast

from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.passport.data_points import DATA_POINTS
from battery_passport.passport.disclosure import SECTIONS
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
PUBLIC_NUMBERS = frozenset(
    row.number for row in DATA_POINTS.values() if row.section == PUBLIC_SECTION
)
_DUTIES = {ObligationState.MISSING: Duty.MISSING, ObligationState.PENDING: Duty.PENDING}


def read_values(payload: JsonObject) -> tuple[PublicValue, ...]:
    """Return the public values of a passport version, by their numbers."""
    points = cast("Mapping[str, Mapping[str, JsonValue]]", _subject(payload)["dataPoints"])
    return tuple(_value(int(number), point) for number, point in points.items() if _is_open(number))


def read_open_points(
    payload: JsonObject, *, operator_name: str, numbers: Collection[int] = PUBLIC_NUMBERS
) -> tuple[OpenPoint, ...]:
    """Return what is still owed or not yet required, under the rules the version names."""
    subject = _subject(payload)
    circumstances = Circumstances(
        category=BatteryCategory(str(subject["rulesOfCategory"])),
        rules=rule_set(str(subject["ruleSet"])),
        on=parse_utc(str(payload["validFrom"])).date(),
    )
    filled = set(_filled(subject))
    return tuple(
        point
        for point in _open_points(circumstances, filled, operator_name)
        if point.number in numbers
    )


def _filled(subject: Mapping[str, JsonValue]) -> Iterator[int]:
    for part in (subject, *(subject.get(name) for name in SECTIONS.values())):
        points = part.get("dataPoints") if isinstance(part, Mapping) else None
        if isinstance(points, Mapping):
            yield from (int(number) for number in points)


def _open_points(
    circumstances: Circumstances, filled: set[int], operator_name: str
) -> Iterator[OpenPoint]:
    for obligation in assess_all(circumstances, filled=filled):
        duty = _DUTIES.get(obligation.state)
        if duty is not None:
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
    return int(number) in PUBLIC_NUMBERS


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
