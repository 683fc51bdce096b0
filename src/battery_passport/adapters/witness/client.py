"""Asks witnesses for cosignatures, and reads logs, over HTTP.

In: an address and what is asked. Out: the bytes of the answer, whatever they are worth.
Source: C2SP tlog-witness, tlog-tiles.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.ledger.note import MAX_NOTE_BYTES
from battery_passport.ledger.tiles import TILE_WIDTH, tile_path, tile_width
from battery_passport.ledger.witnessing import OtherSizeSeen

TIMEOUT_S = 5.0
_MOST_BYTES = 1 << 21
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


class WitnessUnavailable(TemporarilyUnavailable):
    """A witness or a log did not answer, or refused to."""

    code = "witness-unavailable"
    remedy = "Look at /log/witnesses; ask the witness's operator if it stays so."


class WitnessClient:
    """Talks to one witness at its submission prefix."""

    def __init__(self, url: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self._url = url
        self._timeout_s = timeout_s

    def add_checkpoint(self, body: bytes) -> bytes:
        """Return the signature lines that a submission is answered with.

        Raises: OtherSizeSeen if the witness has seen another size; WitnessUnavailable.
        """
        request = httpx.Request("POST", f"{self._url}/add-checkpoint", content=body)
        status, answer = _answered(request, self._timeout_s, limit=MAX_NOTE_BYTES)
        if status == httpx.codes.CONFLICT and (found := _SIZE.fullmatch(answer)):
            raise OtherSizeSeen(int(found[1]))
        if status != httpx.codes.OK:
            raise WitnessUnavailable(f"{self._url} answered {status}.")
        return answer

    def cosigned(self, origin: str) -> bytes | None:
        """Return the checkpoint of a log that the witness cosigned last; None before the first.

        Raises: WitnessUnavailable.
        """
        url = f"{self._url}/{sha256(origin.encode()).hex()}/checkpoint"
        request = httpx.Request("GET", url)
        status, answer = _answered(request, self._timeout_s, limit=MAX_NOTE_BYTES)
        if status == httpx.codes.NOT_FOUND:
            return None
        if status != httpx.codes.OK:
            raise WitnessUnavailable(f"{url} answered {status}.")
        return answer


class LogClient:
    """Reads one log; fulfils `ledger.ports.TileReader` as far as the log's size reaches."""

    def __init__(self, url: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self._url = url
        self._timeout_s = timeout_s
        self.size = 0

    def checkpoint(self) -> bytes:
        """Return the newest checkpoint. Raises: WitnessUnavailable."""
        return self._get("checkpoint", limit=MAX_NOTE_BYTES)

    def states(self, *, before: int | None = None) -> bytes | None:
        """Return the list of state epochs with numbers below one; None if the log offers none.

        Raises: WitnessUnavailable.
        """
        path = "states" if before is None else f"states?before={before}"
        return self._look(path, limit=_MOST_BYTES)

    def get(self, level: int, index: int) -> bytes | None:
        """Return a tile as wide as it is in a log of `size`. Raises: WitnessUnavailable."""
        width = tile_width(level, index, size=self.size) or TILE_WIDTH
        return self._get(tile_path(level, index, width), limit=_MOST_BYTES)

    def _get(self, path: str, *, limit: int) -> bytes:
        answer = self._look(path, limit=limit)
        if answer is None:
            raise WitnessUnavailable(f"{self._url}/{path} is not there.")
        return answer

    def _look(self, path: str, *, limit: int) -> bytes | None:
        """Return what lies there; None if nothing does. Raises: WitnessUnavailable."""
        request = httpx.Request("GET", f"{self._url}/{path}")
        status, answer = _answered(request, self._timeout_s, limit=limit)
        if status == httpx.codes.NOT_FOUND:
            return None
        if status != httpx.codes.OK:
            raise WitnessUnavailable(f"{self._url}/{path} answered {status}.")
        return answer


def _answered(request: httpx.Request, timeout_s: float, *, limit: int) -> tuple[int, bytes]:
    """Return status and body of an answer of at most `limit` bytes. Raises: WitnessUnavailable."""
    try:
        with _sent(request, timeout_s) as response:
            body = b""
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > limit:
                    raise WitnessUnavailable(f"{request.url} answered with too many bytes.")
    except httpx.HTTPError as error:
        raise WitnessUnavailable(f"{request.url} did not answer: {error!r}.") from error
    return response.status_code, body


@contextmanager
def _sent(request: httpx.Request, timeout_s: float) -> Iterator[httpx.Response]:
    with httpx.Client(timeout=timeout_s, follow_redirects=False) as client:
        response = client.send(request, stream=True)
        try:
            yield response
        finally:
            response.close()
