"""API keys, clients and used assertions as rows.

In: a connection within a transaction. Out: fulfils `access.stores.machines.MachineStore`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, insert, select, update

from battery_passport.access.records.machines import ApiKey, Client
from battery_passport.adapters.sql.schema_access import (
    api_keys,
    machine_clients,
    used_assertions,
)
from battery_passport.foundation.clock import from_unix_ms, unix_ms


class SqlMachines:
    """Machines within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_key(self, key: ApiKey) -> None:
        """Save a new API key."""
        row = {
            "key_id": str(key.key_id),
            "prefix": key.prefix,
            "digest": key.digest,
            "organisation_id": str(key.organisation_id),
            "label": key.label,
            "scopes": sorted(key.scopes),
            "made_by": None if key.made_by is None else str(key.made_by),
            "made_at_ms": unix_ms(key.made_at),
            "expires_at_ms": unix_ms(key.expires_at),
        }
        self._connection.execute(insert(api_keys), [row])

    def key_by_prefix(self, prefix: str) -> ApiKey | None:
        """Return the key of that prefix."""
        found = self._keys(api_keys.c.prefix == prefix)
        return found[0] if found else None

    def keys_of(self, organisation_id: UUID) -> list[ApiKey]:
        """Return an organisation's keys, revoked ones too."""
        return self._keys(api_keys.c.organisation_id == str(organisation_id))

    def note_key_use(self, key_id: UUID, moment: datetime) -> None:
        """Save when a key was last used."""
        statement = update(api_keys).where(api_keys.c.key_id == str(key_id))
        self._connection.execute(statement.values(last_used_at_ms=unix_ms(moment)))

    def revoke_key(self, organisation_id: UUID, key_id: UUID, moment: datetime) -> bool:
        """End an organisation's key; False if it has none of that id, or it was ended before."""
        statement = update(api_keys).where(
            api_keys.c.organisation_id == str(organisation_id),
            api_keys.c.key_id == str(key_id),
            api_keys.c.revoked_at_ms.is_(None),
        )
        statement = statement.values(revoked_at_ms=unix_ms(moment))
        return self._connection.execute(statement).rowcount == 1

    def add_client(self, client: Client) -> None:
        """Save a new client."""
        row = {
            "client_id": str(client.client_id),
            "organisation_id": str(client.organisation_id),
            "label": client.label,
            "jwk": client.jwk,
            "scopes": sorted(client.scopes),
            "made_by": None if client.made_by is None else str(client.made_by),
            "made_at_ms": unix_ms(client.made_at),
        }
        self._connection.execute(insert(machine_clients), [row])

    def client(self, client_id: UUID) -> Client | None:
        """Return the client of that id."""
        found = self._clients(machine_clients.c.client_id == str(client_id))
        return found[0] if found else None

    def clients_of(self, organisation_id: UUID) -> list[Client]:
        """Return an organisation's clients, revoked ones too."""
        return self._clients(machine_clients.c.organisation_id == str(organisation_id))

    def revoke_client(self, organisation_id: UUID, client_id: UUID, moment: datetime) -> bool:
        """End an organisation's client; False if it has none of that id, or it was ended before."""
        statement = update(machine_clients).where(
            machine_clients.c.organisation_id == str(organisation_id),
            machine_clients.c.client_id == str(client_id),
            machine_clients.c.revoked_at_ms.is_(None),
        )
        statement = statement.values(revoked_at_ms=unix_ms(moment))
        return self._connection.execute(statement).rowcount == 1

    def use_assertion(self, digest: bytes, expires_at: datetime) -> bool:
        """Remember an assertion; False if it was used before."""
        query = select(used_assertions.c.digest).where(used_assertions.c.digest == digest)
        if self._connection.execute(query).first() is not None:
            return False
        row = {"digest": digest, "expires_at_ms": unix_ms(expires_at)}
        self._connection.execute(insert(used_assertions), [row])
        return True

    def _keys(self, condition: Any) -> list[ApiKey]:
        query = select(api_keys).where(condition).order_by(api_keys.c.key_id)
        return [_key(row) for row in self._connection.execute(query).mappings()]

    def _clients(self, condition: Any) -> list[Client]:
        query = select(machine_clients).where(condition).order_by(machine_clients.c.client_id)
        return [_client(row) for row in self._connection.execute(query).mappings()]


def _key(row: RowMapping) -> ApiKey:
    return ApiKey(
        key_id=UUID(row["key_id"]),
        prefix=row["prefix"],
        digest=row["digest"],
        organisation_id=UUID(row["organisation_id"]),
        label=row["label"],
        scopes=frozenset(row["scopes"]),
        made_by=None if row["made_by"] is None else UUID(row["made_by"]),
        made_at=from_unix_ms(row["made_at_ms"]),
        expires_at=from_unix_ms(row["expires_at_ms"]),
        last_used_at=_moment(row["last_used_at_ms"]),
        revoked_at=_moment(row["revoked_at_ms"]),
    )


def _client(row: RowMapping) -> Client:
    return Client(
        client_id=UUID(row["client_id"]),
        organisation_id=UUID(row["organisation_id"]),
        label=row["label"],
        jwk=row["jwk"],
        scopes=frozenset(row["scopes"]),
        made_by=None if row["made_by"] is None else UUID(row["made_by"]),
        made_at=from_unix_ms(row["made_at_ms"]),
        revoked_at=_moment(row["revoked_at_ms"]),
    )


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_unix_ms(milliseconds)
