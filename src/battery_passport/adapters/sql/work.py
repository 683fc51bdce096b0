"""Work in progress at rest: drafts, audits asked for.

In: what people type and ask for. Out: the same, by person or id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from battery_passport.adapters.sql.schema_consoles import (
    audit_runs,
    work_drafts,
)
from battery_passport.adapters.sql.upserts import insert_or_update
from battery_passport.foundation.clock import from_unix_ms, unix_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDraft:
    """A form somebody began; `fields` are the texts as they were typed."""

    draft_id: UUID
    kind: str
    battery_id: UUID
    organisation_id: UUID
    person_id: UUID
    fields: Mapping[str, str]
    begun_at: datetime
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAuditRun:
    """An audit that somebody asked for; `intact` is None until it has ended with an answer."""

    run_id: UUID
    started_at: datetime
    checked: int
    ended_at: datetime | None
    intact: bool | None
    finding: str | None


class DraftStore:
    """Drafts within one transaction. A draft is its author's, in one organisation."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, draft: StoredDraft) -> None:
        """Save a draft in place of what it was before."""
        row = {
            "draft_id": str(draft.draft_id),
            "kind": draft.kind,
            "battery_id": str(draft.battery_id),
            "organisation_id": str(draft.organisation_id),
            "person_id": str(draft.person_id),
            "fields": dict(draft.fields),
            "begun_at_ms": unix_ms(draft.begun_at),
            "saved_at_ms": unix_ms(draft.saved_at),
        }
        insert_or_update(self._connection, work_drafts, [row], keys=["draft_id"])

    def by_id(self, draft_id: UUID) -> StoredDraft | None:
        """Return the draft of that id."""
        query = select(work_drafts).where(work_drafts.c.draft_id == str(draft_id))
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _draft(row)

    def of_person(self, person_id: UUID, organisation_id: UUID, kind: str) -> list[StoredDraft]:
        """Return a person's drafts for one organisation, the last saved first."""
        query = select(work_drafts).where(
            work_drafts.c.person_id == str(person_id),
            work_drafts.c.organisation_id == str(organisation_id),
            work_drafts.c.kind == kind,
        )
        rows = self._connection.execute(query.order_by(work_drafts.c.saved_at_ms.desc())).mappings()
        return [_draft(row) for row in rows]

    def remove(self, draft_id: UUID) -> None:
        """Remove a draft."""
        where = work_drafts.c.draft_id == str(draft_id)
        self._connection.execute(delete(work_drafts).where(where))

    def forget(self, person_id: UUID) -> None:
        """Remove a person's drafts."""
        where = work_drafts.c.person_id == str(person_id)
        self._connection.execute(delete(work_drafts).where(where))


class AuditRunStore:
    """Audits that were asked for, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, run_id: UUID, *, asked_by: UUID | None, moment: datetime) -> None:
        """Save a run that begins now."""
        row = {
            "run_id": str(run_id),
            "asked_by": None if asked_by is None else str(asked_by),
            "started_at_ms": unix_ms(moment),
            "checked": 0,
        }
        self._connection.execute(insert(audit_runs), [row])

    def note_progress(self, run_id: UUID, checked: int) -> None:
        """Remember how many records were checked."""
        where = audit_runs.c.run_id == str(run_id)
        self._connection.execute(update(audit_runs).where(where).values(checked=checked))

    def end(
        self, run_id: UUID, *, moment: datetime, intact: bool | None, finding: str | None
    ) -> None:
        """Save how a run ended; `intact` None if it could not be carried through."""
        values = {"ended_at_ms": unix_ms(moment), "intact": intact, "finding": finding}
        where = audit_runs.c.run_id == str(run_id)
        self._connection.execute(update(audit_runs).where(where).values(**values))

    def latest(self, limit: int) -> list[StoredAuditRun]:
        """Return runs, the latest first."""
        query = select(audit_runs).order_by(audit_runs.c.started_at_ms.desc()).limit(limit)
        return [_run(row) for row in self._connection.execute(query).mappings()]

    def by_id(self, run_id: UUID) -> StoredAuditRun | None:
        """Return the run of that id."""
        query = select(audit_runs).where(audit_runs.c.run_id == str(run_id))
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _run(row)


def _draft(row: RowMapping) -> StoredDraft:
    return StoredDraft(
        draft_id=UUID(row["draft_id"]),
        kind=row["kind"],
        battery_id=UUID(row["battery_id"]),
        organisation_id=UUID(row["organisation_id"]),
        person_id=UUID(row["person_id"]),
        fields=row["fields"],
        begun_at=from_unix_ms(row["begun_at_ms"]),
        saved_at=from_unix_ms(row["saved_at_ms"]),
    )


def _run(row: RowMapping) -> StoredAuditRun:
    ended_ms = row["ended_at_ms"]
    return StoredAuditRun(
        run_id=UUID(row["run_id"]),
        started_at=from_unix_ms(row["started_at_ms"]),
        checked=row["checked"],
        ended_at=None if ended_ms is None else from_unix_ms(ended_ms),
        intact=row["intact"],
        finding=row["finding"],
    )
