"""What the pages of chargers need.

In: nothing. Out: the port that assembly fulfils, and its values.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from battery_passport.access.model import Principal, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFact:
    """A site and the organisation that the policies ask about."""

    site: str
    resource: Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerRow:
    """A charger: `sockets` are the states of its connectors by their numbers."""

    charger: str
    site: str
    supply: str
    version: str
    made: str
    firmware: str
    online: bool
    heard_at: datetime | None
    sockets: Mapping[str, str] = field(default_factory=dict)
    charging: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A charging session, and what the charger's meter said of it last.

    `known` tells that the car's battery is registered here; which one it is nobody is told.
    Units: W, A, V, Wh; a charge is a ratio.
    """

    number: int
    charger: str
    connector: int
    transaction: str
    state: str
    known: bool
    started_at: datetime
    ended_at: datetime | None = None
    reason: str = ""
    soc_ratio: float | None = None
    limit_w: float | None = None
    power_w: float | None = None
    current_a: float | None = None
    voltage_v: float | None = None
    energy_wh: float | None = None
    metered_at: datetime | None = None


class ChargingBook(Protocol):
    """Chargers and sessions of an installation, by their sites."""

    def sites(self) -> Sequence[SiteFact]: ...

    def chargers(self, sites: Collection[str]) -> Sequence[ChargerRow]: ...

    def sessions(self, sites: Collection[str]) -> Sequence[SessionRow]:
        """Return the newest sessions, the newest first."""

    def sessions_of(self, charger: str) -> Sequence[SessionRow]:
        """Return a charger's newest sessions, the newest first."""

    def stop(self, principal: Principal, session: SessionRow) -> None:
        """Raises: NoSession, OrderRefused, NotConnected."""

    def limit(self, principal: Principal, session: SessionRow, *, power_kw: float) -> None:
        """Raises: NoSession, OrderRefused, NotConnected."""
