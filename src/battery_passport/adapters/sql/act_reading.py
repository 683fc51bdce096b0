"""Acts as their readers ask for them: of one city, of some kinds, within a time.

In: a city, kinds, two moments. Out: rows with their place in the log, the latest first.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, or_, select

from battery_passport.adapters.sql.acts import ACT_RECORDED, ERASED
from battery_passport.adapters.sql.schema import facts
from battery_passport.adapters.sql.schema_sharing import audit_records
from battery_passport.foundation.clock import from_unix_ms, unix_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAct:
    """An act with its place in the log; `record` and `salt` are None once it was erased."""

    record_id: UUID
    act: str
    at: datetime
    organisation_id: UUID | None
    record: bytes | None
    digest: bytes | None
    salt: bytes | None
    log_index: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActQuery:
    """What is asked for: kinds of a city, and kinds that concern the whole installation."""

    region: str
    kinds: Collection[str]
    shared_kinds: Collection[str]
    since: datetime
    until: datetime


class ActReader:
    """Reads acts within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, query: ActQuery, *, limit: int) -> list[ReadAct]:
        """Return the acts, the latest first."""
        table = audit_records
        own = and_(table.c.region == query.region, table.c.act.in_(list(query.kinds)))
        shared = and_(table.c.region.is_(None), table.c.act.in_(list(query.shared_kinds)))
        wanted = (
            _acts()
            .where(
                or_(own, shared),
                table.c.at_ms >= unix_ms(query.since),
                table.c.at_ms < unix_ms(query.until),
            )
            .order_by(table.c.at_ms.desc(), table.c.record_id.desc())
            .limit(limit)
        )
        return [_act(row) for row in self._connection.execute(wanted)]

    def records(self, region: str, *, kinds: Collection[str], since: datetime) -> list[bytes]:
        """Return the records of a city's acts of some kinds since then, the latest first."""
        table = audit_records
        wanted = (
            select(table.c.record)
            .where(
                table.c.act.in_(kinds),
                table.c.at_ms >= unix_ms(since),
                table.c.region == region,
                table.c.record.is_not(None),
            )
            .order_by(table.c.at_ms.desc(), table.c.record_id.desc())
        )
        return list(self._connection.execute(wanted).scalars())

    def by_id(self, record_id: UUID, *, region: str) -> ReadAct | None:
        """Return one act of a city, or of no city."""
        table = audit_records
        wanted = _acts().where(
            table.c.record_id == str(record_id),
            or_(table.c.region == region, table.c.region.is_(None)),
        )
        row = self._connection.execute(wanted).first()
        return None if row is None else _act(row)


def _acts() -> Select[Any]:
    table = audit_records
    return select(
        table.c.record_id,
        table.c.act,
        table.c.at_ms,
        table.c.organisation_id,
        table.c.record,
        facts.c.digest,
        facts.c.salt,
        facts.c.log_index,
    ).outerjoin(facts, and_(facts.c.record_id == table.c.record_id, facts.c.kind == ACT_RECORDED))


def _act(row: Row[Any]) -> ReadAct:
    erased = row.salt in (None, ERASED)
    return ReadAct(
        record_id=UUID(row.record_id),
        act=row.act,
        at=from_unix_ms(row.at_ms),
        organisation_id=None if row.organisation_id is None else UUID(row.organisation_id),
        record=row.record,
        digest=None if erased else row.digest,
        salt=None if erased else row.salt,
        log_index=row.log_index,
    )
