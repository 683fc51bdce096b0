"""A lasting link to an MQTT 5 broker: connects, subscribes, and does so again whenever it broke.

In: an account at a broker, what to do with messages. Out: messages both ways while it stands.
Each connection is a client of its own with the same client id, so that the broker keeps the
session and nothing of a broken connection lives on in the next. Source: MQTT 5.0 §3.1.2.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from gmqtt import Client
from gmqtt.mqtt.handler import MQTTConnectError

from battery_passport.foundation.errors import TemporarilyUnavailable

_CONNECT_TIMEOUT_S = 10.0
_FIRST_WAIT_S = 0.2
_LONGEST_WAIT_S = 15.0
_KEEP_ALIVE_S = 30
_NEVER_BY_ITSELF = -2
"""For gmqtt a number of retries that is always used up: this module connects again, not that."""

_LOG = logging.getLogger(__name__)
_LIBRARY_LOG = logging.getLogger("gmqtt")
_LIBRARY_LOG.setLevel(logging.CRITICAL)

OnMessage = Callable[[str, bytes], Awaitable[None]]
"""Takes a message; the broker is told that it arrived once this ended."""


class NotConnected(TemporarilyUnavailable):
    """There is no connection to the broker now."""

    code = "broker-unreachable"
    remedy = "Check that the broker runs and that the account is right."


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAccess:
    """How to reach a broker and who to be there; `tls` is None without encryption."""

    host: str
    port: int
    client_id: str
    username: str
    password: str
    tls: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return f"BrokerAccess({self.username}@{self.host}:{self.port})"


class MqttLink:
    """One link; `run` it as a task. For one event loop.

    `session_s`: so long the broker keeps what it could not deliver. `window`: so many messages it
    may hand over before the first of them was taken.
    """

    def __init__(
        self,
        access: BrokerAccess,
        *,
        subscription: str,
        on_message: OnMessage,
        session_s: int = 3_600,
        window: int = 64,
    ) -> None:
        self._access = access
        self._subscription = subscription
        self._on_message = on_message
        self._properties = {"session_expiry_interval": session_s, "receive_maximum": window}
        self._client: Client | None = None
        self._lost = asyncio.Event()
        self.connected = asyncio.Event()
        self.connections = 0

    async def run(self) -> None:
        """Keep the link until cancelled."""
        wait_s = _FIRST_WAIT_S
        try:
            while True:
                try:
                    await self._connect()
                except (OSError, TimeoutError, MQTTConnectError, ssl.SSLError) as error:
                    level = logging.WARNING if wait_s == _FIRST_WAIT_S else logging.DEBUG
                    _LOG.log(level, "no connection to %r: %s", self._access, error)
                    await asyncio.sleep(wait_s)
                    wait_s = min(_LONGEST_WAIT_S, wait_s * 2)
                    continue
                wait_s = _FIRST_WAIT_S
                await self._lost.wait()
                self.connected.clear()
                await asyncio.sleep(wait_s)
        finally:
            await self._leave()

    def publish(self, topic: str, payload: bytes, *, qos: int) -> None:
        """Hand a message to the connection. Raises: NotConnected."""
        if self._client is None or not self.connected.is_set():
            raise NotConnected("There is no connection to the broker.")
        try:
            self._client.publish(topic, payload, qos=qos)
        except (OSError, OverflowError, RuntimeError) as error:
            raise NotConnected(f"The broker takes no message now: {error}.") from error

    async def _connect(self) -> None:
        await self._leave()
        self._lost.clear()
        access = self._access
        client = Client(
            access.client_id,
            clean_session=False,
            optimistic_acknowledgement=False,
            logger=_LIBRARY_LOG,
            **self._properties,
        )
        client.set_config({"reconnect_retries": _NEVER_BY_ITSELF})
        client.set_auth_credentials(access.username, access.password)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_subscribe = self._subscribed
        client.on_message = self._take
        self._client = client
        connecting = client.connect(
            access.host, access.port, ssl=access.tls or False, keepalive=_KEEP_ALIVE_S
        )
        await asyncio.wait_for(connecting, _CONNECT_TIMEOUT_S)

    async def _leave(self) -> None:
        self.connected.clear()
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                # Whatever state it is in, it is of no more use.
                await asyncio.wait_for(client.disconnect(), 1)

    def _connected(self, client: Client, _flags: int, _code: int, _properties: object) -> None:
        client.subscribe(self._subscription, qos=1)

    def _subscribed(self, client: Client, _mid: int, granted: object, _properties: object) -> None:
        if client is self._client:
            self.connections += 1
            self.connected.set()
            _LOG.debug("subscribed to %s: %s", self._subscription, granted)

    def _disconnected(self, client: Client, _packet: object, _error: object = None) -> None:
        if client is self._client:
            self.connected.clear()
            self._lost.set()

    async def _take(
        self, _client: Client, topic: str, payload: bytes, _qos: int, _properties: object
    ) -> int:
        try:
            await self._on_message(topic, bytes(payload))
        except Exception:  # noqa: BLE001 - one message must not end the link
            _LOG.exception("a message on %s could not be taken", topic)
        return 0
