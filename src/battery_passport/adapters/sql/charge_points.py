"""Chargers and the sites they stand at, as an operator entered them.

In: a connection within a transaction. Out: chargers and sites as frozen values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, select, true, update

from battery_passport.adapters.sql.schema_gateways import charge_points, charging_sites
from battery_passport.adapters.sql.upserts import insert_or_ignore, insert_or_update
from battery_passport.foundation.clock import from_unix_ms, unix_ms

_LONGEST_TOLD = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSite:
    """A site and its policy; None is no limit. `known_only`: who is not bound may not charge.

    `operator_id` is the organisation whose members see its chargers, if there is one.
    """

    site: str
    power_w: float | None = None
    soc_ratio: float | None = None
    known_only: bool = False
    operator_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChargePoint:
    """A charger; what it said of itself is None until it was heard.

    `seen_at` is its last start, `heard_at` its last message; its connection stood at `alive_at`,
    which is None once it hung up. `sockets` are the states of its connectors by their numbers.
    """

    charge_point: str
    site: StoredSite
    supply: str
    password: bytes
    added_at: datetime
    version: str | None = None
    vendor: str | None = None
    model: str | None = None
    firmware: str | None = None
    seen_at: datetime | None = None
    heard_at: datetime | None = None
    alive_at: datetime | None = None
    sockets: Mapping[str, str] = field(default_factory=dict)


class ChargePointStore:
    """Chargers and sites within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set_site(self, site: StoredSite, moment: datetime) -> None:
        """Save a site's policy, in place of the one before."""
        row = {
            "site": site.site,
            "power_w": site.power_w,
            "soc_ratio": site.soc_ratio,
            "known_only": site.known_only,
            "operator_id": None if site.operator_id is None else str(site.operator_id),
            "added_at_ms": unix_ms(moment),
        }
        insert_or_update(self._connection, charging_sites, [row], ("site",))

    def mention_site(self, site: str, moment: datetime) -> None:
        """Save a site without limits, unless it is known."""
        row = {"site": site, "known_only": False, "added_at_ms": unix_ms(moment)}
        insert_or_ignore(self._connection, charging_sites, [row])

    def add(self, point: StoredChargePoint) -> None:
        """Save a charger; one of the same name gets this site, supply and password."""
        row = {
            "charge_point": point.charge_point,
            "site": point.site.site,
            "supply": point.supply,
            "password": point.password,
            "added_at_ms": unix_ms(point.added_at),
            "removed_at_ms": None,
        }
        insert_or_update(self._connection, charge_points, [row], ("charge_point",))

    def remove(self, charge_point: str, moment: datetime) -> bool:
        """Let a charger in no more; False if there is none of that name."""
        statement = update(charge_points).where(
            charge_points.c.charge_point == charge_point, charge_points.c.removed_at_ms.is_(None)
        )
        changed = self._connection.execute(statement.values(removed_at_ms=unix_ms(moment)))
        return changed.rowcount == 1

    def get(self, charge_point: str) -> StoredChargePoint | None:
        """Return the charger of that name, unless it was removed."""
        found = self._read(charge_points.c.charge_point == charge_point)
        return found[0] if found else None

    def all(self) -> Sequence[StoredChargePoint]:
        """Return every charger that was not removed, by name."""
        return self._read(true())

    def note_heard(
        self, charge_point: str, *, version: str, told: tuple[str, str, str] | None, at: datetime
    ) -> None:
        """Save when a charger was heard, and its vendor, model and firmware if it told them."""
        values: dict[str, object] = {"version": version, "seen_at_ms": unix_ms(at)}
        if told is not None:
            names = ("vendor", "model", "firmware")
            values |= {name: text[:_LONGEST_TOLD] for name, text in zip(names, told, strict=True)}
        self._connection.execute(
            update(charge_points)
            .where(charge_points.c.charge_point == charge_point)
            .values(**values)
        )

    def note_alive(self, heard_at: Mapping[str, datetime], at: datetime) -> None:
        """Save that chargers are connected, and when each was heard last."""
        statement = (
            update(charge_points)
            .where(charge_points.c.charge_point == bindparam("name"))
            .values(heard_at_ms=bindparam("heard"), alive_at_ms=unix_ms(at))
        )
        heard = [{"name": name, "heard": unix_ms(each)} for name, each in heard_at.items()]
        if heard:
            self._connection.execute(statement, heard)

    def note_gone(self, charge_point: str) -> None:
        """Save that a charger hung up."""
        self._renew(charge_point, {"alive_at_ms": None})

    def note_socket(self, charge_point: str, connector: int, state: str) -> None:
        """Save the state of one connector. Only within `write`."""
        where = charge_points.c.charge_point == charge_point
        known = self._connection.execute(select(charge_points.c.sockets).where(where)).scalar()
        self._renew(charge_point, {"sockets": {**(known or {}), str(connector): state}})

    def sites(self) -> Sequence[StoredSite]:
        """Return every site, by name."""
        query = select(charging_sites).order_by(charging_sites.c.site)
        return [_site(row) for row in self._connection.execute(query).mappings()]

    def at_sites(self, sites: Sequence[str]) -> Sequence[StoredChargePoint]:
        """Return the chargers of some sites, by name."""
        return self._read(charge_points.c.site.in_(sites))

    def operator_of(self, charge_point: str) -> UUID | None:
        """Return the organisation that runs a charger's site, if one does."""
        point = self.get(charge_point)
        return None if point is None else point.site.operator_id

    def _renew(self, charge_point: str, values: Mapping[str, object]) -> None:
        where = charge_points.c.charge_point == charge_point
        self._connection.execute(update(charge_points).where(where).values(**values))

    def _read(self, condition: ColumnElement[bool]) -> list[StoredChargePoint]:
        sites = charging_sites.c
        query = (
            select(
                charge_points,
                sites.power_w,
                sites.soc_ratio,
                sites.known_only,
                sites.operator_id,
            )
            .join(charging_sites, sites.site == charge_points.c.site)
            .where(condition, charge_points.c.removed_at_ms.is_(None))
            .order_by(charge_points.c.charge_point)
        )
        return [_point(row) for row in self._connection.execute(query).mappings()]


def _site(row: RowMapping) -> StoredSite:
    operator_id = row["operator_id"]
    return StoredSite(
        site=row["site"],
        power_w=row["power_w"],
        soc_ratio=row["soc_ratio"],
        known_only=row["known_only"],
        operator_id=None if operator_id is None else UUID(operator_id),
    )


def _point(row: RowMapping) -> StoredChargePoint:
    return StoredChargePoint(
        charge_point=row["charge_point"],
        site=_site(row),
        supply=row["supply"],
        password=row["password"],
        added_at=from_unix_ms(row["added_at_ms"]),
        version=row["version"],
        vendor=row["vendor"],
        model=row["model"],
        firmware=row["firmware"],
        seen_at=_moment(row["seen_at_ms"]),
        heard_at=_moment(row["heard_at_ms"]),
        alive_at=_moment(row["alive_at_ms"]),
        sockets=row["sockets"] or {},
    )


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_unix_ms(milliseconds)
