"""What handlers derive from facts: contents of batches, and which passports are due.

In: what was found in batches. Out: the same by battery. All of it can be derived again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, func, select

from battery_passport.adapters.sql.schema import batch_contents, passports_due
from battery_passport.adapters.sql.upserts import insert_or_ignore
from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.strict_json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchContent:
    """What was found in a batch after it was stored; `error` if it could not be decoded."""

    digest: bytes
    battery_id: UUID
    samples: int
    first_ms: int | None
    last_ms: int | None
    flags: list[JsonObject]
    assumptions: list[str]
    error: str | None = None


class ProjectionStore:
    """Derived tables within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put_contents(self, contents: Iterable[BatchContent]) -> None:
        """Save what was found in batches; the second time changes nothing."""
        rows = [
            {
                "digest": content.digest,
                "battery_id": str(content.battery_id),
                "samples": content.samples,
                "first_ms": content.first_ms,
                "last_ms": content.last_ms,
                "flags": content.flags,
                "assumptions": content.assumptions,
                "error": content.error,
            }
            for content in contents
        ]
        insert_or_ignore(self._connection, batch_contents, rows)

    def contents(self, battery_id: UUID) -> list[BatchContent]:
        """Return what was found in a battery's batches, by their first sample."""
        query = (
            select(batch_contents)
            .where(batch_contents.c.battery_id == str(battery_id))
            .order_by(batch_contents.c.first_ms, batch_contents.c.digest)
        )
        return [_content(row) for row in self._connection.execute(query).mappings()]

    def last_sample_ms(self, battery_id: UUID) -> int | None:
        """Return when a battery was last measured, as far as its batches were decoded."""
        query = select(func.max(batch_contents.c.last_ms)).where(
            batch_contents.c.battery_id == str(battery_id)
        )
        last_ms: int | None = self._connection.execute(query).scalar()
        return last_ms

    def mark_passport_due(self, battery_id: UUID, moment: datetime) -> None:
        """Remember that a battery's passport should have a new version."""
        row = {"battery_id": str(battery_id), "since_ms": unix_ms(moment)}
        insert_or_ignore(self._connection, passports_due, [row])

    def passports_due(self) -> list[UUID]:
        """Return the batteries whose passports should have a new version."""
        return [UUID(row.battery_id) for row in self._connection.execute(select(passports_due))]

    def clear_passport_due(self, battery_id: UUID) -> None:
        """Remember that a battery's passport is up to date."""
        self._connection.execute(
            delete(passports_due).where(passports_due.c.battery_id == str(battery_id))
        )


def _content(row: RowMapping) -> BatchContent:
    return BatchContent(
        digest=row["digest"],
        battery_id=UUID(row["battery_id"]),
        samples=row["samples"],
        first_ms=row["first_ms"],
        last_ms=row["last_ms"],
        flags=row["flags"],
        assumptions=row["assumptions"],
        error=row["error"],
    )
