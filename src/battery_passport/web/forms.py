"""Forms that people send: read once, bounded, and only from our own pages.

In: the body of an unsafe request. Out: its fields, or a refusal; a token for the next form.
Source: RFC 6265bis (SameSite); OWASP Cross-Site Request Forgery Prevention (signed double submit).
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.types import Message, Receive

from battery_passport.access.errors import RequestForged
from battery_passport.foundation.encoding import base64url_encode
from battery_passport.foundation.errors import InvalidInput
from battery_passport.web.multipart import MULTIPART, boundary_of, parse_multipart

MAX_FORM_BYTES = 65_536
MAX_UPLOAD_BYTES = 2 << 20
MAX_FIELDS = 500
CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_FORM_TYPE = "application/x-www-form-urlencoded"
_SECRET_BYTES = 16


class UnreadableForm(InvalidInput):
    """A form that is too large or is no form."""

    code = "unreadable-form"
    remedy = "Send less at once, from the page itself."


@dataclass(frozen=True, slots=True)
class Form(Mapping[str, str]):
    """The fields of a form; a field that is missing reads as empty, `all` gives repeated ones."""

    pairs: tuple[tuple[str, str], ...] = field(default=())

    def __getitem__(self, name: str) -> str:
        return next((value for key, value in self.pairs if key == name), "")

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self.pairs))

    def __len__(self) -> int:
        return len(dict(self.pairs))

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value given under that name."""
        return tuple(value for key, value in self.pairs if key == name)


def form_of(request: Request) -> Form:
    """Return the fields that came with the request; the CSRF check has been passed."""
    found: Form = request.scope["state"].get("form", Form())
    return found


def csrf_token(request: Request) -> str:
    """Return the token that a form of this page must send back in the field `csrf`."""
    return token_of(browser_secret(request))


def browser_secret(request: Request) -> str:
    """Return the secret that this browser's cookie holds; one is sent to it if it has none yet."""
    state = request.scope["state"]
    known = state.get("session_token") or state.get("form_secret")
    if known:
        return str(known)
    made = secrets.token_urlsafe(_SECRET_BYTES)
    # The session middleware sends it as a cookie with this response.
    state["form_secret"] = state["new_form_secret"] = made
    return made


def token_of(secret: str) -> str:
    """Return the token of forms that belong to a browser's secret."""
    return base64url_encode(
        hmac.new(secret.encode("utf-8"), b"bp-csrf/v1", hashlib.sha256).digest()
    )


async def admit_form(request: Request, receive: Receive, *, public_address: str) -> Receive:
    """Check an unsafe request that a browser may have been made to send; give back its body.

    Raises: RequestForged; UnreadableForm.
    """
    check_origin(request, public_address=public_address)
    given = request.headers.get(CSRF_HEADER, "")
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind in (_FORM_TYPE, MULTIPART):
        body = await _read(request, MAX_FORM_BYTES if kind == _FORM_TYPE else MAX_UPLOAD_BYTES)
        form = parse_form(body) if kind == _FORM_TYPE else parse_upload(body, content_type)
        request.scope["state"]["form"] = form
        receive = _replay(body)
        given = given or form[CSRF_FIELD]
    state = request.scope["state"]
    secret = state.get("session_token") or state.get("form_secret") or ""
    expected = token_of(secret).encode()
    if not secret or not hmac.compare_digest(given.encode("utf-8"), expected):
        raise RequestForged("The form does not belong to this visit.")
    return receive


def check_origin(request: Request, *, public_address: str) -> None:
    """Return if a browser says that the request comes from a page of ours, or says nothing.

    Raises: RequestForged.
    """
    origin = request.headers.get("origin")
    if origin is None:
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise RequestForged("The form was sent from another site.")
        return
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if _origin(origin) not in (_origin(public_address), _origin(own)):
        raise RequestForged("The form was sent from another site.")


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc.lower()


def parse_form(body: bytes) -> Form:
    """Return the fields of an urlencoded body.

    Raises: UnreadableForm.
    """
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise UnreadableForm("The form cannot be read.") from error
    return Form(tuple((name, value.replace("\r\n", "\n")) for name, value in pairs))


def parse_upload(body: bytes, content_type: str) -> Form:
    """Return the fields of a form with files.

    Raises: UnreadableUpload.
    """
    return Form(parse_multipart(body, boundary_of(content_type)))


async def _read(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise UnreadableForm(f"The form is larger than {most} bytes.")
    return bytes(body)


def _replay(body: bytes) -> Receive:
    told = False

    async def receive() -> Message:
        nonlocal told
        if told:
            return {"type": "http.disconnect"}
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
