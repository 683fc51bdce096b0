"""Acts become records and facts, so that they stand in the log; looks are kept for the owner too.

In: a transaction, an act or a look, a moment. Out: rows of that transaction.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.acts import Act, DetailValue, RecordedAct, act_record_bytes
from battery_passport.access.sharing.model import Look
from battery_passport.adapters.sql.acts import ActStore, StoredAct
from battery_passport.adapters.sql.looks import LookStore
from battery_passport.adapters.sql.organisations import SqlOrganisations
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.sharing import OwnershipStore
from battery_passport.assembly.things import region_of
from battery_passport.foundation.uuid7 import new_uuid7

LOOKED_AT_BATTERY = "battery-looked-at"


def record_act(connection: Connection, act: Act, moment: datetime) -> UUID:
    """Save an act under its people's pseudonyms, with the fact that logs it; return its id."""
    store = ActStore(connection)
    recorded = RecordedAct(
        record_id=new_uuid7(moment),
        name=act.name,
        subject=None if act.subject_id is None else store.pseudonym_of(act.subject_id),
        by=None if act.actor_id is None else store.pseudonym_of(act.actor_id),
        battery_id=act.battery_id,
        at=moment,
        details=act.details,
    )
    organisation_id = _organisation_in(act)
    stored = StoredAct(
        record_id=recorded.record_id,
        act=recorded.name,
        subject=recorded.subject,
        record=act_record_bytes(recorded),
        organisation_id=organisation_id,
        region=_city_of(connection, organisation_id, act.battery_id),
    )
    store.add(stored, battery_id=act.battery_id, moment=moment)
    return recorded.record_id


def _organisation_in(act: Act) -> UUID | None:
    named = act.details.get("organisation")
    return UUID(named) if isinstance(named, str) else None


def _city_of(
    connection: Connection, organisation_id: UUID | None, battery_id: UUID | None
) -> str | None:
    """Return the city of the organisation that acted, or else of the battery it was about."""
    account = organisation_id and SqlOrganisations(connection).account(organisation_id)
    if account:
        return account.region
    battery = battery_id and RegistryStore(connection).battery(battery_id)
    return region_of(connection, battery.responsible_id) if battery else None


def record_look(connection: Connection, look: Look) -> None:
    """Save a look at points that are not public, for the owner to read, and log it.

    Whoever shows such points calls this in the transaction that read them.
    """
    owner = OwnershipStore(connection).current(look.battery_id)
    LookStore(connection).add(look)
    details: dict[str, DetailValue] = {
        "viewer": look.viewer,
        "purpose": look.purpose.value,
        "points": list(look.points),
        "estimate": look.with_estimate,
        "organisation": None if look.organisation_id is None else str(look.organisation_id),
        "grant": None if look.grant_id is None else str(look.grant_id),
    }
    act = Act(
        name=LOOKED_AT_BATTERY,
        subject_id=None if owner is None else owner.person_id,
        battery_id=look.battery_id,
        details=details,
    )
    record_act(connection, act, look.at)


class SqlActLog:
    """Fulfils `access.ports.ActLog` within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, act: Act, moment: datetime) -> UUID:
        """Save an act with its fact."""
        return record_act(self._connection, act, moment)


class SqlLookLog:
    """Fulfils `access.sharing.ports.LookLog` within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, look: Look) -> None:
        """Save a look and the act that logs it."""
        record_look(self._connection, look)
