"""Values of a signed version as one reader sees them, with what has changed since.

In: an opened payload, a sight, the changes. Out: `ReadValue`s, each saying which version signs it.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from battery_passport.assembly.installation import Installation
from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.passport.building import PassportContent
from battery_passport.passport.data_points import DATA_POINTS
from battery_passport.passport.disclosure import SECTIONS
from battery_passport.passport.model import Level, PointValue
from battery_passport.passport.versions import Change, changes_since
from battery_passport.registry.model import Battery
from battery_passport.web.reading.views import ReadValue, Sight


def unsigned_changes(
    installation: Installation, connection: Connection, battery: Battery
) -> tuple[PassportContent, tuple[Change, ...]]:
    """Return the content as it is now, and what of it no signed version says yet."""
    content, last = installation.issuer.content(connection, battery, installation.clock.now())
    return content, changes_since(last, content)


def read_values_of(
    payload: JsonObject,
    version: int,
    sight: Sight,
    *,
    changes: tuple[PassportContent, tuple[Change, ...]] | None,
) -> tuple[ReadValue, ...]:
    """Return the values that a sight shows, by number; values not yet signed in their place."""
    signed = {
        number: _signed(number, member, version)
        for number, member in _members(payload)
        if number in sight.numbers
    }
    if changes is not None:
        content, changed = changes
        for change in changed:
            value = content.values.get(change.number)
            if value is not None and change.number in sight.numbers:
                signed[change.number] = _unsigned(value, change)
    return tuple(value for _, value in sorted(signed.items()))


def _members(payload: JsonObject) -> Iterator[tuple[int, Mapping[str, JsonValue]]]:
    subject = payload.get("credentialSubject")
    if not isinstance(subject, Mapping):
        return
    for part in (subject, *(subject.get(name) for name in SECTIONS.values())):
        points = part.get("dataPoints") if isinstance(part, Mapping) else None
        for number, member in points.items() if isinstance(points, Mapping) else ():
            if isinstance(member, Mapping) and int(number) in DATA_POINTS:
                yield int(number), member


def _signed(number: int, member: Mapping[str, JsonValue], version: int) -> ReadValue:
    return ReadValue(
        number=number,
        value=member["value"],
        unit=str(member["unit"] or ""),
        level=Level(str(member["level"])),
        annex_point=str(member["annexPoint"]),
        source=str(member["source"]),
        method=str(member.get("method") or ""),
        as_of=parse_utc(str(member["asOf"])),
        signed_in=version,
        interval=_interval(member.get("interval")),
    )


def _interval(member: JsonValue) -> tuple[float, float] | None:
    ends = [member.get(name) for name in ("low", "high")] if isinstance(member, Mapping) else []
    numbers = [float(each) for each in ends if isinstance(each, int | float)]
    return (numbers[0], numbers[1]) if len(numbers) == len(("low", "high")) else None


def _unsigned(value: PointValue, change: Change) -> ReadValue:
    return ReadValue(
        number=change.number,
        value=value.value,
        unit=value.point.unit or "",
        level=value.point.level,
        annex_point=value.point.annex_point,
        source=value.source,
        method=value.method or "",
        as_of=value.as_of,
        signed_in=None,
        signed_value=change.signed,
        interval=value.interval,
    )
