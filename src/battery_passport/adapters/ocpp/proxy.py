"""Relays between chargers and their own central system, frame by frame, and listens in.

In: an address and the central system's. Out: the same frames on the other side; a copy for whoever
listens. What the central system refuses, the charger sees refused; where it is down, the charger
finds nobody.
"""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    WebSocketException,
)
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from battery_passport.adapters.ocpp.central import visitor_of

_LOG = logging.getLogger(__name__)
_LARGEST: Final = 16 * 1024 * 1024
_OPEN_S: Final = 15
_PING_S: Final = 30
_CLOSE_S: Final = 5
_HOP_BY_HOP = frozenset(
    {"connection", "transfer-encoding", "content-length", "upgrade", "keep-alive", "date"}
)


@dataclass(frozen=True, slots=True)
class Listener:
    """Told of every frame that was relayed, right after it was; it returns at once."""

    from_charger: Callable[[str | bytes], None]
    from_central: Callable[[str | bytes], None]


OpenListener = Callable[[str, str | None], Awaitable[Listener]]
"""Given a charger's name and the version that the central system chose, returns who listens."""


@dataclass(slots=True, kw_only=True)
class Proxy:
    """One door in front of one central system."""

    listener: socket.socket
    upstream: str
    tls: ssl.SSLContext | None
    open_listener: OpenListener
    count: Callable[[int], None]
    _reached: dict[ServerConnection, ClientConnection] = field(default_factory=dict)

    def open(self) -> contextlib.AbstractAsyncContextManager[Server]:
        """Return the server, to be entered."""
        return serve(
            self._relay,
            sock=self.listener,
            ssl=self.tls,
            process_request=self._reach,
            select_subprotocol=self._chosen,
            max_size=_LARGEST,
            ping_interval=None,
            close_timeout=_CLOSE_S,
            open_timeout=_OPEN_S * 2,
            server_header=None,
            compression=None,
        )

    async def _reach(self, connection: ServerConnection, request: Request) -> Response | None:
        """Knock at the central system in the charger's name, before the charger is let in."""
        visitor = visitor_of(request)
        if visitor is None:
            return connection.respond(HTTPStatus.NOT_FOUND, "The address names no charger.\n")
        offered = request.headers.get_all("Sec-WebSocket-Protocol")
        names = [name.strip() for value in offered for name in value.split(",")]
        passed = Headers()
        for value in request.headers.get_all("Authorization"):
            passed["Authorization"] = value
        try:
            self._reached[connection] = await connect(
                f"{self.upstream.rstrip('/')}/{visitor.charge_point}",
                subprotocols=[Subprotocol(name) for name in names if name] or None,
                additional_headers=passed,
                user_agent_header=request.headers.get("User-Agent"),
                max_size=_LARGEST,
                open_timeout=_OPEN_S,
                ping_interval=_PING_S,
                ping_timeout=_PING_S,
                close_timeout=_CLOSE_S,
                compression=None,
                proxy=None,
            )
        except InvalidStatus as refused:
            return _passed_on(refused.response)
        except (OSError, TimeoutError, InvalidHandshake, WebSocketException) as error:
            _LOG.warning("the central system cannot be reached: %s", type(error).__name__)
            connection.transport.abort()
            return connection.respond(HTTPStatus.BAD_GATEWAY, "")
        asyncio.get_running_loop().call_later(_OPEN_S * 2, self._forget, connection)
        return None

    def _forget(self, connection: ServerConnection) -> None:
        """Let go of the central system for a charger that hung up before it was let in."""
        reached = self._reached.pop(connection, None)
        if reached is not None:
            reached.transport.abort()

    def _chosen(self, connection: ServerConnection, _offered: object) -> Subprotocol | None:
        """Return the version that the central system chose."""
        reached = self._reached.get(connection)
        return None if reached is None else reached.subprotocol

    async def _relay(self, charger: ServerConnection) -> None:
        central = self._reached.pop(charger, None)
        if central is None:
            return
        request = charger.request
        visitor = None if request is None else visitor_of(request)
        name = "" if visitor is None else visitor.charge_point
        self.count(1)
        try:
            listener = await self.open_listener(name, central.subprotocol)
            ways = (
                asyncio.create_task(_pass_on(charger, central, listener.from_charger)),
                asyncio.create_task(_pass_on(central, charger, listener.from_central)),
            )
            _done, still = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for task in still:
                task.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        finally:
            self.count(-1)
            await _close_like(charger, central)
            await _close_like(central, charger)


async def _pass_on(
    source: Connection, target: Connection, tell: Callable[[str | bytes], None]
) -> None:
    """Relay one way until either side hangs up."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            frame = await source.recv()
            await target.send(frame)
            tell(frame)


async def _close_like(target: Connection, source: Connection) -> None:
    """Close one side with the code and reason by which the other was closed."""
    code = source.close_code
    if code in (None, 1005, 1006, 1015):
        # Codes that no frame carries: it broke, and so does the other side.
        if source.close_code is not None and target.close_code is None:
            target.transport.abort()
        return
    with contextlib.suppress(ConnectionClosed):
        await target.close(code, source.close_reason or "")


def _passed_on(answer: Response) -> Response:
    """Return the central system's refusal as the charger is to see it."""
    body = answer.body or b""
    headers = Headers()
    for name, value in answer.headers.raw_items():
        if name.lower() not in _HOP_BY_HOP:
            headers[name] = value
    headers["Content-Length"] = str(len(body))
    headers["Connection"] = "close"
    return Response(answer.status_code, answer.reason_phrase, headers, body)
