"""`POST /v1/telemetry`: one signed batch in, one durable answer out; a raw ASGI application.

In: the bytes of a COSE_Sign1 batch. Out: 200 once it is durable (`stored` or `duplicate`), 409 when
its key is known with other bytes (kept in quarantine), an RFC 9457 problem when it is refused.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.types import Message, Receive, Scope, Send

from battery_passport.foundation.errors import BatteryPassportError, InvalidInput
from battery_passport.foundation.strict_json import canonical_json
from battery_passport.web.problems import (
    PROBLEM_MEDIA_TYPE,
    Problem,
    problem_body,
    problem_of,
    problem_of_status,
)

PATH = "/v1/telemetry"
MAX_BODY_BYTES = 1 << 20
_STATUS_OF: Mapping[str, int] = MappingProxyType(
    {"stored": 200, "duplicate": 200, "quarantined": 409}
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch, durably; `digest` is the SHA-256 by which it is evidence."""

    outcome: str
    digest: bytes

    def document(self) -> bytes:
        """Return the JSON answer."""
        return b'{"digest":"%s","outcome":"%s"}' % (
            self.digest.hex().encode(),
            self.outcome.encode(),
        )


AcceptBatch = Callable[[bytes], Awaitable[Receipt]]
"""Checks a batch and answers once it is durable; raises errors of the telemetry stage."""


class BodyTooLarge(InvalidInput):
    """The request is larger than any batch may be."""

    code = "body-too-large"
    remedy = "Send fewer samples in one batch."


class TelemetryRoute:
    """The hot path of collection: no framework between the socket and the intake."""

    def __init__(self, accept: AcceptBatch, *, public_address: str) -> None:
        self._accept = accept
        self._public_address = public_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] != "POST":
            await self._refuse(send, problem_of_status(405))
            return
        try:
            receipt = await self._accept(await _read_body(receive))
        except BatteryPassportError as error:
            await self._refuse(send, problem_of(error))
            return
        await _respond(send, _STATUS_OF[receipt.outcome], receipt.document(), {})

    async def _refuse(self, send: Send, problem: Problem) -> None:
        body = problem_body(problem, public_address=self._public_address, instance=PATH)
        headers = {"content-type": PROBLEM_MEDIA_TYPE, **problem.headers()}
        await _respond(send, problem.status, canonical_json(body), headers)


async def _read_body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    parts = [body]
    length = len(body)
    while message.get("more_body", False):
        message = await receive()
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > MAX_BODY_BYTES:
            break
    if length > MAX_BODY_BYTES:
        raise BodyTooLarge(f"The request has more than {MAX_BODY_BYTES} bytes.")
    return b"".join(parts) if len(parts) > 1 else body


async def _respond(send: Send, status: int, body: bytes, headers: Mapping[str, str]) -> None:
    given = {"content-type": "application/json", **headers, "content-length": str(len(body))}
    fields = [(name.lower().encode(), value.encode()) for name, value in given.items()]
    start: Message = {"type": "http.response.start", "status": status, "headers": fields}
    await send(start)
    await send({"type": "http.response.body", "body": body})
