"""The way to the platform over HTTP: batches, enrolment and reports on one kept connection.

In: bytes and JSON. Out: the platform's answers as the device understands them.
"""

import http.client
import json
import ssl
import time
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from battery_passport.assembly.agent.clock_error import ClockError
from battery_passport.device_agent.errors import Unreachable
from battery_passport.device_agent.model import (
    Acknowledged,
    Duplicate,
    Outcome,
    Refused,
    RetryLater,
)
from battery_passport.foundation.clock import parse_utc, unix_ms
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import Conflict, InvalidInput
from battery_passport.foundation.strict_json import JsonObject, parse_json_object

TELEMETRY_PATH = "/v1/telemetry"
_TIMEOUT_S = 15
_USUAL_WAIT_S = 5.0
_LONGEST_WAIT_S = 3_600
"""A device comes back within the hour, whatever an answer asks for."""

_MOST_DIGITS = 9
_MOST_ANSWER_BYTES = 1 << 16
_KEPT: dict[str, type[Acknowledged] | type[Duplicate]] = {
    "stored": Acknowledged,
    "duplicate": Duplicate,
}
_HALF_SECOND_MS = 500


class PlatformRefused(Conflict):
    """The platform answered no."""

    code = "platform-refused"


class HttpWay:
    """Fulfils `device_agent.ports.SendBatch`, and asks other questions. For one thread."""

    def __init__(self, server: str, clock_error: ClockError) -> None:
        self._clock_error = clock_error
        parts = urlsplit(server)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise InvalidInput(f"{server[:120]!r} is no address of a platform.")
        self._connection: http.client.HTTPConnection
        if parts.scheme == "https":
            self._connection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=_TIMEOUT_S, context=ssl.create_default_context()
            )
        else:
            self._connection = http.client.HTTPConnection(
                parts.hostname, parts.port, timeout=_TIMEOUT_S
            )

    def __call__(self, encoded: bytes) -> Outcome:
        """Send one batch. Raises: Unreachable."""
        asked_ms = time.time_ns() // 1_000_000
        response, body = self._ask(TELEMETRY_PATH, encoded, "application/cose")
        self._learn(response.headers.get("Date"), asked_ms)
        return _outcome(response, body, sha256(encoded).hex())

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def post(self, path: str, document: JsonObject) -> JsonObject:
        """Return the answer to a JSON document. Raises: Unreachable, PlatformRefused."""
        asked_ms = time.time_ns() // 1_000_000
        octets = json.dumps(document).encode()
        response, body = self._ask(path, octets, "application/json")
        try:
            answer = parse_json_object(body)
        except InvalidInput as error:
            raise Unreachable("The platform's answer is not JSON.") from error
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unreachable(f"The platform answered {response.status}.")
        if response.status >= HTTPStatus.BAD_REQUEST:
            refused = PlatformRefused(
                str(answer.get("detail", answer.get("title", "The platform refused."))),
                remedy=str(answer.get("remedy", "")),
            )
            raise refused
        told = answer.get("serverTime")
        if isinstance(told, str):
            self._clock_error.learn(
                asked_ms=asked_ms,
                answered_ms=time.time_ns() // 1_000_000,
                platform_ms=unix_ms(parse_utc(told)),
            )
        return answer

    def _ask(
        self, path: str, octets: bytes, media_type: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        try:
            self._connection.request("POST", path, octets, {"Content-Type": media_type})
            with self._connection.getresponse() as response:
                body = response.read(_MOST_ANSWER_BYTES + 1)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            self._connection.close()
            raise Unreachable(f"The platform does not answer: {error}.") from error
        if response.length or len(body) > _MOST_ANSWER_BYTES:
            self._connection.close()
            raise Unreachable("The answer broke off, or is longer than any of the platform's.")
        return response, body

    def _learn(self, date: str | None, asked_ms: int) -> None:
        """Learn from the answer's date, which is cut to whole seconds; only if nothing finer is."""
        if date is None or self._clock_error.ahead_ms is not None:
            return
        try:
            platform_ms = unix_ms(parsedate_to_datetime(date)) + _HALF_SECOND_MS
        except (TypeError, ValueError, OverflowError, InvalidInput):
            return  # also a date that names no zone
        self._clock_error.learn(
            asked_ms=asked_ms, answered_ms=time.time_ns() // 1_000_000, platform_ms=platform_ms
        )


def _outcome(response: http.client.HTTPResponse, body: bytes, digest: str) -> Outcome:
    """Return what an answer says of the batch of that digest.

    Only the platform's own words end a batch's wait. What a proxy, a portal or another server says
    in its place, with whatever status, does not.
    """
    later = RetryLater(retry_after_s=_wait_s(response.headers.get("Retry-After")))
    is_busy = response.status == HTTPStatus.TOO_MANY_REQUESTS
    if is_busy or response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return later
    try:
        answer = parse_json_object(body)
    except InvalidInput:
        return later
    if response.status == HTTPStatus.OK:
        known = _KEPT.get(str(answer.get("outcome")))
        return known() if known is not None and answer.get("digest") == digest else later
    code, status = answer.get("code"), answer.get("status")
    return Refused(code=code) if isinstance(code, str) and status == response.status else later


def _wait_s(header: str | None) -> float:
    if header is None or not header.isascii() or not header.isdigit():
        return _USUAL_WAIT_S
    return float(min(int(header[:_MOST_DIGITS]), _LONGEST_WAIT_S))
