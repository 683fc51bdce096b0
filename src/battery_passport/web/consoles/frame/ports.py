"""What role pages need from the rest of the platform; `assembly.sites.consoles` fulfils it.

In: nothing. Out: Protocols. Every method is one transaction of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from battery_passport.access.model import Principal
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.consoles.frame.views import BatteryCard, Draft, RecordedEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EventToRecord:
    """What somebody says happened; the member's organisation is who recorded it.

    `submission` is the key of the form: sent again, nothing is recorded twice. `draft_id` names the
    draft that this signs, which is removed with it.
    """

    submission: UUID
    event_type: str
    occurred_at: datetime
    payload: JsonObject
    draft_id: UUID | None = None


class Batteries(Protocol):
    """Finds batteries by what people scan and type."""

    def find(self, text: str) -> BatteryCard | None:
        """Return the battery that a scan, an identifier or an alias names.

        Raises: MalformedIdentifier.
        """

    def card(self, identifier: BatteryIdentifier) -> BatteryCard | None:
        """Return the battery of that public identifier."""

    def events(self, card: BatteryCard, principal: Principal) -> Sequence[RecordedEvent]:
        """Return what was recorded about a battery, the latest first."""

    def own_events(
        self, principal: Principal, types: Sequence[str]
    ) -> Sequence[tuple[BatteryCard, RecordedEvent]]:
        """Return what the principal's organisation recorded, of those types, the latest first."""


class Recorder(Protocol):
    """Records events in the name of a member's organisation."""

    def record(self, card: BatteryCard, principal: Principal, event: EventToRecord) -> UUID:
        """Return the id of the event, also where the form had been sent before.

        Raises: InvalidEvent, PersonalDataInEvent, ContradictoryEvent; NoOrganisation.
        """

    def outcome(self, principal: Principal, submission: UUID) -> UUID | None:
        """Return the event that a form has led to, None if it was not sent yet."""


class Drafts(Protocol):
    """Forms that were begun; each is seen by its author only, in the organisation he acts for."""

    def of(self, principal: Principal, kind: str) -> Sequence[Draft]: ...

    def find(self, principal: Principal, kind: str, draft_id: UUID) -> Draft | None: ...

    def save(
        self,
        principal: Principal,
        *,
        kind: str,
        draft_id: UUID,
        card: BatteryCard,
        fields: Mapping[str, str],
    ) -> None: ...

    def discard(self, principal: Principal, draft_id: UUID) -> None: ...


class SetDocument(Protocol):
    """Sets a document in type and returns it as PDF."""

    def __call__(self, template: str, data: JsonObject, *, made_at: datetime) -> bytes: ...
