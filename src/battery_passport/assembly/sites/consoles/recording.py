"""Recording what members of organisations say happened, and keeping what they began to write.

In: an installation. Out: fulfils `Recorder` and `Drafts` of `web.consoles.frame.ports`.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.model import Principal
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.work import DraftStore, StoredDraft
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.recording import record_event
from battery_passport.assembly.sites.consoles.cards import cards_of
from battery_passport.assembly.sites.consoles.finding import short_name
from battery_passport.assembly.sites.consoles.once import keep_outcome, known_outcome
from battery_passport.assembly.stating_measurements import state_measurement
from battery_passport.lifecycle.service import ReportedEvent
from battery_passport.web.consoles.frame.errors import NoOrganisation, NothingOfYours
from battery_passport.web.consoles.frame.ports import EventToRecord
from battery_passport.web.consoles.frame.views import BatteryCard, Draft


class SqlRecorder:
    """Records events, once for every form."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def record(self, card: BatteryCard, principal: Principal, event: EventToRecord) -> UUID:
        """Save an event and what a body measured, remember the form: one transaction."""
        with self._installation.database.write() as connection:
            known = known_outcome(connection, principal, event.submission)
            if known is not None:
                return UUID(known)
            battery = RegistryStore(connection).battery(card.battery_id)
            if battery is None:
                raise NothingOfYours("This battery is not registered any more.")
            moment = self._installation.clock.now()
            reported = ReportedEvent(
                event_type=event.event_type,
                occurred_at=event.occurred_at,
                recorded_by=recorded_by(connection, principal),
                payload=event.payload,
            )
            recorded = record_event(connection, battery, reported, moment)
            state_measurement(self._installation, connection, battery, recorded)
            if event.draft_id is not None:
                DraftStore(connection).remove(event.draft_id)
            keep_outcome(
                connection,
                principal,
                event.submission,
                outcome=str(recorded.event_id),
                moment=moment,
            )
        return recorded.event_id

    def outcome(self, principal: Principal, submission: UUID) -> UUID | None:
        """Return the event that a form has led to."""
        with self._installation.database.read() as connection:
            known = known_outcome(connection, principal, submission)
        return None if known is None else UUID(known)


def recorded_by(connection: Connection, principal: Principal) -> str:
    """Return the short name of the organisation that somebody acts for.

    Raises: NoOrganisation.
    """
    own = short_name(connection, principal)
    if own is None:
        raise NoOrganisation("The organisation you act for is not known here.")
    return own


class SqlDrafts:
    """Drafts of people, each seen by its author in the organisation he wrote it for."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def of(self, principal: Principal, kind: str) -> Sequence[Draft]:
        """Return somebody's drafts of one form, the last saved first."""
        person_id, organisation_id = _author(principal)
        with self._installation.database.read() as connection:
            stored = DraftStore(connection).of_person(person_id, organisation_id, kind)
            return _drafts(connection, stored)

    def find(self, principal: Principal, kind: str, draft_id: UUID) -> Draft | None:
        """Return a draft of somebody's own."""
        with self._installation.database.read() as connection:
            stored = DraftStore(connection).by_id(draft_id)
            if stored is None or stored.kind != kind or not _is_own(stored, principal):
                return None
            return next(iter(_drafts(connection, [stored])), None)

    def save(
        self,
        principal: Principal,
        *,
        kind: str,
        draft_id: UUID,
        card: BatteryCard,
        fields: Mapping[str, str],
    ) -> None:
        """Keep what was typed; a draft of somebody else is not touched."""
        person_id, organisation_id = _author(principal)
        moment = self._installation.clock.now()
        with self._installation.database.write() as connection:
            store = DraftStore(connection)
            before = store.by_id(draft_id)
            if before is not None and not _is_own(before, principal):
                raise NothingOfYours("There is no draft of yours here.")
            draft = StoredDraft(
                draft_id=draft_id,
                kind=kind,
                battery_id=card.battery_id,
                organisation_id=organisation_id,
                person_id=person_id,
                fields=fields,
                begun_at=moment if before is None else before.begun_at,
                saved_at=moment,
            )
            store.save(draft)

    def discard(self, principal: Principal, draft_id: UUID) -> None:
        """Remove a draft of somebody's own."""
        with self._installation.database.write() as connection:
            store = DraftStore(connection)
            before = store.by_id(draft_id)
            if before is not None and _is_own(before, principal):
                store.remove(draft_id)


def _author(principal: Principal) -> tuple[UUID, UUID]:
    if principal.person_id is None or principal.organisation_id is None:
        raise NoOrganisation("You act for no organisation.")
    return principal.person_id, principal.organisation_id


def _is_own(draft: StoredDraft, principal: Principal) -> bool:
    return (draft.person_id, draft.organisation_id) == (
        principal.person_id,
        principal.organisation_id,
    )


def _drafts(connection: Connection, stored: Sequence[StoredDraft]) -> list[Draft]:
    registry = RegistryStore(connection)
    batteries = {
        each.battery_id: battery
        for each in stored
        if (battery := registry.battery(each.battery_id)) is not None
    }
    cards = {card.battery_id: card for card in cards_of(connection, list(batteries.values()))}
    return [
        Draft(
            draft_id=each.draft_id,
            battery=cards[each.battery_id],
            fields=each.fields,
            saved_at=each.saved_at,
        )
        for each in stored
        if each.battery_id in cards
    ]
