"""Acts at rest: records under pseudonyms, and the tombstones of those that were erased.

In: acts within a transaction. Out: rows; a record and its fact are saved together.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from battery_passport.adapters.sql.facts import Announcement, FactStore
from battery_passport.adapters.sql.schema import facts
from battery_passport.adapters.sql.schema_sharing import (
    act_subjects,
    audit_records,
    erasures_due,
    tombstones,
)
from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.digests import sha256

ACT_RECORDED = "act-recorded"
RECORDS_ERASED = "records-erased"
NO_BATTERY = UUID(int=0)
"""Stands in a fact's row where an act concerns no battery."""

ERASED = b""
"""What is left of an erased record's digest and salt."""

_PSEUDONYM_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAct:
    """An act's row; `record` and `subject` are None once it was erased.

    `organisation_id` and `region` tell whose act it was, where it was an organisation's.
    """

    record_id: UUID
    act: str
    subject: str | None
    record: bytes | None
    organisation_id: UUID | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasableFact:
    """The outbox row of an act: its place in the log, and what its entry is made from."""

    record_id: UUID
    log_index: int
    digest: bytes
    salt: bytes


class ActStore:
    """Acts within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def pseudonym_of(self, person_id: UUID) -> str:
        """Return a person's pseudonym, drawn at random when first asked for."""
        known = self.known_pseudonym(person_id)
        if known is not None:
            return known
        pseudonym = secrets.token_hex(_PSEUDONYM_BYTES)
        row = {"person_id": str(person_id), "pseudonym": pseudonym}
        self._connection.execute(insert(act_subjects), [row])
        return pseudonym

    def known_pseudonym(self, person_id: UUID) -> str | None:
        """Return a person's pseudonym if there is one."""
        query = select(act_subjects.c.pseudonym).where(act_subjects.c.person_id == str(person_id))
        return self._connection.execute(query).scalar()

    def add(self, act: StoredAct, *, battery_id: UUID | None, moment: datetime) -> None:
        """Save an act and the fact that announces it. The record must not be None."""
        if act.record is None:
            raise ValueError(f"The act {act.record_id} has no record to save.")
        row = {
            "record_id": str(act.record_id),
            "act": act.act,
            "subject": act.subject,
            "record": act.record,
            "at_ms": unix_ms(moment),
            "organisation_id": None if act.organisation_id is None else str(act.organisation_id),
            "region": act.region,
        }
        self._connection.execute(insert(audit_records), [row])
        announcement = Announcement(
            kind=ACT_RECORDED,
            battery_id=battery_id or NO_BATTERY,
            digest=sha256(act.record),
            record_id=act.record_id,
        )
        FactStore(self._connection).announce(announcement, moment)

    def by_id(self, record_id: UUID) -> StoredAct | None:
        """Return the act of that id."""
        query = select(audit_records).where(audit_records.c.record_id == str(record_id))
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        return StoredAct(
            record_id=UUID(row["record_id"]),
            act=row["act"],
            subject=row["subject"],
            record=row["record"],
        )

    def records_of(self, pseudonym: str) -> list[bytes]:
        """Return the records about a person, the oldest first."""
        query = select(audit_records.c.record).where(audit_records.c.subject == pseudonym)
        rows = self._connection.execute(query.order_by(audit_records.c.at_ms))
        return [row.record for row in rows if row.record is not None]


class ErasureStore:
    """What is to be erased, and what was, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def request(self, person_id: UUID, moment: datetime) -> None:
        """Cut a person from his pseudonym, and put the records under it in line for erasure."""
        pseudonym = ActStore(self._connection).known_pseudonym(person_id)
        if pseudonym is None:
            return
        where = act_subjects.c.person_id == str(person_id)
        self._connection.execute(delete(act_subjects).where(where))
        row = {"pseudonym": pseudonym, "since_ms": unix_ms(moment)}
        self._connection.execute(insert(erasures_due), [row])

    def due(self) -> list[str]:
        """Return the pseudonyms whose records are to be erased."""
        query = select(erasures_due.c.pseudonym).order_by(erasures_due.c.since_ms)
        return list(self._connection.execute(query).scalars())

    def erasable(self, pseudonym: str, limit: int) -> list[ErasableFact]:
        """Return facts of a pseudonym's records that have their place in the log."""
        query = (
            select(facts.c.record_id, facts.c.log_index, facts.c.digest, facts.c.salt)
            .join(audit_records, audit_records.c.record_id == facts.c.record_id)
            .where(audit_records.c.subject == pseudonym, facts.c.log_index.is_not(None))
            .order_by(facts.c.log_index)
            .limit(limit)
        )
        return [
            ErasableFact(
                record_id=UUID(row.record_id),
                log_index=row.log_index,
                digest=row.digest,
                salt=row.salt,
            )
            for row in self._connection.execute(query)
        ]

    def erase(self, erased: Sequence[ErasableFact]) -> None:
        """Remove records with the digests and salts by which log entries are linked to them."""
        ids = [str(each.record_id) for each in erased]
        self._connection.execute(
            update(audit_records)
            .where(audit_records.c.record_id.in_(ids))
            .values(record=None, subject=None)
        )
        self._connection.execute(
            update(facts)
            .where(facts.c.record_id.in_(ids), facts.c.kind == ACT_RECORDED)
            .values(digest=ERASED, salt=ERASED, battery_id=str(NO_BATTERY))
        )

    def settle(self, pseudonym: str) -> bool:
        """Take a pseudonym out of line if nothing under it is left; return whether that was so."""
        left = select(audit_records.c.record_id).where(audit_records.c.subject == pseudonym)
        if self._connection.execute(left.limit(1)).first() is not None:
            return False
        self._connection.execute(delete(erasures_due).where(erasures_due.c.pseudonym == pseudonym))
        return True

    def add_tombstone(self, tombstone_id: UUID, note: bytes, moment: datetime) -> None:
        """Save a signed tombstone and the fact that announces it."""
        row = {"tombstone_id": str(tombstone_id), "made_at_ms": unix_ms(moment), "note": note}
        self._connection.execute(insert(tombstones), [row])
        announcement = Announcement(
            kind=RECORDS_ERASED,
            battery_id=NO_BATTERY,
            digest=sha256(note),
            record_id=tombstone_id,
        )
        FactStore(self._connection).announce(announcement, moment)

    def tombstones(self) -> Mapping[UUID, bytes]:
        """Return every tombstone by its id."""
        query = select(tombstones.c.tombstone_id, tombstones.c.note)
        return {UUID(row.tombstone_id): row.note for row in self._connection.execute(query)}
