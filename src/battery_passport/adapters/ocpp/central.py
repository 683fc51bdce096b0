"""The central system's door: WebSockets of chargers, each let in by its name and password.

In: an address, a gate and what to do with a charger. Out: connections until the process ends.
Source: OCPP-1.6 §3; OCPP-2.0.1 part-4
"""

import base64
import binascii
import logging
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from battery_passport.adapters.ocpp.checking import SUBPROTOCOLS
from battery_passport.adapters.ocpp.frames import LONGEST_FRAME_CHARACTERS

_LOG = logging.getLogger(__name__)
CHARGE_POINT = re.compile(r"[A-Za-z0-9*_=:+|@.-]{1,48}")
"""What OCPP lets a charger be called."""

_PING_S: Final = 30
_CLOSE_S: Final = 5
_OPEN_S: Final = 15

Refuse = Callable[[str, str], None]
"""Told of each charger that is not let in: its name as it gave it, and why."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who knocks: the name in the address, the password, the versions it speaks."""

    charge_point: str
    password: str | None


Admit = Callable[[Visitor], Awaitable[bool]]
Handle = Callable[[ServerConnection, str], Awaitable[None]]


def visitor_of(request: Request) -> Visitor | None:
    """Return who knocks, None if the address names nobody."""
    name = unquote(urlsplit(request.path).path.rstrip("/").rpartition("/")[2])
    if not CHARGE_POINT.fullmatch(name):
        return None
    return Visitor(name, _password(request.headers.get("Authorization", ""), name))


def _password(header: str, name: str) -> str | None:
    """Return the password of Basic authentication under that very name."""
    kind, _, encoded = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return password if colon and user == name else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where chargers knock, and who decides on them."""

    listener: socket.socket
    tls: ssl.SSLContext | None
    admit: Admit
    handle: Handle
    refuse: Refuse

    def open(self) -> AbstractAsyncContextManager[Server]:
        """Return the server, to be entered."""
        return serve(
            self._welcome,
            sock=self.listener,
            ssl=self.tls,
            process_request=self._look,
            subprotocols=[Subprotocol(name) for name in SUBPROTOCOLS],
            select_subprotocol=_select,
            max_size=LONGEST_FRAME_CHARACTERS,
            ping_interval=_PING_S,
            ping_timeout=_PING_S,
            close_timeout=_CLOSE_S,
            open_timeout=_OPEN_S,
            server_header=None,
            compression=None,
        )

    async def _look(self, connection: ServerConnection, request: Request) -> Response | None:
        if request.headers.get("Origin", "").startswith("http"):
            self.refuse("", "a-page")
            return connection.respond(HTTPStatus.FORBIDDEN, "Chargers only.\n")
        visitor = visitor_of(request)
        if visitor is None:
            self.refuse("", "no-name")
            return connection.respond(HTTPStatus.NOT_FOUND, "The address names no charger.\n")
        if await self.admit(visitor):
            return None
        self.refuse(visitor.charge_point, "not-admitted")
        response = connection.respond(HTTPStatus.UNAUTHORIZED, "Name or password is wrong.\n")
        response.headers["WWW-Authenticate"] = 'Basic realm="OCPP", charset="UTF-8"'
        return response

    async def _welcome(self, connection: ServerConnection) -> None:
        request = connection.request
        visitor = None if request is None else visitor_of(request)
        if visitor is None:
            return
        if connection.subprotocol is None:
            self.refuse(visitor.charge_point, "no-common-version")
            await connection.close(1002, "Speak ocpp1.6 or ocpp2.0.1.")
            return
        await self.handle(connection, visitor.charge_point)


def _select(_connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """Return the best version that the charger speaks too; None is told to it afterwards."""
    return next((Subprotocol(name) for name in SUBPROTOCOLS if name in offered), None)
