"""Sealing evidence, letting it go and telling where it lies, as operations.

In: requests of verbs. Out: counts; how far a long one is goes to a file of the home.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from battery_passport.adapters.sql.evidence_places import EvidencePlaces
from battery_passport.adapters.sql.manifest import SqlManifest
from battery_passport.assembly.evidence.storage_watch import NO_ROOM
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.leases import Role
from battery_passport.assembly.requests import Asked
from battery_passport.assembly.state_file import StateFile
from battery_passport.foundation.clock import format_utc, from_unix_ms
from battery_passport.foundation.errors import InvalidInput, TemporarilyUnavailable
from battery_passport.foundation.strict_json import JsonObject


class NoRoom(TemporarilyUnavailable):
    """There is no room on the disk; nothing was lost."""

    code = "no-room"
    remedy = "Make room and ask again: it goes on where it stopped."


PROGRESS_FILE = "evidence-progress.json"
_PATIENCE_S = 600


def evidence_status(installation: Installation, _request: JsonObject) -> JsonObject:
    """Tell how many batches lie where, and what the settings will do with them."""
    settings = installation.settings
    with installation.database.read() as connection:
        places = EvidencePlaces(connection)
        table, sealed, octets, erased = places.standing()
        segments = places.segments()
        parts = SqlManifest(connection).history_parts()
        waiting, since_ms = SqlManifest(connection).count_waiting()
    return {
        "table": {"batches": table},
        "segments": {"files": len(segments), "batches": sealed, "bytes": octets},
        "erased": {"batches": erased},
        "history": {
            "parts": len(parts),
            "rows": sum(part.rows for part in parts),
            "waiting_batches": waiting,
            "waiting_since": None if since_ms is None else format_utc(from_unix_ms(since_ms)),
        },
        "seal_after_days": settings.evidence_seal_after_days,
        "retention_days": settings.evidence_retention_days,
        "waits_for_room": sorted(installation.storage.watch.waiting),
    }


def seal_evidence(installation: Installation, request: JsonObject) -> JsonObject:
    """Seal everything older than so many days now."""
    before = _before(installation, request, installation.settings.evidence_seal_after_days)
    sealer = installation.storage.sealer
    installation.pipeline.settle()
    with installation.leases.hold(Role.SEQUENCER, timeout_s=_PATIENCE_S):
        total = sealer.waiting(before)
        done = _repeated(installation, lambda: sealer.seal_next(before), total)
    return {"batches": done, "older_than": format_utc(before)}


def expire_evidence(installation: Installation, request: JsonObject) -> JsonObject:
    """Erase sealed evidence older than so many days that no published figure rests on."""
    before = _before(installation, request, installation.settings.evidence_retention_days)
    storage = installation.storage
    installation.pipeline.settle()
    with installation.leases.hold(Role.SEQUENCER, timeout_s=_PATIENCE_S):
        done = _repeated(installation, lambda: storage.expirer.expire_next(before), 0)
        thinned = storage.thinner.thin(before)
    installation.pipeline.settle()
    return {"batches": done, "parts_of_history": thinned, "older_than": format_utc(before)}


def _before(installation: Installation, request: JsonObject, days: int) -> datetime:
    asked = Asked(request).optional_whole("days")
    wanted = days if asked is None else asked
    if asked is None and days == 0:
        raise InvalidInput(
            "The settings say no number of days.", remedy="Name one with --older-than DAYS."
        )
    if not 0 <= wanted <= 36_500:
        raise InvalidInput(f"{wanted} days were asked for, expected 0 to 36500.")
    return installation.clock.now() - timedelta(days=wanted)


def _repeated(installation: Installation, step: Callable[[], int], total: int) -> int:
    told, done = StateFile(installation.home.run / PROGRESS_FILE), 0
    try:
        while count := step():
            done += count
            told.write({"done": done, "of": max(total, done)})
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise NoRoom(f"The disk is full; {done} batches were done before.") from error
    return done
