"""Batteries on the ledger, people's keys for them and requests for signatures, as rows.

In: a connection within a transaction. Out: records of `access.records.ledger_keys`.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from battery_passport.access.records.ledger_keys import (
    LedgerToken,
    RequestKind,
    SealedKey,
    SealedRequest,
)
from battery_passport.adapters.sql.schema_ledger_keys import (
    ledger_keys,
    ledger_requests,
    ledger_tokens,
)
from battery_passport.adapters.sql.upserts import insert_or_ignore
from battery_passport.foundation.clock import from_unix_ms, unix_ms


class SqlLedgerTokens:
    """Batteries on the ledger within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, battery_id: UUID) -> LedgerToken | None:
        """Return under which key the ledger knows a battery."""
        query = select(ledger_tokens).where(ledger_tokens.c.battery_id == str(battery_id))
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        return LedgerToken(
            battery_id=battery_id,
            salt=row["salt"],
            digest=row["digest"],
            onchain_key=row["onchain_key"],
            made_at=from_unix_ms(row["made_at_ms"]),
        )

    def add(self, token: LedgerToken) -> None:
        """Save a battery's key, unless it has one."""
        self.add_all([token])

    def add_all(self, tokens: Sequence[LedgerToken]) -> None:
        """Save batteries' keys, except where one is there."""
        rows = [
            {
                "battery_id": str(each.battery_id),
                "salt": each.salt,
                "digest": each.digest,
                "onchain_key": each.onchain_key,
                "made_at_ms": unix_ms(each.made_at),
            }
            for each in tokens
        ]
        insert_or_ignore(self._connection, ledger_tokens, rows)


class SqlLedgerKeys:
    """People's keys within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: SealedKey) -> None:
        """Save a key."""
        row = {
            "key_id": str(key.key_id),
            "person_id": str(key.person_id),
            "battery_id": str(key.battery_id),
            "sealed": key.sealed,
            "made_at_ms": unix_ms(key.made_at),
        }
        self._connection.execute(insert(ledger_keys), [row])

    def of_person(self, person_id: UUID) -> list[SealedKey]:
        """Return a person's keys, the newest first."""
        return self._all(ledger_keys.c.person_id == str(person_id))

    def of_battery(self, battery_id: UUID) -> list[SealedKey]:
        """Return the keys that people made for a battery, the newest first."""
        return self._all(ledger_keys.c.battery_id == str(battery_id))

    def forget(self, person_id: UUID) -> None:
        """Remove a person's keys and requests."""
        for table in (ledger_keys, ledger_requests):
            self._connection.execute(delete(table).where(table.c.person_id == str(person_id)))

    def _all(self, where: ColumnElement[bool]) -> list[SealedKey]:
        query = select(ledger_keys).where(where).order_by(ledger_keys.c.made_at_ms.desc())
        return [
            SealedKey(
                key_id=UUID(row["key_id"]),
                person_id=UUID(row["person_id"]),
                battery_id=UUID(row["battery_id"]),
                sealed=row["sealed"],
                made_at=from_unix_ms(row["made_at_ms"]),
            )
            for row in self._connection.execute(query).mappings()
        ]


class SqlLedgerRequests:
    """Requests for signatures within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, request: SealedRequest) -> None:
        """Save a request."""
        row = {
            "request_id": str(request.request_id),
            "kind": request.kind.value,
            "person_id": str(request.person_id),
            "battery_id": str(request.battery_id),
            "sealed": request.sealed,
            "deadline_s": request.deadline_s,
            "made_at_ms": unix_ms(request.made_at),
        }
        self._connection.execute(insert(ledger_requests), [row])

    def by_id(self, request_id: UUID) -> SealedRequest | None:
        """Return a request."""
        found = self._all(ledger_requests.c.request_id == str(request_id))
        return found[0] if found else None

    def of_battery(self, battery_id: UUID) -> list[SealedRequest]:
        """Return what waits for a battery, the newest first."""
        return self._all(ledger_requests.c.battery_id == str(battery_id))

    def of_kind(self, kind: RequestKind) -> list[SealedRequest]:
        """Return all that waits of a kind, the newest first."""
        return self._all(ledger_requests.c.kind == kind.value)

    def save(self, request_id: UUID, sealed: bytes) -> None:
        """Save what was added to a request."""
        where = ledger_requests.c.request_id == str(request_id)
        self._connection.execute(update(ledger_requests).where(where).values(sealed=sealed))

    def remove(self, request_id: UUID) -> None:
        """Remove a request that was carried out or has no use any more."""
        where = ledger_requests.c.request_id == str(request_id)
        self._connection.execute(delete(ledger_requests).where(where))

    def _all(self, where: ColumnElement[bool]) -> list[SealedRequest]:
        query = select(ledger_requests).where(where).order_by(ledger_requests.c.made_at_ms.desc())
        return [
            SealedRequest(
                request_id=UUID(row["request_id"]),
                kind=RequestKind(row["kind"]),
                person_id=UUID(row["person_id"]),
                battery_id=UUID(row["battery_id"]),
                sealed=row["sealed"],
                deadline_s=row["deadline_s"],
                made_at=from_unix_ms(row["made_at_ms"]),
            )
            for row in self._connection.execute(query).mappings()
        ]
