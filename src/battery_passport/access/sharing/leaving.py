"""Leaving: everything that ties a person to batteries and records is cut, what was logged stays.

In: a person who asked to be erased. Out: places in the log that tell nobody who he was.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.ports import ActLog
from battery_passport.access.sharing.claiming import Claiming
from battery_passport.access.sharing.ports import (
    ClaimCodes,
    Consents,
    Grants,
    Looks,
    Ownerships,
    PersonalRecords,
    Pseudonyms,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Erasure of a person within one transaction."""

    ownerships: Ownerships
    codes: ClaimCodes
    consents: Consents
    grants: Grants
    looks: Looks
    people: PersonalRecords
    pseudonyms: Pseudonyms
    acts: ActLog

    def erase(self, person_id: UUID, now: datetime) -> None:
        """Erase a person.

        Ownerships end, grants with them; names and addresses become unreadable with their key; act
        records lose their person now, and their bytes and salts as soon as the log has them.
        """
        self._end_ownerships(person_id, now)
        self.acts.record(Act(name="person-erased", subject_id=person_id), now)
        self.grants.forget(person_id)
        self.consents.forget(person_id)
        self.codes.forget(person_id)
        self.ownerships.forget(person_id)
        self.people.destroy(person_id)
        self.pseudonyms.request(person_id, now)

    def _end_ownerships(self, person_id: UUID, now: datetime) -> None:
        claiming = Claiming(self.ownerships, self.codes, self.grants, self.acts)
        for ownership in self.ownerships.of_person(person_id):
            if ownership.until is None:
                claiming.end(ownership.battery_id, now)
            self.looks.forget(
                ownership.battery_id, since=ownership.since, until=ownership.until or now
            )
