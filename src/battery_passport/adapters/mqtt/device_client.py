"""A device's end of MQTT: publishes batches and hears what became of each.

In: signed batches. Out: the platform's `Acknowledgement`; no answer in time is an error.
"""

import asyncio
import hashlib
from contextlib import suppress

from battery_passport.adapters.mqtt.acknowledgement import (
    Acknowledgement,
    MalformedAcknowledgement,
)
from battery_passport.adapters.mqtt.link import BrokerAccess, MqttLink, NotConnected
from battery_passport.adapters.mqtt.topics import Channel, DeviceTopics

ANSWER_TIMEOUT_S = 15.0
CONNECT_WAIT_S = 3.0
"""So long a batch waits for a connection: without one there is more to do than to wait."""

_SESSION_S = 86_400


class MqttDeviceClient:
    """One device at a broker; `start` in an event loop, `stop` there. Sends may overlap."""

    def __init__(
        self,
        access: BrokerAccess,
        topics: DeviceTopics,
        *,
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
    ) -> None:
        self._topics = topics
        self._timeout_s = answer_timeout_s
        self._waiting: dict[bytes, asyncio.Future[Acknowledgement]] = {}
        self._link = MqttLink(
            access,
            subscription=topics.acknowledgements,
            on_message=self._heard,
            session_s=_SESSION_S,
        )
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to connect."""
        self._task = asyncio.get_running_loop().create_task(self._link.run())

    async def stop(self) -> None:
        """End the connection; the broker keeps the session."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def connected(self) -> None:
        """Return once the link stands."""
        await self._link.connected.wait()

    async def send(
        self, encoded: bytes, *, channel: Channel = Channel.TELEMETRY
    ) -> Acknowledgement:
        """Return what became of a batch. Raises: NotConnected when no answer came in time."""
        digest = hashlib.sha256(encoded).digest()
        answer = self._waiting.get(digest)
        if answer is None:
            answer = asyncio.get_running_loop().create_future()
            self._waiting[digest] = answer
        try:
            async with asyncio.timeout(min(CONNECT_WAIT_S, self._timeout_s)):
                await self._link.connected.wait()
            async with asyncio.timeout(self._timeout_s):
                self._link.publish(self._topics.up(channel), encoded, qos=1)
                return await asyncio.shield(answer)
        except TimeoutError as error:
            raise NotConnected("The platform did not answer over the broker in time.") from error
        finally:
            self._waiting.pop(digest, None)

    async def _heard(self, _topic: str, payload: bytes) -> None:
        try:
            answer = Acknowledgement.decode(payload)
        except MalformedAcknowledgement:
            return
        waiting = self._waiting.get(answer.digest)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
