"""What an owner's pages need from the rest of the platform.

In: nothing. Out: the ports that `assembly/sites/owner.py` fills, gathered in `OwnerServices`.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from battery_passport.access.acts import RecordedAct
from battery_passport.access.ports import ActLog
from battery_passport.access.sharing.claiming import Claiming
from battery_passport.access.sharing.consenting import Consenting
from battery_passport.access.sharing.granting import Granting
from battery_passport.access.sharing.leaving import Leaving
from battery_passport.access.sharing.ports import (
    Consents,
    Grants,
    LookLog,
    Looks,
    Ownerships,
)
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.owner.views import (
    BatteryFace,
    Estimate,
    IndividualPart,
    LastCharge,
    News,
)
from battery_passport.web.reading.views import MeasuredHealth


class Visits(Protocol):
    """When an owner last looked at his battery."""

    def visits(self, person_id: UUID, battery_id: UUID) -> tuple[datetime | None, datetime] | None:
        """Return the visit before the latest, and the latest."""

    def note(
        self, person_id: UUID, battery_id: UUID, *, previous: datetime | None, latest: datetime
    ) -> None:
        """Keep the last two visits."""


class OwnActs(Protocol):
    """The acts recorded about a person."""

    def of_person(self, person_id: UUID) -> Sequence[RecordedAct]:
        """Return the acts that concern a person, the oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerStores:
    """One transaction: what it can read, and the services that change things in it."""

    ownerships: Ownerships
    consents: Consents
    grants: Grants
    looks: Looks
    visits: Visits
    own_acts: OwnActs
    claiming: Claiming
    granting: Granting
    consenting: Consenting
    leaving: Leaving
    look_log: LookLog
    acts: ActLog


class BatteryFacts(Protocol):
    """What is known of batteries, whoever owns them; pages decide what of it to show."""

    def find(self, name: str) -> BatteryFace | None:
        """Return the battery that somebody named by identifier, link or alias."""

    def face(self, battery_id: UUID) -> BatteryFace:
        """Return how a registered battery is called."""

    def estimate(self, battery_id: UUID) -> Estimate | None:
        """Return our newest signed statement of health, if it has a figure."""

    def measured(self, battery_id: UUID) -> MeasuredHealth | None:
        """Return what an inspection body measured last, if anything stands."""

    def individual_part(self, battery_id: UUID) -> IndividualPart | None:
        """Return point 4 of the newest passport version, None without a passport."""

    def last_charge(self, battery_id: UUID) -> LastCharge | None:
        """Return the latest charge of the last weeks."""

    def news(self, battery_id: UUID, since: datetime) -> Sequence[News]:
        """Return what happened since then, the latest first."""

    def proof_file(self, battery_id: UUID, sections: Sequence[str]) -> bytes:
        """Return the offline proof with the named sections.

        Raises: NotFound; TemporarilyUnavailable until the version is anchored.
        """


class Directory(Protocol):
    """Names that a record of looks needs, and a person's own data in clear."""

    def organisation_names(self, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """Return the names of organisations."""

    def own_data(self, person_id: UUID) -> JsonObject:
        """Return what the account of a person holds, opened for himself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerServices:
    """All that the pages are given. `public_address` has no slash at its end."""

    reading: Callable[[], AbstractContextManager[OwnerStores]]
    writing: Callable[[], AbstractContextManager[OwnerStores]]
    facts: BatteryFacts
    directory: Directory
    clock: Clock
    public_address: str
    assets: Mapping[str, str]
    software_version: str
