"""Where the web's operations for devices are carried out.

In: an installation. Out: the port of `web/api/devices.py`, and its routes.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from starlette.routing import BaseRoute

from battery_passport.assembly.devices.enrolling import EnrolmentRequest, enrol
from battery_passport.assembly.devices.reporting import (
    ReportRequest,
    RotationRequest,
    rotate_key,
    take_report,
)
from battery_passport.assembly.installation import Installation
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.api.devices import DeviceNews, Enrolment, device_routes
from battery_passport.web.site import Site


def device_operations(installation: Installation) -> Callable[[Site], Sequence[BaseRoute]]:
    """Return the routes that collection devices call."""
    routes = device_routes(SqlDeviceOffice(installation)).routes
    return lambda _site: routes


class SqlDeviceOffice:
    """Fulfils `web.api.devices.DeviceOffice`."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def enrol(self, *, code: str, public_key: bytes, proof: bytes) -> Enrolment:
        """Enrol a device."""
        asked = EnrolmentRequest(code=code, public_key=public_key, proof=proof)
        return Enrolment.model_validate(enrol(self._installation, asked))

    def rotate(
        self, device: UUID, *, keys: tuple[bytes, bytes], proof_of_new: bytes, sealed_until_ms: int
    ) -> datetime:
        """Make a new key the device's."""
        return rotate_key(
            self._installation,
            RotationRequest(
                device_id=device,
                public_key=keys[0],
                sealed_until_ms=sealed_until_ms,
                proof=keys[1],
                proof_of_new=proof_of_new,
            ),
        )

    def report(self, device: UUID, *, report: JsonObject, proof: bytes) -> DeviceNews:
        """Keep what a device tells."""
        asked = ReportRequest(device_id=device, report=report, proof=proof)
        return DeviceNews.model_validate(take_report(self._installation, asked))
