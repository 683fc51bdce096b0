"""One collection device, read from SQL and changed by the operations that the verbs run.

In: an installation. Out: fulfils `web.consoles.devices.ports.DeviceBook`.
"""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection, func, select

from battery_passport.access.model import Principal
from battery_passport.adapters.sql.devices import DeviceStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.schema import quarantined_batches
from battery_passport.assembly.devices.changing import (
    lift_suspension,
    move_device,
    replace_device,
    retire_device,
    suspend_device,
)
from battery_passport.assembly.devices.codes import make_code
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.sites.consoles.cards import card_of
from battery_passport.assembly.sites.consoles.device_life import keys_of, last_batches, steps_of
from battery_passport.assembly.sites.consoles.fleet import SqlFleetBook
from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.devices.model import DeviceLife
from battery_passport.web.consoles.devices.ports import CodePaper, DevicePortrait
from battery_passport.web.consoles.fleet.ports import DeviceRow
from battery_passport.web.consoles.frame.views import BatteryCard


class SqlDeviceBook:
    """Devices of an installation."""

    def __init__(self, installation: Installation, fleet: SqlFleetBook) -> None:
        self._installation = installation
        self._fleet = fleet

    def portrait(self, device_id: UUID) -> DevicePortrait | None:
        """Return a device with its life; None for one that never was on a battery."""
        with self._installation.database.read() as connection:
            store = DeviceStore(connection)
            life = store.life(device_id)
            card = None if life is None else _card(connection, life)
            if life is None or card is None:
                return None
            report = store.reports([device_id]).get(device_id)
            return DevicePortrait(
                row=self._row(connection, life, card),
                battery=card,
                fitted=life.battery_id is not None,
                reason=life.reason,
                reported_at=None if report is None else report.reported_at,
                set_aside=None if report is None else report.set_aside,
                quarantined=_count_quarantined(connection, device_id),
                steps=steps_of(connection, life, card.resource.region or ""),
                keys=keys_of(life),
                batches=last_batches(connection, device_id),
            )

    def _row(self, connection: Connection, life: DeviceLife, card: BatteryCard) -> DeviceRow:
        known = self._fleet.device(connection, life.device_id, card.battery_id)
        if known is not None:
            return replace(known, identifier=card.identifier)
        return DeviceRow(
            device_id=life.device_id,
            kind=life.kind.value,
            identifier=card.identifier,
            standing=life.standing.value,
            enrolled_at=life.enrolled_at,
        )

    def make_code(self, principal: Principal, card: BatteryCard, *, hours: int) -> CodePaper:
        """Return a fresh code for the device of a battery."""
        asked: JsonObject = {"battery": str(card.identifier), "hours": hours, **_by(principal)}
        return _paper(make_code(self._installation, asked))

    def replace(self, principal: Principal, device_id: UUID) -> CodePaper:
        """Return a code for the device that follows."""
        return _paper(replace_device(self._installation, _asked(principal, device_id)))

    def suspend(self, principal: Principal, device_id: UUID, *, reason: str) -> None:
        """Take nothing more from a device for now."""
        suspend_device(self._installation, {**_asked(principal, device_id), "reason": reason})

    def lift(self, principal: Principal, device_id: UUID) -> None:
        """Take a suspended device's batches again."""
        lift_suspension(self._installation, _asked(principal, device_id))

    def move(self, principal: Principal, device_id: UUID, card: BatteryCard) -> None:
        """Let a device send for another battery."""
        asked = {**_asked(principal, device_id), "battery": str(card.identifier)}
        move_device(self._installation, asked)

    def retire(self, principal: Principal, device_id: UUID, *, compromised: bool) -> None:
        """End a device's service."""
        asked = {**_asked(principal, device_id), "compromised": compromised}
        retire_device(self._installation, asked)


def _card(connection: Connection, life: DeviceLife) -> BatteryCard | None:
    """Return the battery that a device is on, or was on last."""
    last = life.battery_id or next((each.battery_id for each in life.fittings), None)
    battery = None if last is None else RegistryStore(connection).battery(last)
    return None if battery is None else card_of(connection, battery)


def _count_quarantined(connection: Connection, device_id: UUID) -> int:
    query = (
        select(func.count())
        .select_from(quarantined_batches)
        .where(quarantined_batches.c.device_id == str(device_id))
    )
    return int(connection.execute(query).scalar_one())


def _by(principal: Principal) -> JsonObject:
    return {"by": None if principal.person_id is None else str(principal.person_id)}


def _asked(principal: Principal, device_id: UUID) -> JsonObject:
    return {"device": str(device_id), **_by(principal)}


def _paper(told: JsonObject) -> CodePaper:
    return CodePaper(
        code=str(told["code"]),
        link=str(told["link"]),
        expires_at=parse_utc(str(told["expires_at"])),
    )
