"""Lets callers in by their secret and answers what they ask.

In: POST /v1/{verb} with JSON. Out: JSON; a refusal has `code` and `message`.
"""

import hashlib
import hmac
import logging
import threading

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from battery_passport.assembly.signer.verbs import VERBS
from battery_passport.credentials.keystore import Keystore
from battery_passport.foundation.errors import BatteryPassportError, TemporarilyUnavailable
from battery_passport.foundation.strict_json import JsonObject, parse_json_object

_LOG = logging.getLogger(__name__)
_MOST_BODY_BYTES = 4 << 20
"""A batch of the largest size, as hexadecimal digits, and room to spare."""


class SignerEndpoint:
    """Answers the requests of one installation, one at a time."""

    def __init__(self, keystore: Keystore, *, secret: str) -> None:
        """Without a secret, whoever has a certificate that is trusted is let in."""
        self._keystore = keystore
        self._expected = _digest(f"Bearer {secret}") if secret else None
        self._one_at_a_time = threading.Lock()

    def application(self) -> Starlette:
        """Return the ASGI application."""
        return Starlette(routes=[Route("/v1/{verb}", self._run, methods=["POST"])])

    async def _run(self, request: Request) -> Response:
        if not self._lets_in(request.headers.get("authorization", "")):
            _LOG.warning("refused a caller without the secret")
            return _refusal("signer-forbidden", "The secret is wrong or missing.", 403)
        body = await _body(request)
        if body is None:
            return _refusal("too-long", "The request is too long.", 413)
        answer, status = await run_in_threadpool(self._answer, request.path_params["verb"], body)
        return JSONResponse(answer, status_code=status)

    def _lets_in(self, given: str) -> bool:
        return self._expected is None or hmac.compare_digest(_digest(given), self._expected)

    def _answer(self, name: str, body: bytes) -> tuple[JsonObject, int]:
        verb = VERBS.get(name)
        if verb is None:
            return {"code": "unknown-verb", "message": "The signer does not know this verb."}, 404
        try:
            with self._one_at_a_time:
                return verb(self._keystore, parse_json_object(body)), 200
        except BatteryPassportError as error:
            _LOG.warning("refused", extra={"verb": name, "code": error.code})
            status = 409 if isinstance(error, TemporarilyUnavailable) else 422
            return {"code": error.code, "message": error.message}, status
        except Exception as error:  # noqa: BLE001 - the caller must hear that the signer failed
            _LOG.exception("%s failed", name)
            return {"code": "internal", "message": f"It failed: {type(error).__name__}."}, 500


async def _body(request: Request) -> bytes | None:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BODY_BYTES:
            return None
    return bytes(body)


def _digest(text: str) -> bytes:
    # Of equal length whatever is given, so that a comparison tells nothing of the secret's.
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()


def _refusal(code: str, message: str, status: int) -> Response:
    return JSONResponse({"code": code, "message": message}, status_code=status)
