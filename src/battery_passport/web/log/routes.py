"""The log's addresses: what C2SP tlog-tiles prescribes, and JSON for those without a tile reader.

In: requests and the published log. Out: bytes that caches may keep as long as they stay true.
Source: C2SP tlog-tiles.
"""

from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.encoding import base64_encode
from battery_passport.foundation.strict_json import JsonObject, canonical_json
from battery_passport.ledger.errors import NoSuchEntry
from battery_passport.ledger.tiles import TileName, parse_tile_path, tile_width
from battery_passport.web.authorization import ActionRoute
from battery_passport.web.log.ports import OpenedEpoch, PublishedLog, WitnessStanding

ACTION = "log.read"
PREFIX = "/log"
_FOR_EVER = "public, max-age=31536000, immutable"
_AN_HOUR = "public, max-age=3600"
"""A partial tile stays true but is of use only until the next ones."""

_SECONDS = "public, max-age=2"
_OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_EPOCHS_AT_ONCE = 400


def routes(log: PublishedLog) -> list[BaseRoute]:
    """Return the log's routes."""
    addresses = LogAddresses(log)
    return [
        ActionRoute(f"{PREFIX}/checkpoint", addresses.checkpoint, action=ACTION),
        ActionRoute(f"{PREFIX}/tile/{{rest:path}}", addresses.tile, action=ACTION),
        ActionRoute(f"{PREFIX}/consistency", addresses.consistency, action=ACTION),
        ActionRoute(f"{PREFIX}/states", addresses.states, action=ACTION),
        ActionRoute(f"{PREFIX}/witnesses", addresses.witnesses, action=ACTION),
    ]


class LogAddresses:
    """The endpoints."""

    def __init__(self, log: PublishedLog) -> None:
        self._log = log

    def checkpoint(self, _request: Request) -> Response:
        """Answer with the newest checkpoint."""
        note = self._log.checkpoint()
        if note is None:
            raise HTTPException(404)
        return _answer(note, "text/plain; charset=utf-8", kept=_SECONDS)

    def tile(self, request: Request) -> Response:
        """Answer with a tile or an entry bundle, in the one spelling of its address."""
        name = parse_tile_path(f"tile/{request.path_params['rest']}")
        if name is None or not self._exists(name):
            raise HTTPException(404)
        kept = _FOR_EVER if name.is_full else _AN_HOUR
        return _answer(self._log.tile(name), "application/octet-stream", kept=kept)

    def consistency(self, request: Request) -> Response:
        """Answer with the proof that one size of the log is the beginning of another."""
        newest = self._log.size()
        old = _size(request, "old")
        new = _size(request, "new") if "new" in request.query_params else newest
        if new > newest:
            raise NoSuchEntry(f"The log was signed with {newest} entries, not yet with {new}.")
        path = self._log.consistency(old, new)
        document: JsonObject = {"old": old, "new": new, "path": [base64_encode(p) for p in path]}
        return _json(document)

    def states(self, request: Request) -> Response:
        """Answer with state epochs and what joins them to their log entries, the newest first."""
        before = _size(request, "before") if "before" in request.query_params else None
        epochs = self._log.epochs(before=before, limit=_EPOCHS_AT_ONCE)
        return _json({"epochs": [_epoch(each) for each in epochs]})

    def witnesses(self, _request: Request) -> Response:
        """Answer with the witnesses, and how far each has followed."""
        required, standings = self._log.witnesses()
        return _json({"required": required, "witnesses": [_standing(each) for each in standings]})

    def _exists(self, name: TileName) -> bool:
        return 0 < name.width <= tile_width(name.level, name.index, size=self._log.size())


def _size(request: Request, name: str) -> int:
    text = request.query_params.getlist(name)
    if len(text) != 1 or not (text[0].isascii() and text[0].isdigit() and len(text[0]) < 19):
        raise NoSuchEntry(f"The address needs {name}= once, with a number of entries.")
    return int(text[0])


def _epoch(epoch: OpenedEpoch) -> JsonObject:
    return {"record": epoch.record, "salt": epoch.salt.hex(), "index": epoch.log_index}


def _standing(standing: WitnessStanding) -> JsonObject:
    return {
        "name": standing.name,
        "vkey": standing.verifier_key,
        "size": standing.size,
        "answeredAt": _time(standing.answered_at),
        "failingSince": _time(standing.failing_since),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else format_utc(moment)


def _json(document: JsonObject) -> Response:
    return _answer(canonical_json(document), "application/json", kept=_SECONDS)


def _answer(octets: bytes, media_type: str, *, kept: str) -> Response:
    headers = {"Content-Type": media_type, "Cache-Control": kept, **_OPEN_TO_ALL}
    return Response(octets, headers=headers)
