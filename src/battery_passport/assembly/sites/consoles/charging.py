"""Chargers and charging sessions, read from SQL; orders go the way of the verbs.

In: an installation. Out: fulfils `web.consoles.charging.ports.ChargingBook`.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.model import Principal, Resource, ResourceKind
from battery_passport.adapters.sql.charge_points import (
    ChargePointStore,
    StoredChargePoint,
    StoredSite,
)
from battery_passport.adapters.sql.charging_sessions import SessionStore, StoredSession
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.finding import DEFAULT_ORGANISATION
from battery_passport.assembly.gateways.reports import SILENT_AFTER
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.chargers import is_online
from battery_passport.assembly.operations.charging import limit_charging, stop_charging
from battery_passport.assembly.things import region_of
from battery_passport.foundation.clock import from_unix_ms
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.consoles.charging.ports import ChargerRow, SessionRow, SiteFact

MOST_SESSIONS, MOST_OF_ONE = 2_500, 100


class SqlChargingBook:
    """Chargers of an installation."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def sites(self) -> Sequence[SiteFact]:
        """Return the sites; one that no organisation runs is the installation's own."""
        with self._installation.database.read() as connection:
            own = RegistryStore(connection).organisation_by_slug(DEFAULT_ORGANISATION)
            own_id = None if own is None else own.organisation_id
            return [
                _site(connection, each, own_id) for each in ChargePointStore(connection).sites()
            ]

    def chargers(self, sites: Collection[str]) -> Sequence[ChargerRow]:
        """Return the chargers of some sites, by name."""
        alive_since = self._installation.clock.now() - SILENT_AFTER
        with self._installation.database.read() as connection:
            points = ChargePointStore(connection).at_sites(tuple(sites))
            running = Counter(SessionStore(connection).charging_at(tuple(sites)))
        return [
            _charger(each, online=is_online(each, alive_since), charging=running[each.charge_point])
            for each in points
        ]

    def sessions(self, sites: Collection[str]) -> Sequence[SessionRow]:
        """Return the newest sessions of some sites, the newest first."""
        with self._installation.database.read() as connection:
            found = SessionStore(connection).newest_at(tuple(sites), MOST_SESSIONS)
        return [_session(each) for each in found]

    def sessions_of(self, charger: str) -> Sequence[SessionRow]:
        """Return a charger's newest sessions, the newest first."""
        with self._installation.database.read() as connection:
            found = SessionStore(connection).newest_of(charger, MOST_OF_ONE)
        return [_session(each) for each in found]

    def stop(self, principal: Principal, session: SessionRow) -> None:
        """Have a charger end a session."""
        stop_charging(self._installation, _asked(principal, session))

    def limit(self, principal: Principal, session: SessionRow, *, power_kw: float) -> None:
        """Have a charger charge no faster."""
        asked = {**_asked(principal, session), "power_kw": power_kw}
        limit_charging(self._installation, asked)


def _site(connection: Connection, site: StoredSite, own_id: UUID | None) -> SiteFact:
    operator_id = site.operator_id or own_id
    region = None if operator_id is None else region_of(connection, operator_id)
    resource = Resource(kind=ResourceKind.ORGANISATION, responsible_id=operator_id, region=region)
    return SiteFact(site=site.site, resource=resource)


def _charger(point: StoredChargePoint, *, online: bool, charging: int) -> ChargerRow:
    return ChargerRow(
        charger=point.charge_point,
        site=point.site.site,
        supply=point.supply,
        version=point.version or "",
        made=" ".join(part for part in (point.vendor, point.model) if part),
        firmware=point.firmware or "",
        online=online,
        heard_at=point.heard_at or point.seen_at,
        sockets=point.sockets,
        charging=charging,
    )


def _session(session: StoredSession) -> SessionRow:
    told = session.metered or {}
    register, begun = told.get("register_wh"), told.get("begun_wh")
    return SessionRow(
        number=session.number or 0,
        charger=session.charge_point,
        connector=session.connector,
        transaction=session.transaction,
        state=session.state,
        known=session.battery_id is not None,
        started_at=session.started_at,
        ended_at=session.ended_at,
        reason=session.reason or "",
        soc_ratio=session.soc_ratio,
        limit_w=session.set_power_w,
        # Into the car counts up here; the history counts what leaves the battery.
        power_w=_scaled(told.get("power_w"), -1),
        current_a=_scaled(told.get("current_ma"), -0.001),
        voltage_v=_scaled(told.get("voltage_mv"), 0.001),
        energy_wh=None if register is None or begun is None else max(0, register - begun),
        metered_at=from_unix_ms(told["at_ms"]) if "at_ms" in told else None,
    )


def _scaled(value: int | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _asked(principal: Principal, session: SessionRow) -> JsonObject:
    return {
        "charger": session.charger,
        "transaction": session.transaction,
        "by": None if principal.person_id is None else str(principal.person_id),
    }
