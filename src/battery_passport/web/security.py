"""Headers that every response carries, and the one log line that every request leaves.

In: any ASGI application. Out: the same, hardened: nothing is loaded from elsewhere, nothing inline.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from battery_passport.web.ports import AccessLine

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; object-src 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

MACHINE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What answers carry that no browser is meant to show: receipts of batches, verbs' answers."""

STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"
NEVER_KEPT = "no-store"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
UNMATCHED = "(no such route)"


def headers_for(
    public_address: str, headers: Mapping[str, str] = SECURITY_HEADERS
) -> dict[str, str]:
    """Return the headers of an installation; transport security only off loopback."""
    address = urlsplit(public_address)
    if address.scheme == "https" and address.hostname not in LOOPBACK_NAMES:
        return {**headers, "Strict-Transport-Security": STRICT_TRANSPORT}
    return dict(headers)


class HardenedResponses:
    """Adds the security headers and a request id, and reports one access line a request."""

    def __init__(
        self, application: ASGIApp, *, public_address: str, log: Callable[[AccessLine], None]
    ) -> None:
        self._application = application
        self._headers = headers_for(public_address)
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        started_s = time.perf_counter()
        request_id = uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500

        async def send_hardened(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers["X-Request-Id"] = request_id
                _keep_to_the_asker(headers, scope["state"])
            await send(message)

        try:
            await self._application(scope, receive, send_hardened)
        finally:
            self._log(
                AccessLine(
                    request_id=request_id,
                    method=scope["method"],
                    route=route_template(scope),
                    status=status,
                    duration_ms=round((time.perf_counter() - started_s) * 1_000, 3),
                )
            )


def _keep_to_the_asker(headers: MutableHeaders, state: Mapping[str, object]) -> None:
    """Let nothing be kept that was made for somebody, or of which nobody said it may be."""
    if state.get("visitor") is not None or state.get("bearer"):
        headers["Cache-Control"] = NEVER_KEPT
    else:
        headers.setdefault("Cache-Control", NEVER_KEPT)


def machine_headers(public_address: str) -> list[tuple[bytes, bytes]]:
    """Return the headers of answers to machines, as they are sent."""
    headers = headers_for(public_address, MACHINE_HEADERS)
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


class MachineResponses:
    """Adds the headers of answers to machines; as cheap as it can be, for it is on the hot path."""

    def __init__(self, application: ASGIApp, *, public_address: str) -> None:
        self._application = application
        self._headers = machine_headers(public_address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
            await send(message)

        await self._application(scope, receive, send_hardened)


class HostNames:
    """The names that this installation answers to, as they stand in `Host` fields."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = LOOPBACK_NAMES | {host.lower() for host in hosts}
        self._accepted: set[bytes] = set()

    def include(self, host: bytes) -> bool:
        """Return whether the value of a `Host` field is one of ours; ports do not matter."""
        if host in self._accepted:
            return True
        ours = _host_name(host) in self._hosts
        if ours and len(self._accepted) < _REMEMBERED_HOSTS:
            self._accepted.add(host)
        return ours


class HostGuard:
    """Answers 421 to requests that a page of another name made a browser send here.

    A name that leads to this machine for a moment (DNS rebinding) makes a browser take our
    answers for that page's own; the `Host` field still tells the name. Source: RFC 9110 §15.5.20.
    """

    def __init__(self, application: ASGIApp, *, names: HostNames) -> None:
        self._application = application
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_ours(scope):
            await self._application(scope, receive, send)
            return
        body = b'{"code":"misdirected-request","status":421,"title":"Another name was asked for"}'
        headers = [(name.lower().encode(), value.encode()) for name, value in _REFUSAL.items()]
        await send({"type": "http.response.start", "status": 421, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _is_ours(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == b"host"]
        return len(given) == 1 and self._names.include(given[0])


_REMEMBERED_HOSTS = 64
_REFUSAL = MACHINE_HEADERS | {"Content-Type": "application/problem+json"}


def _host_name(host: bytes) -> str:
    """Return the name in a `Host` field without its port, in small letters."""
    try:
        return urlsplit(f"//{host.decode('ascii')}").hostname or ""
    except ValueError:  # no ASCII, or brackets that do not close
        return ""


def route_template(scope: Scope) -> str:
    """Return the path's pattern, as in `/v1/passports/{gtin}/{serial}`, never the path itself."""
    template: str = getattr(scope.get("route"), "path", UNMATCHED)
    return template
