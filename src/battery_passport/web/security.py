"""Headers that every response carries, and the one log line that every request leaves.

In: any ASGI application. Out: the same, hardened: nothing is loaded from elsewhere, nothing inline.
"""

import time
from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from battery_passport.web.ports import AccessLine

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; base-uri 'none'; object-src 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

STRICT_TRANSPORT = "max-age=31536000"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
UNMATCHED = "(no such route)"


def headers_for(public_address: str) -> dict[str, str]:
    """Return the headers of an installation; transport security only off loopback."""
    address = urlsplit(public_address)
    if address.scheme == "https" and address.hostname not in _LOOPBACK:
        return SECURITY_HEADERS | {"Strict-Transport-Security": STRICT_TRANSPORT}
    return dict(SECURITY_HEADERS)


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


def route_template(scope: Scope) -> str:
    """Return the path's pattern, as in `/v1/passports/{gtin}/{serial}`, never the path itself."""
    template: str = getattr(scope.get("route"), "path", UNMATCHED)
    return template
