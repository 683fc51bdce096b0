"""`POST /v1/telemetry`: one signed batch in, one durable answer out; a raw ASGI application.

In: the bytes of a COSE_Sign1 batch. Out: 200 once it is durable (`stored` or `duplicate`), else an
RFC 9457 problem: 409 when its number is known with other bytes (kept in quarantine).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.types import Message, Receive, Scope, Send

from battery_passport.foundation.errors import BatteryPassportError, Conflict
from battery_passport.foundation.strict_json import canonical_json
from battery_passport.web.bodies import RequestTooLarge
from battery_passport.web.problems import (
    PROBLEM_MEDIA_TYPE,
    Problem,
    problem_body,
    problem_of,
    problem_of_status,
)

PATH = "/v1/telemetry"
MAX_BODY_BYTES = 1 << 20
QUARANTINED = "quarantined"

Headers = Sequence[tuple[bytes, bytes]]

_JSON: Headers = ((b"content-type", b"application/json"),)


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

TellResult = Callable[[Receipt | BatteryPassportError], None]
TakeBatch = Callable[[bytes, TellResult], None]
"""The same without waiting: tells once what became of the batch, at once or when it is durable."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, whole; its length is still to be told."""

    status: int
    headers: Headers
    body: bytes


class BodyTooLarge(RequestTooLarge):
    """The request is larger than any batch may be."""

    code = "body-too-large"
    remedy = "Send fewer samples in one batch."


class BatchNumberReused(Conflict):
    """A batch of that device, boot and number is stored with other bytes."""

    code = "batch-number-reused"
    remedy = "Never sign two batches under one number; find out who else holds the device's key."


class TelemetryAnswers:
    """Puts into HTTP what became of a batch."""

    def __init__(self, *, public_address: str) -> None:
        self._public_address = public_address

    def to(self, result: Receipt | BatteryPassportError) -> Answer:
        """Return the answer to a batch that was taken or refused."""
        if isinstance(result, BatteryPassportError):
            return self.refusal(problem_of(result))
        if result.outcome == QUARANTINED:
            reused = BatchNumberReused("The batch was put aside: its number has other bytes.")
            return self.refusal(problem_of(reused), result)
        return Answer(200, _JSON, result.document())

    def refusal(self, problem: Problem, receipt: Receipt | None = None) -> Answer:
        """Return the answer that tells a problem, and where the batch is kept all the same."""
        body = problem_body(problem, public_address=self._public_address, instance=PATH)
        if receipt is not None:
            body |= {"outcome": receipt.outcome, "digest": receipt.digest.hex()}
        told = {"content-type": PROBLEM_MEDIA_TYPE, **problem.headers()}
        headers = [(name.lower().encode(), value.encode()) for name, value in told.items()]
        return Answer(problem.status, headers, canonical_json(body))


class TelemetryRoute:
    """The hot path of collection: no framework between the socket and the intake."""

    def __init__(self, accept: AcceptBatch, answers: TelemetryAnswers) -> None:
        self._accept = accept
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] != "POST":
            await _respond(send, self._answers.refusal(problem_of_status(405)))
            return
        result: Receipt | BatteryPassportError
        try:
            body = await _read_body(receive)
            if body is None:
                return
            result = await self._accept(body)
        except BatteryPassportError as error:
            result = error
        await _respond(send, self._answers.to(result))


async def _read_body(receive: Receive) -> bytes | None:
    """Return the request's body; None if its sender left before the end of it.

    Raises: BodyTooLarge.
    """
    parts: list[bytes] = []
    length = 0
    is_more = True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part: bytes = message.get("body", b"")
        parts.append(part)
        length += len(part)
        if length > MAX_BODY_BYTES:
            raise BodyTooLarge(f"The request has more than {MAX_BODY_BYTES} bytes.")
        is_more = message.get("more_body", False)
    return b"".join(parts) if len(parts) > 1 else parts[0]


async def _respond(send: Send, answer: Answer) -> None:
    length = (b"content-length", str(len(answer.body)).encode())
    start: Message = {
        "type": "http.response.start",
        "status": answer.status,
        "headers": [*answer.headers, length],
    }
    await send(start)
    await send({"type": "http.response.body", "body": answer.body})
