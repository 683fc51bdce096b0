"""Keys of inspection bodies as rows: public halves, and from when to when each signed.

In: a connection within a transaction. Out: keys, the oldest first. None is ever removed, because
what it signed stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, insert, select, update

from battery_passport.adapters.sql.schema_inspection import inspection_keys
from battery_passport.credentials.jwk import PublicKey, parse_jwk
from battery_passport.foundation.clock import from_unix_ms, unix_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionKey:
    """A key of an inspection body; `kept_here` if the keystore keeps its private half."""

    organisation_id: UUID
    public_key: PublicKey
    kept_here: bool
    since: datetime
    until: datetime | None = None


class InspectionKeys:
    """Keys of inspection bodies within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Sequence[InspectionKey]:
        """Return every key there is or was."""
        return self._found()

    def present(self, organisation_id: UUID) -> InspectionKey | None:
        """Return the key that a body signs with now, None before its first."""
        rows = inspection_keys.c
        found = self._found(rows.organisation_id == str(organisation_id), rows.until_ms.is_(None))
        return found[-1] if found else None

    def adopt(self, key: InspectionKey) -> None:
        """Save a body's key; the one before signs nothing new from then on."""
        rows = inspection_keys.c
        before = update(inspection_keys).where(
            rows.organisation_id == str(key.organisation_id), rows.until_ms.is_(None)
        )
        self._connection.execute(before.values(until_ms=unix_ms(key.since)))
        row = {
            "key_id": key.public_key.key_id,
            "organisation_id": str(key.organisation_id),
            "jwk": key.public_key.as_jwk(),
            "kept_here": key.kept_here,
            "since_ms": unix_ms(key.since),
            "until_ms": None,
        }
        self._connection.execute(insert(inspection_keys), [row])

    def _found(self, *where: ColumnElement[bool]) -> list[InspectionKey]:
        rows = inspection_keys.c
        query = select(inspection_keys).where(*where).order_by(rows.since_ms, rows.key_id)
        return [
            InspectionKey(
                organisation_id=UUID(row["organisation_id"]),
                public_key=parse_jwk(row["jwk"]),
                kept_here=row["kept_here"],
                since=from_unix_ms(row["since_ms"]),
                until=None if row["until_ms"] is None else from_unix_ms(row["until_ms"]),
            )
            for row in self._connection.execute(query).mappings()
        ]
