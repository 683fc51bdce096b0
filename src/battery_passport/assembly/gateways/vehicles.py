"""`gbt32960 serve`: hears cars, and platforms that pass on what cars said.

In: settings and where to listen. Out: reports as evidence; answers once they are durable.
A VIN is looked up by its keyed hash and kept nowhere; places are left out.
"""

import asyncio
import hmac
import logging
from dataclasses import dataclass
from functools import partial
from typing import Final

from battery_passport.adapters.gbt32960.answers import Outcome, answer_frame, is_command
from battery_passport.adapters.gbt32960.errors import FrameRefused
from battery_passport.adapters.gbt32960.frame import decode_frame
from battery_passport.adapters.gbt32960.rows import recorded_rows
from battery_passport.adapters.gbt32960.server import Limits, VehicleDoor
from battery_passport.adapters.sql.gateway_accounts import AccountStore
from battery_passport.adapters.sql.gateway_bindings import BindingKind
from battery_passport.assembly.gateways.identity import GatewayName
from battery_passport.assembly.gateways.office import Office
from battery_passport.assembly.gateways.process import (
    Announce,
    Listen,
    check_listening,
    opened_office,
    reporting,
    told_to_end,
)
from battery_passport.assembly.gateways.recording import Message
from battery_passport.assembly.gateways.subjects import shown
from battery_passport.assembly.listening import listening
from battery_passport.assembly.settings import Settings
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.telemetry.rows import SIGNED_BY_GATEWAY

_LOG = logging.getLogger(__name__)
GATEWAY: Final = "gbt32960"
_ZONE: Final = "Times in the frames are UTC+08:00, as the standard has it"
_BY_VIN: Final = "Who sent it was told by its VIN alone"
_BY_PLATFORM: Final = "A platform that signed in passed it on"
_REPORTS: Final = frozenset({"realtime", "backfill"})


def serve_vehicles(
    settings: Settings, listen: Listen, *, idle_s: float, announce: Announce
) -> None:
    """Hear cars until the process is told to end.

    Raises: PortTaken, UnsafeGateway, and as `opened_office`.
    """
    check_listening(listen, settings, behind="")
    with (
        opened_office(settings, GatewayName.GBT32960, gateway=GATEWAY) as office,
        listening(listen.host, listen.port) as listener,
    ):
        door = VehicleDoor(
            listener=listener,
            tls=listen.tls(),
            welcome=lambda: Conversation(office).answer,
            refuse=partial(office.figures.refuse, ""),
            count=partial(office.figures.add, "connections"),
            limits=Limits(idle_s=idle_s),
        )
        host, port = listener.getsockname()[:2]
        asyncio.run(_run(office, door, partial(announce, f"tcp://{host}:{port}")))


async def _run(office: Office, door: VehicleDoor, announce: "partial[None]") -> None:
    async with reporting(office), door.opened():
        announce()
        await told_to_end()


@dataclass(slots=True)
class Conversation:
    """One connection: which platform or car signed in on it, if any did."""

    office: Office
    platform: str = ""
    vehicle: str = ""

    async def answer(self, frame: bytes) -> bytes | None:
        """Return the answer to a frame, once what it says is durable."""
        if not is_command(frame):
            return None
        self.office.figures.add("messages")
        try:
            outcome = await self._outcome(frame)
        except FrameRefused as error:
            outcome = _refused(error)
            self.office.figures.refuse(self.platform, outcome.name.lower().replace("_", "-"))
        except BatteryPassportError as error:
            _LOG.warning("a report was not kept: %s", error.message)
            self.office.figures.refuse(self.platform, error.code[:32])
            outcome = Outcome.ERROR
        except Exception:  # noqa: BLE001 - the other side must hear that nothing was kept
            _LOG.exception("a report was not kept")
            self.office.figures.refuse(self.platform, "failed")
            outcome = Outcome.ERROR
        return answer_frame(frame, outcome, self.office.clock.now())

    async def _outcome(self, frame: bytes) -> Outcome:
        document = decode_frame(frame)
        command = document.get("command")
        if command == "platform-login":
            return await asyncio.to_thread(self._sign_in, document)
        if command in ("platform-logout", "heartbeat", "time-synchronisation"):
            self.platform = "" if command == "platform-logout" else self.platform
            return Outcome.DONE
        if command in _REPORTS:
            return await self._report(frame, document)
        if command in ("vehicle-login", "vehicle-logout"):
            return await self._vehicle(document)
        self.office.figures.refuse(self.platform, "not-answered")
        return Outcome.ERROR

    async def _vehicle(self, document: JsonObject) -> Outcome:
        """Let a car in or out; without a platform, it may speak for itself alone."""
        vin = document.get("vin")
        if not isinstance(vin, str) or await self.office.find(BindingKind.VIN, vin) is None:
            return self._unknown(vin)
        if not self.platform:
            self.vehicle = vin if document.get("command") == "vehicle-login" else ""
        return Outcome.DONE

    def _unknown(self, vin: object) -> Outcome:
        subject = self.office.hasher.subject(BindingKind.VIN, str(vin))
        self.office.figures.refuse(shown(subject), "vin-unknown", subject)
        return Outcome.VIN_UNKNOWN

    def _sign_in(self, document: JsonObject) -> Outcome:
        """Let a platform in by name and password; without that it is nobody."""
        user, password = str(document.get("user", "")), str(document.get("password", ""))
        given = self.office.hasher.password(user, password)
        with self.office.database.read() as connection:
            expected = AccountStore(connection).password_of(GATEWAY, user)
        if not hmac.compare_digest(given, expected or b""):
            self.office.figures.refuse("platform", "not-admitted")
            return Outcome.ERROR
        self.platform = user
        return Outcome.DONE

    async def _report(self, frame: bytes, document: JsonObject) -> Outcome:
        vin = document.get("vin")
        battery = await self.office.find(BindingKind.VIN, vin) if isinstance(vin, str) else None
        if battery is None:
            return self._unknown(vin)
        rows, _assumed = recorded_rows([document])
        if not self.platform and vin != self.vehicle:
            self.office.figures.refuse("", "not-logged-in")
            return Outcome.ERROR
        if rows:
            # Where the car is, and who it is, is in the frame: neither is kept.
            message = Message(
                digest=self.office.hasher.message("gbt32960", frame),
                rows=tuple(rows),
                assumptions=self._assumptions(document),
                backfill=document.get("command") == "backfill",
            )
            await self.office.record(message, battery)
        return Outcome.DONE

    def _assumptions(self, document: JsonObject) -> tuple[str, ...]:
        edition = document.get("edition")
        return (
            SIGNED_BY_GATEWAY,
            f"The car did not sign: it said this over GB/T 32960-{edition}, a gateway signed it",
            _BY_PLATFORM if self.platform else _BY_VIN,
            _ZONE,
        )


def _refused(error: FrameRefused) -> Outcome:
    """Return the word that the 2025 edition has for a refusal."""
    return Outcome.NOT_DECRYPTED if "encrypted" in error.message else Outcome.STRUCTURE_WRONG
