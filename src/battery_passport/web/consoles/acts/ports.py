"""What the record of acts is read through.

In: nothing. Out: the port that assembly fulfils, and its values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from battery_passport.access.model import Principal
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.consoles.frame.views import BatteryCard


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLine:
    """One act as its reader may know it; people are pseudonyms, and not even those for officers.

    `erased` tells that what it said was removed with a person's data; `details` are codes.
    """

    record_id: UUID
    act: str
    at: datetime
    organisation_id: UUID | None
    organisation: str
    by: str
    subject: str
    card: BatteryCard | None
    details: tuple[tuple[str, str], ...]
    log_index: int | None
    erased: bool


class ActBook(Protocol):
    """Knows the acts of a city."""

    def acts(
        self, principal: Principal, since: datetime, *, most: int, in_full: bool
    ) -> Sequence[ActLine]:
        """Return acts of the principal's city since then, the latest first."""

    def proof(self, principal: Principal, record_id: UUID, *, in_full: bool) -> JsonObject:
        """Return the proof that an act stands in the log; in full, with what it says.

        Raises: NothingOfYours, NotAnchoredYet.
        """
