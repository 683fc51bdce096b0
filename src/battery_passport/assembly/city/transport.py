"""A device's way to the platform: one HTTP connection that is opened again when it breaks.

In: signed batches. Out: the platform's answer as the device understands it.
"""

import http.client
from http import HTTPStatus

from battery_passport.device_agent.errors import Unreachable
from battery_passport.device_agent.model import (
    Acknowledged,
    Duplicate,
    Outcome,
    Refused,
    RetryLater,
)
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import parse_json_object
from battery_passport.web.api.telemetry import PATH

_TIMEOUT_S = 10
_USUAL_WAIT_S = 5.0


class HttpTransport:
    """Fulfils `device_agent.ports.SendBatch`. Not to be shared between threads."""

    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_S)

    def __call__(self, encoded: bytes) -> Outcome:
        """Send one batch. Raises: Unreachable."""
        headers = {"Content-Type": "application/cose"}
        try:
            self._connection.request("POST", PATH, encoded, headers)
            response = self._connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Unreachable(f"The platform does not answer: {error}.") from error
        return _outcome(response, body)

    def close(self) -> None:
        """Close the connection; the next batch would open another."""
        self._connection.close()


def _outcome(response: http.client.HTTPResponse, body: bytes) -> Outcome:
    if response.status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        return RetryLater(retry_after_s=_wait_s(response.headers.get("Retry-After")))
    try:
        answer = parse_json_object(body)
    except InvalidInput:
        return RetryLater(retry_after_s=_USUAL_WAIT_S)
    if response.status == HTTPStatus.OK:
        return Duplicate() if answer.get("outcome") == "duplicate" else Acknowledged()
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return RetryLater(retry_after_s=_USUAL_WAIT_S)
    return Refused(code=str(answer.get("code", answer.get("outcome", response.status))))


def _wait_s(header: str | None) -> float:
    return float(header) if header is not None and header.isdigit() else _USUAL_WAIT_S
