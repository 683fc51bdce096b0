"""Owners, batteries and codes for tests of claiming and sharing.

In: what a test varies. Out: rows in an open store; valid values.
"""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection

from battery_passport.access.acts import Act
from battery_passport.access.sharing.claiming import Claiming
from battery_passport.access.sharing.consenting import Consenting
from battery_passport.access.sharing.granting import Granting
from battery_passport.access.sharing.model import Ownership
from battery_passport.adapters.sql.grants import GrantStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.sharing import ClaimCodeStore, ConsentStore, OwnershipStore
from battery_passport.assembly.acts import SqlActLog
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.registry.model import Battery, Organisation, Rating

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
IDENTIFIER = BatteryIdentifier("09506000134352", "KR26A0010427")


def registered_battery(connection: Connection, serial: str = IDENTIFIER.serial) -> UUID:
    """Register a battery with an organisation that answers for it; return its id."""
    registry = RegistryStore(connection)
    known = registry.organisation_by_slug("maker")
    maker = known or Organisation(
        organisation_id=uuid4(),
        slug="maker",
        name="Maker",
        roles=frozenset({"economic-operator"}),
        registered_at=NOW,
    )
    if known is None:
        registry.add_organisation(maker)
    battery = Battery(
        battery_id=uuid4(),
        identifier=BatteryIdentifier(IDENTIFIER.gtin, serial),
        alias=None,
        battery_ref=uuid4().bytes,
        log_key=uuid4().bytes,
        model_id=None,
        rating=Rating(),
        responsible_id=maker.organisation_id,
        registered_at=NOW,
    )
    registry.add_battery(battery)
    return battery.battery_id


def claiming(connection: Connection) -> Claiming:
    """Return claiming over an open transaction."""
    return Claiming(
        OwnershipStore(connection),
        ClaimCodeStore(connection),
        GrantStore(connection),
        SqlActLog(connection),
    )


def granting(connection: Connection) -> Granting:
    """Return granting over an open transaction."""
    return Granting(OwnershipStore(connection), GrantStore(connection), SqlActLog(connection))


def consenting(connection: Connection) -> Consenting:
    """Return consenting over an open transaction."""
    return Consenting(ConsentStore(connection), SqlActLog(connection))


def owned(connection: Connection, person_id: UUID, *, at: datetime = NOW) -> UUID:
    """Make a person the owner of a fresh battery; return the battery's id."""
    battery_id = registered_battery(connection, serial=f"S{uuid4().hex[:12].upper()}")
    ownership = Ownership(
        ownership_id=uuid4(), battery_id=battery_id, person_id=person_id, since=at
    )
    OwnershipStore(connection).begin(ownership)
    return battery_id


class RememberedActs:
    """Fulfils `access.ports.ActLog` in memory."""

    def __init__(self) -> None:
        self.acts: list[Act] = []

    def record(self, act: Act, moment: datetime) -> UUID:  # noqa: ARG002 - the port's signature
        self.acts.append(act)
        return uuid4()
