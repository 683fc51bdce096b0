"""The way to the platform over MQTT: an event loop in a thread of its own behind a plain call.

In: signed batches. Out: what the platform acknowledged, as the device understands it.
"""

import asyncio
import ssl
import threading
import time
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

from battery_passport.adapters.mqtt.acknowledgement import DUPLICATE, LATER, STORED, Acknowledgement
from battery_passport.adapters.mqtt.device_client import ANSWER_TIMEOUT_S, MqttDeviceClient
from battery_passport.adapters.mqtt.link import BrokerAccess, NotConnected
from battery_passport.adapters.mqtt.topics import DeviceTopics
from battery_passport.assembly.agent.clock_error import ClockError
from battery_passport.assembly.agent.state import DeviceState
from battery_passport.assembly.mqtt_settings import broker_address
from battery_passport.device_agent.errors import Unreachable
from battery_passport.device_agent.model import (
    Acknowledged,
    Duplicate,
    Outcome,
    Refused,
    RetryLater,
)
from battery_passport.foundation.clock import unix_ms

_USUAL_WAIT_S = 5.0

_Result = TypeVar("_Result")


class MqttWay:
    """Fulfils `device_agent.ports.SendBatch`. `close` it at the end."""

    def __init__(
        self,
        state: DeviceState,
        clock_error: ClockError,
        *,
        authority: str | None = None,
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
    ) -> None:
        self._answer_timeout_s = answer_timeout_s
        self._clock_error = clock_error
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mqtt", daemon=True)
        self._thread.start()
        self._client = self._run(self._make(state, authority))

    def __call__(self, encoded: bytes) -> Outcome:
        """Send one batch. Raises: Unreachable."""
        asked_ms = time.time_ns() // 1_000_000
        try:
            answer = self._run(self._client.send(encoded))
        except NotConnected as error:
            raise Unreachable(error.message) from error
        self._clock_error.learn(
            asked_ms=asked_ms,
            answered_ms=time.time_ns() // 1_000_000,
            platform_ms=unix_ms(answer.at),
        )
        return outcome_of(answer)

    def close(self) -> None:
        """End the connection; the broker keeps the session."""
        self._run(self._client.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _make(self, state: DeviceState, authority: str | None) -> MqttDeviceClient:
        address = broker_address(state.mqtt_url, "MQTT_URL")
        tls = ssl.create_default_context(cafile=authority) if address.encrypted else None
        client = MqttDeviceClient(
            BrokerAccess(
                host=address.host,
                port=address.port,
                client_id=state.device,
                username=state.device,
                password=state.mqtt_password,
                tls=tls,
            ),
            DeviceTopics(state.tenant, UUID(state.device)),
            answer_timeout_s=self._answer_timeout_s,
        )
        client.start()
        return client

    def _run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def outcome_of(answer: Acknowledgement) -> Outcome:
    """Return what an acknowledgement means to a device."""
    if answer.outcome == STORED:
        return Acknowledged()
    if answer.outcome == DUPLICATE:
        return Duplicate()
    if answer.outcome == LATER:
        return RetryLater(retry_after_s=float(answer.retry_after_s or _USUAL_WAIT_S))
    return Refused(code=answer.code or answer.outcome)
