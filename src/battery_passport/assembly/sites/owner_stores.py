"""The transactions of owners' pages: stores and services of sharing, joined over one connection.

In: an installation and who keeps accounts. Out: `web.owner.ports.OwnerStores` for a block.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.acts import RecordedAct, parse_act_record
from battery_passport.access.sharing.claiming import Claiming
from battery_passport.access.sharing.consenting import Consenting
from battery_passport.access.sharing.granting import Granting
from battery_passport.access.sharing.leaving import Leaving
from battery_passport.adapters.sql.acts import ActStore, ErasureStore
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.grants import GrantStore
from battery_passport.adapters.sql.ledger_keys import SqlLedgerKeys
from battery_passport.adapters.sql.looks import LookStore, VisitStore
from battery_passport.adapters.sql.owner_traces import TraceStore
from battery_passport.adapters.sql.sharing import ClaimCodeStore, ConsentStore, OwnershipStore
from battery_passport.assembly.acts import SqlActLog, SqlLookLog
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.owner.ports import OwnerStores


class Accounts(Protocol):
    """Keeps people's accounts; sharing knows persons by their ids alone."""

    def own_data(self, connection: Connection, person_id: UUID) -> JsonObject:
        """Return what an account holds, opened for the person himself."""

    def erase(self, connection: Connection, person_id: UUID) -> None:
        """Destroy the account with its key. Raises: NotAllowedNow."""


class OwnerTransactions:
    """Opens transactions for owners' pages; what a block did is committed when it ends."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts

    @contextmanager
    def reading(self) -> Iterator[OwnerStores]:
        """Open a block that only reads."""
        with self._database.read() as connection:
            yield owner_stores(connection, self._accounts)

    @contextmanager
    def writing(self) -> Iterator[OwnerStores]:
        """Open a block that may write."""
        with self._database.write() as connection:
            yield owner_stores(connection, self._accounts)


def owner_stores(connection: Connection, accounts: Accounts) -> OwnerStores:
    """Return stores and services over a connection."""
    ownerships, codes = OwnershipStore(connection), ClaimCodeStore(connection)
    grants, looks = GrantStore(connection), LookStore(connection)
    consents, acts = ConsentStore(connection), SqlActLog(connection)
    return OwnerStores(
        ownerships=ownerships,
        consents=consents,
        grants=grants,
        looks=looks,
        visits=VisitStore(connection),
        own_acts=SqlOwnActs(connection),
        claiming=Claiming(ownerships, codes, grants, acts),
        granting=Granting(ownerships, grants, acts),
        consenting=Consenting(consents, acts),
        leaving=Leaving(
            ownerships=ownerships,
            codes=codes,
            consents=consents,
            grants=grants,
            looks=TraceStore(connection),
            people=_ErasedAccount(connection, accounts),
            pseudonyms=ErasureStore(connection),
            acts=acts,
        ),
        look_log=SqlLookLog(connection),
        acts=acts,
    )


class SqlOwnActs:
    """Fulfils `web.owner.ports.OwnActs` within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._store = ActStore(connection)

    def of_person(self, person_id: UUID) -> Sequence[RecordedAct]:
        """Return the acts that concern a person, the oldest first."""
        pseudonym = self._store.known_pseudonym(person_id)
        records = () if pseudonym is None else self._store.records_of(pseudonym)
        return [parse_act_record(record) for record in records]


@dataclass(frozen=True, slots=True)
class _ErasedAccount:
    """Fulfils `access.sharing.ports.PersonalRecords` within one transaction."""

    connection: Connection
    accounts: Accounts

    def destroy(self, person_id: UUID) -> None:
        """Destroy the account, what is remembered of visits, and keys for batteries."""
        self.accounts.erase(self.connection, person_id)
        VisitStore(self.connection).forget(person_id)
        SqlLedgerKeys(self.connection).forget(person_id)
