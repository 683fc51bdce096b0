"""Looking into the quarantine: batches whose number was known with other bytes.

In: requests of verbs. Out: what was put aside, beside what it contradicts; judgements as acts.
Nothing here changes evidence: the batch that came first stays, the other stays put aside.
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection

from battery_passport.access.acts import Act, RecordedAct
from battery_passport.adapters.sql.quarantine import BATCH_JUDGED, Quarantined, QuarantineStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.requests import Asked
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.errors import InvalidInput, NotFound
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.model import DecodedBatch

MOST_LISTED = 200

JUDGEMENTS: Mapping[str, str] = MappingProxyType(
    {
        "cloned-key": "somebody else holds the device's key: suspend the device",
        "device-fault": "the device numbers its batches wrongly: have it mended",
        "tried-out": "somebody tried something out; nothing follows",
        "unexplained": "looked into, and not explained",
    }
)
"""What a person may find, and what follows from it."""


class UnknownQuarantinedBatch(NotFound):
    """No batch in quarantine has a digest that begins so, or more than one has."""

    code = "unknown-quarantined-batch"
    remedy = "`quarantine list` tells the digests; eight characters of one are mostly enough."


class UnknownJudgement(InvalidInput):
    """That is none of the judgements there are."""

    code = "unknown-judgement"
    remedy = "Choose one of: " + ", ".join(JUDGEMENTS) + "."


def list_quarantine(installation: Installation, _request: JsonObject) -> JsonObject:
    """Tell which batches are in quarantine, the newest first."""
    with installation.database.read() as connection:
        store = QuarantineStore(connection)
        judged = store.judgements()
        found = [_line(connection, each, judged) for each in store.newest(MOST_LISTED)]
    return {"batches": found, "judgements": dict(JUDGEMENTS)}


def show_quarantined(installation: Installation, request: JsonObject) -> JsonObject:
    """Tell of one batch in quarantine what it says and what the one says that came first.

    Raises: UnknownQuarantinedBatch.
    """
    with installation.database.read() as connection:
        store = QuarantineStore(connection)
        batch = _chosen(store, request)
        line = _line(connection, batch, store.judgements())
        known = installation.evidence.of(connection).by_digest(batch.known_digest)
    aside, first = _decoded(batch.encoded), None if known is None else _decoded(known)
    line["put_aside"] = _contents(aside, batch.encoded)
    line["came_first"] = None if first is None else _contents(first, known or b"")
    line["differs_in"] = [] if first is None else _differences(aside, first)
    return line


def judge_quarantined(installation: Installation, request: JsonObject) -> JsonObject:
    """Record what somebody found about a batch in quarantine, as an act in the log.

    Raises: UnknownQuarantinedBatch, UnknownJudgement.
    """
    judgement = Asked(request).text("judgement")
    if judgement not in JUDGEMENTS:
        raise UnknownJudgement(f"{judgement[:40]!r} is no judgement.")
    with installation.database.write() as connection:
        batch = _chosen(QuarantineStore(connection), request)
        details = {"batch": batch.digest.hex(), "judgement": judgement}
        act = Act(name=BATCH_JUDGED, battery_id=batch.battery_id, details=details)
        record_act(connection, act, installation.clock.now())
    installation.pipeline.settle()
    return {**details, "follows": JUDGEMENTS[judgement]}


def _chosen(store: QuarantineStore, request: JsonObject) -> Quarantined:
    given = Asked(request).text("batch").lower()
    try:
        digest = bytes.fromhex(given[: len(given) // 2 * 2])
    except ValueError:
        digest = b""
    found = store.beginning_with(digest) if digest else []
    if len(found) != 1:
        raise UnknownQuarantinedBatch(
            f"{len(found) or 'No'} batches in quarantine begin with {given[:64]!r}."
        )
    return found[0]


def _line(
    connection: Connection, batch: Quarantined, judged: Mapping[str, RecordedAct]
) -> JsonObject:
    battery = RegistryStore(connection).battery(batch.battery_id)
    known_at, act = batch.known_received_at, judged.get(batch.digest.hex())
    return {
        "digest": batch.digest.hex(),
        "device": str(batch.device_id),
        "battery": None if battery is None else battery.alias or battery.identifier.path,
        "boot": batch.boot_id.hex(),
        "sequence": batch.sequence,
        "received_at": format_utc(batch.received_at),
        "first_digest": batch.known_digest.hex(),
        "first_received_at": None if known_at is None else format_utc(known_at),
        "judgement": None if act is None else str(act.details["judgement"]),
        "judged_at": None if act is None else format_utc(act.at),
    }


def _decoded(encoded: bytes) -> DecodedBatch:
    return decode_batch(open_envelope(encoded))


def _contents(batch: DecodedBatch, encoded: bytes) -> JsonObject:
    """Return what a batch says, in short."""
    times = batch.sampled_at_ms.tolist()
    return {
        "collected_at": format_utc(batch.claims.collected_at),
        "samples": len(times),
        "first_sample_ms": min(times),
        "last_sample_ms": max(times),
        "columns": sorted(batch.columns),
        "octets": len(encoded),
        "sha256": hashlib.sha256(encoded).hexdigest(),
    }


def _differences(one: DecodedBatch, other: DecodedBatch) -> list[JsonValue]:
    """Return in which claims and columns two batches differ."""
    found = [
        name
        for name in ("collected_at", "monotonic_ms", "backfill", "battery_ref")
        if getattr(one.claims, name) != getattr(other.claims, name)
    ]
    if one.sampled_at_ms.tolist() != other.sampled_at_ms.tolist():
        found.append("sampled_at_ms")
    for name in sorted({*one.columns, *other.columns}):
        here, there = one.columns.get(name), other.columns.get(name)
        if here is None or there is None or here.tolist() != there.tolist():
            found.append(name)
    return list[JsonValue](found)
