"""Who sends a request: its cookie, key or grant turned into a `Principal`, before any page runs.

In: requests. Out: `request.state.principal` (always) and `request.state.visitor` (who is signed
in); unsafe requests that carry a cookie are let in only with the token of our own forms.
"""

from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from battery_passport.access.model import ANONYMOUS, Principal, PrincipalKind
from battery_passport.access.people.second_factor import Factor
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.web.failures import PROGRAM_PATHS, answer_failure
from battery_passport.web.forms import SAFE_METHODS, admit_form
from battery_passport.web.problems import problem_of
from battery_passport.web.site import Site

NO_VISITOR_PATHS = ("/static/", "/favicon.ico", "/healthz", "/readyz")
"""Answered alike to everybody: no look-up is made for them."""

MACHINE_PATHS = ("/oauth/",)
"""Machines prove themselves in the body; no cookie counts there."""

_BEARER = "bearer "
_ABSOLUTE_S = 12 * 3600
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is signed in, as pages show it: never more than the person himself may read."""

    principal: Principal
    name: str
    language: str
    organisation_name: str = ""
    organisations: tuple[tuple[UUID, str], ...] = ()
    factor: Factor = Factor.NOT_ASKED


class Identification(Protocol):
    """Tells who a secret belongs to; each call is one short look-up."""

    def by_session(self, token: str) -> Visitor | None:
        """Return who is signed in under a session's token; None if it is unknown or over."""

    def by_bearer(self, token: str) -> Principal:
        """Return the machine that an API key or access token belongs to. Raises: ClientRefused."""

    def by_grant(self, token: str) -> UUID | None:
        """Return the grant that a link's token opens now."""


class NobodyKnown:
    """Knows nobody: for sites without accounts."""

    def by_session(self, token: str) -> Visitor | None:  # noqa: ARG002 - the port's signature
        """Return None."""
        return None

    def by_bearer(self, token: str) -> Principal:  # noqa: ARG002 - as above
        """Return the anonymous principal."""
        return ANONYMOUS

    def by_grant(self, token: str) -> UUID | None:  # noqa: ARG002 - as above
        """Return None."""
        return None


@dataclass(frozen=True, slots=True)
class CookieNames:
    """`__Host-` names bind a cookie to this very host; browsers accept them with https only."""

    secure: bool

    @classmethod
    def at(cls, public_address: str) -> "CookieNames":
        """Return the names for an address."""
        parts = urlsplit(public_address)
        return cls(secure=parts.scheme == "https")

    @property
    def session(self) -> str:
        """The cookie of a signed-in session."""
        return self._name("bp_session")

    @property
    def grant(self) -> str:
        """The cookie that remembers an opened grant link."""
        return self._name("bp_grant")

    @property
    def form(self) -> str:
        """The cookie that a form of somebody not signed in is bound to."""
        return self._name("bp_form")

    @property
    def known(self) -> str:
        """The cookie of a browser that has signed in before."""
        return self._name("bp_known")

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name

    def put(self, response: Response, name: str, value: str, *, max_age_s: int) -> None:
        """Set a cookie that no script reads and no other site sends along with a form."""
        response.set_cookie(
            name,
            value,
            max_age=max_age_s,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def remove(self, response: Response, name: str) -> None:
        """Take a cookie back."""
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="lax")


def principal_of(request: Request) -> Principal:
    """Return who sends the request."""
    found: Principal = request.scope["state"].get("principal", ANONYMOUS)
    return found


def visitor_of(request: Request) -> Visitor | None:
    """Return who is signed in, or None."""
    found: Visitor | None = request.scope["state"].get("visitor")
    return found


def cookies_of(request: Request) -> CookieNames:
    """Return the cookie names of this site."""
    found: CookieNames = request.scope["state"]["cookies"]
    return found


