"""The settings that name the MQTT broker.

In: the values of settings by name. Out: where the broker is, for collectors and for devices.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from battery_passport.foundation.errors import Misconfigured

_PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where a broker listens."""

    host: str
    port: int
    encrypted: bool


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """The broker as the platform reaches it, and as devices are told to."""

    broker: BrokerAddress
    public_url: str
    authority: str
    certificate: str
    certificate_key: str


def mqtt_settings(values: Mapping[str, str]) -> MqttSettings:
    """Return where the broker is. Raises: Misconfigured."""
    url = values["mqtt_url"]
    public_url = values["mqtt_public_url"] or url
    broker_address(public_url, "MQTT_PUBLIC_URL")
    if bool(values["mqtt_certificate"]) != bool(values["mqtt_certificate_key"]):
        raise Misconfigured("BATTERY_PASSPORT_MQTT_CERTIFICATE and its _KEY belong together.")
    return MqttSettings(
        broker=broker_address(url, "MQTT_URL"),
        public_url=public_url,
        authority=values["mqtt_authority"],
        certificate=values["mqtt_certificate"],
        certificate_key=values["mqtt_certificate_key"],
    )


def broker_address(url: str, name: str) -> BrokerAddress:
    """Return the parts of a broker's address. Raises: Misconfigured."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    is_plain = parts.path in {"", "/"} and port != -1
    if parts.scheme not in _PORTS or not parts.hostname or not is_plain:
        raise Misconfigured(
            f"BATTERY_PASSPORT_{name} is {url[:120]!r}, no broker's address.",
            remedy="Write it as mqtt://host:1883, or mqtts://host:8883 with encryption.",
        )
    return BrokerAddress(
        parts.hostname, port or _PORTS[parts.scheme], encrypted=parts.scheme == "mqtts"
    )
