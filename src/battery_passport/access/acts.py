"""Acts that must leave a trace: who changed which right, and who looked at what.

In: what was done, whom and what it concerns. Out: record bytes whose hash enters the log.
A record names people by random pseudonyms only, so that erasing a salt unlinks them for good.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from battery_passport.foundation.clock import format_utc, parse_utc
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, canonical_json, parse_json_object

RECORD_VERSION = 1
RECORD_TYPE = "audit"

DetailValue = None | bool | int | str | Sequence[int] | Sequence[str]

_NAME = re.compile(r"[a-z]+(-[a-z]+)+")
_CODE = re.compile(r"[A-Za-z0-9._:+/-]{0,128}")
_MEMBERS = frozenset(("v", "type", "id", "act", "subject", "by", "battery", "at", "details"))


class InvalidAct(InvalidInput):
    """An act was to be recorded with something that may not stand in a record."""

    code = "invalid-act"
    remedy = "Name acts as in 'grant-created'; details are codes and numbers, never free text."


class MalformedActRecord(InvalidInput):
    """Bytes that are no act record, or not in the one form it is written in."""

    code = "malformed-act-record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something privileged that was done, such as `grant-created` or `role-changed`.

    `subject_id` is the person it concerns, `actor_id` the person who did it where that is another.
    `details` hold codes and numbers only: there is no room for a name or an address.
    """

    name: str
    subject_id: UUID | None = None
    actor_id: UUID | None = None
    battery_id: UUID | None = None
    details: Mapping[str, DetailValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InvalidAct(f"{self.name[:60]!r} is not the name of an act.")
        for key, value in self.details.items():
            _check_detail(key, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAct:
    """An act as its record tells it: people are pseudonyms."""

    record_id: UUID
    name: str
    subject: str | None
    by: str | None
    battery_id: UUID | None
    at: datetime
    details: Mapping[str, DetailValue]


def act_record_bytes(act: RecordedAct) -> bytes:
    """Return the canonical JSON bytes whose hash stands in the log."""
    return canonical_json(
        {
            "v": RECORD_VERSION,
            "type": RECORD_TYPE,
            "id": str(act.record_id),
            "act": act.name,
            "subject": act.subject,
            "by": act.by,
            "battery": None if act.battery_id is None else str(act.battery_id),
            "at": format_utc(act.at),
            "details": {key: _written(value) for key, value in act.details.items()},
        }
    )


def parse_act_record(octets: bytes) -> RecordedAct:
    """Return the act that record bytes hold.

    Raises: MalformedActRecord unless writing the act again gives the very same bytes.
    """
    try:
        act = _read(parse_json_object(octets))
        canonical = act_record_bytes(act)
    except (InvalidInput, ValueError, TypeError, AttributeError) as error:
        raise MalformedActRecord(f"The bytes are not an act record: {error}") from error
    if canonical != octets:
        raise MalformedActRecord("The act record is not in canonical form.")
    return act


def _read(members: JsonObject) -> RecordedAct:
    if set(members) != _MEMBERS:
        raise MalformedActRecord(f"An act record has the members {', '.join(sorted(_MEMBERS))}.")
    battery, details = members["battery"], members["details"]
    if not isinstance(details, dict):
        raise MalformedActRecord("The details of an act record are no object.")
    return RecordedAct(
        record_id=UUID(str(members["id"])),
        name=str(members["act"]),
        subject=_text(members["subject"]),
        by=_text(members["by"]),
        battery_id=None if battery is None else UUID(str(battery)),
        at=parse_utc(str(members["at"])),
        details=details,
    )


def _text(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise MalformedActRecord(f"{value!r} is not a pseudonym.")
    return value


def _written(value: DetailValue) -> bool | int | str | list[int | str] | None:
    if value is None or isinstance(value, bool | int | str):
        return value
    return list(value)


def _check_detail(key: str, value: DetailValue) -> None:
    parts = [value] if value is None or isinstance(value, bool | int | str) else list(value)
    for part in (key, *parts):
        if isinstance(part, str) and not _CODE.fullmatch(part):
            raise InvalidAct(f"The detail {key[:60]!r} holds text that is no code.")
