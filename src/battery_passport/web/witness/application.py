"""The witness protocol's addresses.

In: requests, a witness. Out: cosignatures, or the status that the protocol names for each refusal.
Source: C2SP tlog-witness.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.ledger.errors import NotConsistent, NoteNotSigned
from battery_passport.ledger.witnessing import (
    MAX_SUBMISSION_BYTES,
    MalformedSubmission,
    OtherSizeSeen,
    UnknownLog,
    Witness,
    parse_submission,
)

SIZE_MEDIA_TYPE = "text/x.tlog.size"
_STATUS: Mapping[type[BatteryPassportError], int] = MappingProxyType(
    {
        MalformedSubmission: 400,
        NoteNotSigned: 403,
        UnknownLog: 404,
        OtherSizeSeen: 409,
        NotConsistent: 422,
    }
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


def witness_application(witness: Witness, origins: Sequence[str]) -> Starlette:
    """Return the application of a witness."""
    addresses = WitnessAddresses(witness, origins)
    return Starlette(
        routes=[
            Route("/", addresses.introduce),
            Route("/add-checkpoint", addresses.add_checkpoint, methods=["POST"]),
            Route("/{origin_hash:str}/checkpoint", addresses.checkpoint),
        ]
    )


class WitnessAddresses:
    """The endpoints."""

    def __init__(self, witness: Witness, origins: Sequence[str]) -> None:
        self._witness = witness
        self._origins = {sha256(origin.encode()).hex(): origin for origin in origins}

    async def add_checkpoint(self, request: Request) -> Response:
        """Answer a submission with the cosignature, or with why there is none."""
        body = await _limited_body(request)
        if body is None:
            return _text("The request is too large.\n", status=413)
        try:
            line = await run_in_threadpool(self._submit, body)
        except OtherSizeSeen as error:
            return _text(f"{error.size}\n", status=409, media_type=SIZE_MEDIA_TYPE)
        except tuple(_STATUS) as error:
            return _text(f"{error.message}\n", status=_STATUS[type(error)])
        return _text(line.decode())

    async def checkpoint(self, request: Request) -> Response:
        """Answer with the checkpoint of a log that was cosigned last."""
        origin = self._origins.get(request.path_params["origin_hash"])
        note = None
        if origin is not None:
            note = await run_in_threadpool(self._witness.cosigned, origin)
        if note is None:
            return _text("No checkpoint of that log was cosigned here.\n", status=404)
        return _text(note.decode())

    async def introduce(self, _request: Request) -> Response:
        """Answer with the witness's key and the logs it follows, each with the size seen last."""
        lines = [f"witness {self._witness.key.text()}"]
        for origin in self._origins.values():
            seen = await run_in_threadpool(self._witness.seen, origin)
            lines.append(f"log {origin} {seen.size}")
        return _text("".join(f"{line}\n" for line in lines))

    def _submit(self, body: bytes) -> bytes:
        return self._witness.add_checkpoint(parse_submission(body))


async def _limited_body(request: Request) -> bytes | None:
    """Return the body, or None as soon as it is larger than any submission."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_SUBMISSION_BYTES:
            return None
    return body


def _text(
    text: str, *, status: int = 200, media_type: str = "text/plain; charset=utf-8"
) -> Response:
    headers = {**_HEADERS, "Content-Type": media_type}
    return PlainTextResponse(text, status_code=status, headers=headers)