def begin_session(response: Response, request: Request, token: str) -> None:
    """Hand a new session's token to the browser."""
    names = cookies_of(request)
    names.put(response, names.session, token, max_age_s=_ABSOLUTE_S)
    names.remove(response, names.form)


def end_session(response: Response, request: Request) -> None:
    """Take the session's token back from the browser, and what it may have kept of its pages."""
    names = cookies_of(request)
    names.remove(response, names.session)
    response.headers["Clear-Site-Data"] = '"cache"'


class SessionMiddleware:
    """Identifies every request and guards the unsafe ones."""

    def __init__(
        self,
        application: ASGIApp,
        *,
        site: Site,
        identification: Identification,
        public_address: str,
    ) -> None:
        self._application = application
        self._site = site
        self._identification = identification
        self._public_address = public_address
        self._cookies = CookieNames.at(public_address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on the request with its principal, or answer why it is not let in."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        request = Request(scope, receive)
        scope.setdefault("state", {})["cookies"] = self._cookies
        try:
            await self._identify(request)
            if needs_token(request):
                receive = await admit_form(request, receive, public_address=self._public_address)
        except BatteryPassportError as error:
            refusal = answer_failure(request, problem_of(error), self._site)
            await refusal(scope, receive, send)
            return
        await self._application(scope, receive, self._with_form_cookie(scope, send))

    async def _identify(self, request: Request) -> None:
        state = request.scope["state"]
        state["principal"] = ANONYMOUS
        if request.url.path.startswith(NO_VISITOR_PATHS):
            return
        bearer = bearer_of(request)
        if bearer is not None:
            state["bearer"] = True
            state["principal"] = await run_in_threadpool(self._identification.by_bearer, bearer)
            return
        await self._by_cookies(request)

    async def _by_cookies(self, request: Request) -> None:
        state, cookies = request.scope["state"], request.cookies
        state["form_secret"] = cookies.get(self._cookies.form, "")
        token = cookies.get(self._cookies.session)
        if token:
            visitor = await run_in_threadpool(self._identification.by_session, token)
            if visitor is not None:
                state["session_token"] = token
                state["visitor"] = visitor
                state["principal"] = visitor.principal
                state["factor"] = visitor.factor
        link = cookies.get(self._cookies.grant)
        if link:
            grant_id = await run_in_threadpool(self._identification.by_grant, link)
            state["principal"] = with_grant(state["principal"], grant_id)

    def _with_form_cookie(self, scope: Scope, send: Send) -> Send:
        async def send_with_cookie(message: Message) -> None:
            made = scope["state"].get("new_form_secret")
            if message["type"] == "http.response.start" and made:
                carrier = Response()
                self._cookies.put(carrier, self._cookies.form, made, max_age_s=_ABSOLUTE_S)
                headers = MutableHeaders(scope=message)
                headers.append("set-cookie", carrier.headers["set-cookie"])
            await send(message)

        return send_with_cookie


def bearer_of(request: Request) -> str | None:
    """Return the secret of an `Authorization: Bearer` header."""
    header = request.headers.get("authorization", "")
    return header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else None


def needs_token(request: Request) -> bool:
    """Return whether the request must carry the token of one of our forms.

    Everything unsafe does, but for what a browser cannot be made to send in somebody's name: keys
    in a header, machines' own proofs, and interface calls that come without a session.
    """
    if request.method in SAFE_METHODS or request.scope["state"].get("bearer"):
        return False
    path = request.url.path
    if path.startswith(MACHINE_PATHS):
        return False
    signed_in = "session_token" in request.scope["state"]
    return signed_in or not path.startswith(PROGRAM_PATHS)


def with_grant(principal: Principal, grant_id: UUID | None) -> Principal:
    """Return the principal who also holds that grant."""
    if grant_id is None:
        return principal
    if principal.kind is PrincipalKind.ANONYMOUS:
        return Principal(kind=PrincipalKind.GRANT_HOLDER, grant_id=grant_id)
    return replace(principal, grant_id=grant_id)
