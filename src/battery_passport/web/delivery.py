"""Bytes to a browser: compressed once, revalidated by entity tag, cached for as long as is true.

In: a finished body. Out: a response, `304 Not Modified` where the browser has it already.
Source: RFC 9110 §8.8.3, §13.1.2.
"""

import gzip
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.foundation.digests import sha256
from battery_passport.foundation.identifiers import BatteryIdentifier

COMPRESSION_LEVEL = 6
REVALIDATE = "no-cache"
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A body in both encodings with its tag."""

    body: bytes
    compressed: bytes | None
    media_type: str
    tag: str
    headers: Mapping[str, str] = field(default_factory=dict)


def prepare(
    body: bytes, *, media_type: str, compress: bool = True, headers: Mapping[str, str] | None = None
) -> Delivery:
    """Return a body ready to be sent many times."""
    compressed = gzip.compress(body, COMPRESSION_LEVEL, mtime=0) if compress else None
    return Delivery(body, compressed, media_type, f'W/"{sha256(body).hex()[:32]}"', headers or {})


def deliver(delivery: Delivery, request: Request, *, caching: str = REVALIDATE) -> Response:
    """Return the response to one request."""
    headers = {"Cache-Control": caching, "ETag": delivery.tag} | dict(delivery.headers)
    if delivery.compressed is not None:
        headers["Vary"] = ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
    if _is_known(delivery.tag, request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    body = delivery.body
    if delivery.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        body = delivery.compressed
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, media_type=delivery.media_type)


def _is_known(tag: str, if_none_match: str) -> bool:
    opaque = tag.removeprefix("W/")
    known = (part.strip().removeprefix("W/") for part in if_none_match.split(","))
    return any(part in ("*", opaque) for part in known)


class DeliveryCache:
    """The bodies used last, at most `capacity` of them and none too old; safe between threads."""

    def __init__(
        self, capacity: int, *, keep_s: float, elapsed_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._capacity = capacity
        self._keep_s = keep_s
        self._elapsed_s = elapsed_s
        self._kept: OrderedDict[Hashable, tuple[float, Delivery]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Delivery | None:
        """Return what is kept under the key, which then counts as just used."""
        with self._lock:
            made_s, delivery = self._kept.get(key, (0.0, None))
            if delivery is None or self._elapsed_s() - made_s > self._keep_s:
                return None
            self._kept.move_to_end(key)
            return delivery

    def put(self, key: Hashable, delivery: Delivery) -> None:
        """Keep a body; the one unused for longest makes room."""
        with self._lock:
            self._kept[key] = (self._elapsed_s(), delivery)
            self._kept.move_to_end(key)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)


ASK_AGAIN_AFTER_S = 1.0
"""Another process may have issued a version; this one knows of its own at once."""

_KNOWN_REVISIONS = 4_096


class Revisible(Protocol):
    """Something that has revisions, and tells cheaply whether anything was written at all."""

    def generation(self) -> int: ...

    def revision(self, identifier: BatteryIdentifier) -> str | None: ...


class KnownRevisions:
    """Remembers revisions as long as nothing was written here, and for a second at most."""

    def __init__(
        self, source: Revisible, *, elapsed_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._source = source
        self._elapsed_s = elapsed_s
        self._known: OrderedDict[BatteryIdentifier, tuple[int, float, str]] = OrderedDict()
        self._lock = Lock()

    def known(self, identifier: BatteryIdentifier) -> str | None:
        """Return the revision without asking anybody, None if it must be asked for."""
        found = self._known.get(identifier)
        if found is None or found[0] != self._source.generation():
            return None
        return found[2] if self._elapsed_s() - found[1] < ASK_AGAIN_AFTER_S else None

    def ask(self, identifier: BatteryIdentifier) -> str | None:
        """Return the revision as it is now, None if there is no passport."""
        generation, asked_s = self._source.generation(), self._elapsed_s()
        revision = self._source.revision(identifier)
        if revision is not None:
            with self._lock:
                self._known[identifier] = (generation, asked_s, revision)
                while len(self._known) > _KNOWN_REVISIONS:
                    self._known.popitem(last=False)
        return revision
