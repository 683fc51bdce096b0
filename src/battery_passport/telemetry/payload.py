"""A batch's payload: claims, assumptions and column layouts as one strict CBOR map.

In: CBOR bytes, or claims and coded columns. Out: the other of the two. One reading, one writing:
bytes that our own writing would not give are refused. Source: RFC 8949.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn, TypedDict, cast
from uuid import UUID

import cbor2

from battery_passport.foundation.clock import from_unix_ms, unix_ms
from battery_passport.foundation.errors import InvalidInput
from battery_passport.telemetry.errors import MalformedBatch
from battery_passport.telemetry.layout import frame_size, read_layout
from battery_passport.telemetry.limits import DEFAULT_LIMITS, BatchLimits
from battery_passport.telemetry.model import BatchClaims, ColumnLayout
from battery_passport.telemetry.usual_payload import Said, read_usual

FORMAT_VERSION = 1
REFERENCE_BYTES = 16
_MAX_NUMBER = (1 << 63) - 1
_MAX_DEPTH = 4


class _Members(TypedDict):
    """The members in their one order, each with the one type that its value may have."""

    v: int
    boot: bytes
    seq: int
    at: int
    mono: int
    fill: bool
    ref: bytes
    note: list[object]
    n: int
    cols: list[object]
    z: bytes


_TYPES = (int, bytes, int, int, int, bool, bytes, list, int, list, bytes)
_NAMES = list(_Members.__annotations__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a batch's payload says; `frame` is still compressed."""

    claims: BatchClaims
    assumptions: tuple[str, ...]
    sample_count: int
    layout: tuple[ColumnLayout, ...]
    frame: bytes


def write_payload(payload: Payload) -> bytes:
    """Return the payload's bytes."""
    claims = payload.claims
    octets: bytes = cbor2.dumps(
        {
            "v": FORMAT_VERSION,
            "boot": claims.boot_id,
            "seq": claims.sequence,
            "at": unix_ms(claims.collected_at),
            "mono": claims.monotonic_ms,
            "fill": claims.backfill,
            "ref": claims.battery_ref,
            "note": list(payload.assumptions),
            "n": payload.sample_count,
            "cols": [_entry(column) for column in payload.layout],
            "z": payload.frame,
        }
    )
    return octets


def read_payload(octets: bytes, *, device_id: bytes, limits: BatchLimits) -> tuple[Payload, int]:
    """Return what the payload of a device says, and how many bytes its frame must expand to.

    Raises: MalformedBatch, BatchTooLarge.
    """
    # The usual form is read twice as quickly, with the same refusals (tested on mutations).
    usual = read_usual(octets) if limits is DEFAULT_LIMITS else None
    if usual is None:
        return read_payload_fully(octets, device_id=device_id, limits=limits)
    payload = Payload(
        claims=_read_claims(usual.said, device_id=device_id),
        assumptions=_read_assumptions(usual.assumptions, limits=limits),
        sample_count=usual.sample_count,
        layout=usual.layout,
        frame=usual.frame,
    )
    return payload, usual.frame_bytes


def read_payload_fully(
    octets: bytes, *, device_id: bytes, limits: BatchLimits
) -> tuple[Payload, int]:
    """Return the same by way of a CBOR reader, whatever the form. Raises: as `read_payload`."""
    members = _read_members(octets)
    sample_count = members["n"]
    payload = Payload(
        claims=_read_claims(members, device_id=device_id),
        assumptions=_read_assumptions(members["note"], limits=limits),
        sample_count=sample_count,
        layout=read_layout(members["cols"], sample_count=sample_count, limits=limits),
        frame=members["z"],
    )
    _check_written_once(members, octets)
    return payload, frame_size(payload.layout, sample_count)


def check_claims(claims: BatchClaims) -> None:
    """Raise MalformedBatch unless a batch can carry the claims."""
    if len(claims.boot_id) != REFERENCE_BYTES or len(claims.battery_ref) != REFERENCE_BYTES:
        raise MalformedBatch("The batch's boot and battery references are not 16 bytes each.")
    if not 0 <= claims.sequence <= _MAX_NUMBER or not 0 <= claims.monotonic_ms <= _MAX_NUMBER:
        raise MalformedBatch("The batch's sequence or monotonic time is below 0 or too large.")


def check_assumptions(assumptions: Sequence[object], *, limits: BatchLimits) -> None:
    """Raise MalformedBatch unless all are short texts."""
    longest = limits.assumption_characters
    if len(assumptions) > limits.assumptions or not all(
        isinstance(text, str) and 0 < len(text) <= longest for text in assumptions
    ):
        raise MalformedBatch(
            f"The batch's assumptions are not at most {limits.assumptions} texts "
            f"of at most {longest} characters."
        )


def _entry(column: ColumnLayout) -> list[int | str]:
    return [
        column.key,
        column.width,
        column.mode,
        column.side_planes,
        column.main_planes,
        column.divisor,
    ]


def _no_tag(*_: object) -> NoReturn:
    raise MalformedBatch("The batch's payload holds a CBOR tag.")


# The reader would otherwise turn these tags into dates, fractions, patterns and references.
_TAGS = (0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 100, 256, 258, 260, 261, 1004, 43000, 55799)
_NO_TAGS = dict.fromkeys(_TAGS, _no_tag)


def _read_members(octets: bytes) -> _Members:
    try:
        members = cbor2.loads(
            octets,
            tag_hook=_no_tag,
            semantic_decoders=_NO_TAGS,
            max_depth=_MAX_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
            # Keys that are numbers could be chosen to collide.
            strict_hashable_types=True,
        )
    except (cbor2.CBORError, UnicodeError, ValueError) as error:
        raise MalformedBatch("The batch's payload is not CBOR.") from error
    if type(members) is not dict or list(members) != _NAMES:
        raise MalformedBatch("The batch's payload is not a map of the members of version 1.")
    for (name, value), kind in zip(members.items(), _TYPES, strict=True):
        if type(value) is not kind:
            raise MalformedBatch(f"The batch's member {name!r} is not of type {kind.__name__}.")
    if members["v"] != FORMAT_VERSION:
        raise MalformedBatch(f"The batch is of version {members['v']}, not {FORMAT_VERSION}.")
    return cast("_Members", members)


def _check_written_once(members: _Members, octets: bytes) -> None:
    """Refuse longer forms of the same values, and bytes after the map."""
    if cbor2.dumps(members) != octets:
        raise MalformedBatch("The batch's payload is not in its one deterministic form.")


def _read_claims(members: Said, *, device_id: bytes) -> BatchClaims:
    try:
        collected_at = from_unix_ms(members["at"])
    except InvalidInput as error:
        raise MalformedBatch("The batch's time of collection is no time.") from error
    claims = BatchClaims(
        device_id=UUID(bytes=device_id),
        boot_id=members["boot"],
        sequence=members["seq"],
        collected_at=collected_at,
        monotonic_ms=members["mono"],
        backfill=members["fill"],
        battery_ref=members["ref"],
    )
    check_claims(claims)
    return claims


def _read_assumptions(texts: Sequence[object], *, limits: BatchLimits) -> tuple[str, ...]:
    check_assumptions(texts, limits=limits)
    return tuple(cast("Sequence[str]", texts))
