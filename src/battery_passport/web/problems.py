"""How each error code is told over HTTP: status, title and type.

In: an error of any stage. Out: an RFC 9457 problem. A code not listed takes its base class's entry.
Source: RFC 9457 §3.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.foundation.errors import BatteryPassportError, TemporarilyUnavailable
from battery_passport.foundation.strict_json import JsonObject, canonical_json
from battery_passport.web.language import marked

PROBLEM_MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """The entry of one code."""

    status: int
    title: str


PROBLEM_TYPES: Mapping[str, ProblemType] = MappingProxyType(
    {
        "error": ProblemType(500, marked("Something went wrong on our side")),
        "invalid-input": ProblemType(422, marked("The input cannot be used as it is")),
        "malformed-identifier": ProblemType(400, marked("This is no battery identifier")),
        "malformed-encoding": ProblemType(400, marked("The text is not correctly encoded")),
        "malformed-json": ProblemType(400, marked("The text is not correct JSON")),
        "not-found": ProblemType(404, marked("Nothing is recorded under this name")),
        "passport-not-found": ProblemType(404, marked("There is no passport for this battery")),
        "page-not-found": ProblemType(404, marked("There is no page at this address")),
        "method-not-allowed": ProblemType(405, marked("This address does not take that method")),
        "conflict": ProblemType(409, marked("This contradicts what is already recorded")),
        "sign-in-needed": ProblemType(401, marked("Please sign in first")),
        "access-denied": ProblemType(403, marked("This is not open to you")),
        "sign-in-refused": ProblemType(401, marked("The sign-in was not accepted")),
        "sign-in-again": ProblemType(403, marked("Please sign in once more")),
        "second-factor-needed": ProblemType(403, marked("Please confirm with your passkey")),
        "client-refused": ProblemType(401, marked("The machine was not recognised")),
        "request-forged": ProblemType(403, marked("The form was not sent from our own page")),
        "link-not-usable": ProblemType(410, marked("This link cannot be used, or no longer")),
        "too-many-attempts": ProblemType(429, marked("Too many attempts")),
        "verification-failed": ProblemType(422, marked("A check did not hold")),
        "too-many-requests": ProblemType(429, marked("You asked too often in a short time")),
        "too-many-batches": ProblemType(429, marked("You asked too often in a short time")),
        "request-too-large": ProblemType(413, marked("This is too large to be taken")),
        "temporarily-unavailable": ProblemType(503, marked("This cannot be done just now")),
        "no-room-left": ProblemType(507, marked("This cannot be done just now")),
        "misconfigured": ProblemType(500, marked("The installation is not set up correctly")),
    }
)

_HTTP_CODES = {404: "page-not-found", 405: "method-not-allowed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A failure ready to be told, without anything that only its makers should see.

    `error` is what was raised, where its particulars may be told.
    """

    code: str
    status: int
    title: str
    detail: str = ""
    next_step: str = ""
    retry_after_s: int | None = None
    faults: tuple[str, ...] = field(default=())
    error: BatteryPassportError | None = None

    def headers(self) -> dict[str, str]:
        """Return what the answer must carry. Source: RFC 9110 §10.2.3, §11.6.1."""
        if self.status == 401:
            return {"WWW-Authenticate": 'Bearer realm="battery-passport"'}
        return {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}


def problem_type_of(error_class: type[BatteryPassportError]) -> ProblemType:
    """Return the entry of the nearest class, the error's own first, whose code is listed."""
    codes: Iterable[str] = (
        ancestor.code for ancestor in error_class.__mro__ if hasattr(ancestor, "code")
    )
    return next(PROBLEM_TYPES[code] for code in codes if code in PROBLEM_TYPES)


def problem_of(error: BatteryPassportError) -> Problem:
    """Return the problem of a named error; a fault of ours tells the caller no particulars."""
    entry = problem_type_of(type(error))
    ours = entry.status == 500
    wait_s = error.retry_after_s if isinstance(error, TemporarilyUnavailable) else None
    return Problem(
        code=error.code,
        status=entry.status,
        title=entry.title,
        detail="" if ours else error.message,
        next_step="" if ours else error.next_step,
        retry_after_s=None if wait_s is None else max(1, math.ceil(wait_s)),
        error=None if ours else error,
    )


def problem_of_status(status: int, faults: tuple[str, ...] = ()) -> Problem:
    """Return the problem of a bare HTTP status, as the router raises it."""
    code = _HTTP_CODES.get(status, "invalid-input" if status < 500 else "error")
    return Problem(code=code, status=status, title=PROBLEM_TYPES[code].title, faults=faults)


def problem_body(problem: Problem, *, public_address: str, instance: str) -> JsonObject:
    """Return the members of the problem document; `remedy` is the next step to take."""
    body: JsonObject = {
        "type": f"{public_address}/developers#problem-{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "instance": instance,
    }
    optional = {
        "detail": problem.detail,
        "remedy": problem.next_step,
        "faults": list(problem.faults),
    }
    return body | {name: value for name, value in optional.items() if value}


def problem_response(problem: Problem, *, request: Request, public_address: str) -> Response:
    """Return the problem as `application/problem+json`."""
    body = problem_body(problem, public_address=public_address, instance=request.url.path)
    return Response(
        canonical_json(body),
        status_code=problem.status,
        media_type=PROBLEM_MEDIA_TYPE,
        headers=problem.headers(),
    )
