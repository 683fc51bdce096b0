"""Chargers and the sites they stand at, as an operator entered them.

In: a connection within a transaction. Out: chargers and sites as frozen values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, select, true, update

from battery_passport.adapters.sql.schema_gateways import charge_points, charging_sites
from battery_passport.adapters.sql.upserts import insert_or_ignore, insert_or_update
from battery_passport.foundation.clock import from_unix_ms, unix_ms

_LONGEST_TOLD = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSite:
    """A site and its policy; None is no limit. `known_only`: who is not bound may not charge."""

    site: str
    power_w: float | None = None
    soc_ratio: float | None = None
    known_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChargePoint:
    """A charger; what it said of itself is None until it was heard."""

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

    def _read(self, condition: ColumnElement[bool]) -> list[StoredChargePoint]:
        sites = charging_sites.c
        query = (
            select(charge_points, sites.power_w, sites.soc_ratio, sites.known_only)
            .join(charging_sites, sites.site == charge_points.c.site)
            .where(condition, charge_points.c.removed_at_ms.is_(None))
            .order_by(charge_points.c.charge_point)
        )
        return [_point(row) for row in self._connection.execute(query).mappings()]


def _point(row: RowMapping) -> StoredChargePoint:
    seen_at_ms = row["seen_at_ms"]
    return StoredChargePoint(
        charge_point=row["charge_point"],
        site=StoredSite(
            site=row["site"],
            power_w=row["power_w"],
            soc_ratio=row["soc_ratio"],
            known_only=row["known_only"],
        ),
        supply=row["supply"],
        password=row["password"],
        added_at=from_unix_ms(row["added_at_ms"]),
        version=row["version"],
        vendor=row["vendor"],
        model=row["model"],
        firmware=row["firmware"],
        seen_at=None if seen_at_ms is None else from_unix_ms(seen_at_ms),
    )
