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

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.foundation.digests import sha256

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
