"""The topics of collection: who publishes where.

In: tenants and devices. Out: names of topics; who a topic belongs to.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

_ROOT = "bp/v1"
_UP = re.compile(_ROOT + r"/([a-z0-9][a-z0-9._-]{0,63})/([0-9a-f-]{36})/up/(tel|evt)")

EVERY_UPLOAD = f"{_ROOT}/+/+/up/+"
SHARED_UPLOADS = f"$share/ingest/{EVERY_UPLOAD}"
"""The subscription of the platform's collectors, which share the messages among them."""

EVERY_ACKNOWLEDGEMENT = f"{_ROOT}/+/+/down/ack"


class Channel(StrEnum):
    """What a batch is: ordinary telemetry, or samples around an event, sent at once."""

    TELEMETRY = "tel"
    EVENT = "evt"


@dataclass(frozen=True, slots=True)
class DeviceTopics:
    """The topics of one device."""

    tenant: str
    device_id: UUID

    def up(self, channel: Channel = Channel.TELEMETRY) -> str:
        """Return where the device publishes batches."""
        return f"{_ROOT}/{self.tenant}/{self.device_id}/up/{channel.value}"

    @property
    def acknowledgements(self) -> str:
        """Where the device hears what became of them."""
        return f"{_ROOT}/{self.tenant}/{self.device_id}/down/ack"


def owner_of_upload(topic: str) -> DeviceTopics | None:
    """Return whose topic it is, or None if no device publishes there."""
    found = _UP.fullmatch(topic)
    if found is None:
        return None
    try:
        return DeviceTopics(found[1], UUID(found[2]))
    except ValueError:
        return None
