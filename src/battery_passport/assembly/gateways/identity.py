"""A gateway as a device: its key from the keystore, its row in the registry.

In: an installation and the gateway's name. Out: a device that signs for what cars did not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.installation import Installation
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.registry.model import Device, DeviceKind

GATEWAY_PREFIX = "gateway-"


class GatewayName(StrEnum):
    """The gateways; each has a key of its own, `gateway-NAME`."""

    OCPP = "ocpp"
    GBT32960 = "gbt32960"


@dataclass(frozen=True, slots=True)
class Gateway:
    """The device and its signature."""

    name: GatewayName
    device_id: UUID
    sign: Callable[[bytes], bytes]


def key_name(name: GatewayName) -> str:
    """Return what the keystore calls a gateway's key."""
    return f"{GATEWAY_PREFIX}{name.value}"


def open_gateway(installation: Installation, name: GatewayName) -> Gateway:
    """Return a gateway, whose key and device are made at first use.

    Raises: KeystoreUnavailable, KeystoreRefused.
    """
    key = installation.keystore.signing_key(key_name(name))
    with installation.database.write() as connection:
        store, moment = RegistryStore(connection), installation.clock.now()
        device = store.device_by_key(key.public_key)
        if device is None:
            device = Device(
                device_id=new_uuid7(moment),
                kind=DeviceKind.GATEWAY,
                public_key=key.public_key,
                battery_id=None,
                enrolled_at=moment,
            )
            store.add_device(device)
    return Gateway(name, device.device_id, key.sign)
