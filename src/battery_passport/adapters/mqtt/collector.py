"""The platform's end of MQTT: takes batches from all devices, answers each after its commit.

In: messages of the shared subscription. Out: acknowledgements on the topics of their devices.
"""

import hashlib
import logging
import math
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from battery_passport.adapters.mqtt.acknowledgement import LATER, REFUSED, Acknowledgement
from battery_passport.adapters.mqtt.link import BrokerAccess, MqttLink, NotConnected
from battery_passport.adapters.mqtt.topics import SHARED_UPLOADS, owner_of_upload
from battery_passport.foundation.errors import (
    BatteryPassportError,
    InvalidInput,
    TemporarilyUnavailable,
)

FOREIGN_TOPIC = "foreign-topic"
INTERNAL = "internal-error"
_SESSION_S = 60
"""Short: what a dead collector was given goes to the others when devices send it again, unless
another follows under its name before."""

_LOG = logging.getLogger(__name__)


class ForeignTopic(InvalidInput):
    """A batch was published under the topic of another device."""

    code = FOREIGN_TOPIC


TakeBatch = Callable[[bytes, UUID], Awaitable[str]]
"""Stores a batch that must be of the device named; returns its outcome once it is durable.

Raises errors of the telemetry stage, or `ForeignTopic`.
"""


class Collector:
    """One collector; several share the work. `run` its link as a task."""

    def __init__(
        self,
        access: BrokerAccess,
        *,
        take: TakeBatch,
        now: Callable[[], datetime],
        window: int,
    ) -> None:
        self._take = take
        self._now = now
        self.link = MqttLink(
            access,
            subscription=SHARED_UPLOADS,
            on_message=self._message,
            session_s=_SESSION_S,
            window=window,
        )

    async def _message(self, topic: str, payload: bytes) -> None:
        owner = owner_of_upload(topic)
        if owner is None:
            _LOG.warning("a message on %s is of no device", topic[:200])
            return
        answer = await self._answer(owner.device_id, payload)
        try:
            self.link.publish(owner.acknowledgements, answer.encode(), qos=0)
        except NotConnected:
            # The device will send the batch again and then hear that it is there already.
            _LOG.info("an acknowledgement found no broker")

    async def _answer(self, device_id: UUID, payload: bytes) -> Acknowledgement:
        digest = hashlib.sha256(payload).digest()
        try:
            outcome = await self._take(payload, device_id)
        except TemporarilyUnavailable as error:
            return Acknowledgement(
                digest=digest,
                outcome=LATER,
                at=self._now(),
                code=error.code,
                retry_after_s=max(1, math.ceil(error.retry_after_s)),
            )
        except BatteryPassportError as error:
            return Acknowledgement(digest=digest, outcome=REFUSED, at=self._now(), code=error.code)
        except Exception:  # noqa: BLE001 - the device must hear that nothing was kept
            _LOG.exception("a batch could not be taken")
            return Acknowledgement(
                digest=digest, outcome=LATER, at=self._now(), code=INTERNAL, retry_after_s=30
            )
        return Acknowledgement(digest=digest, outcome=outcome, at=self._now())
