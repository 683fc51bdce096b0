"""What the pages and operations of readers need from the rest of the platform.

In: nothing. Out: the ports that `assembly/sites` fills, gathered in `ReaderServices`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from battery_passport.access.model import Resource
from battery_passport.access.sharing.model import Look
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.reading.views import (
    CheckedIdentifier,
    DutySheet,
    EventReceipt,
    EventReport,
    ModelDuties,
    OperatorDuties,
    OwnStatement,
    ReaderPassport,
    Sight,
    VersionLine,
)


class ReaderPassports(Protocol):
    """Passports as one reader may see them."""

    def battery(self, identifier: BatteryIdentifier) -> Resource | None:
        """Return the battery as policies see it, None if it is not registered."""

    def grants_estimate(self, grant_ids: Sequence[UUID]) -> bool:
        """Return whether one of the grants names our own estimate."""

    def revision(self, identifier: BatteryIdentifier) -> str | None:
        """Return a text that changes whenever `find` would give something else, cheaply."""

    def find(
        self, identifier: BatteryIdentifier, sight: Sight, *, version: int | None = None
    ) -> ReaderPassport | None:
        """Return what that sight shows of the newest, or of one, version; None without it."""

    def versions(self, identifier: BatteryIdentifier) -> Sequence[VersionLine]:
        """Return the versions, oldest first; none if there is no passport."""

    def proof_file(self, identifier: BatteryIdentifier, sight: Sight) -> bytes:
        """Return the offline proof that discloses every section which that sight sees whole.

        Raises: NotFound; TemporarilyUnavailable until the version is anchored.
        """


class ObligationBook(Protocol):
    """Who owes which data point by when."""

    def operators(self) -> Sequence[OperatorDuties]:
        """Return every operator that answers for a model or a battery."""

    def models_of(self, organisation_id: UUID) -> Sequence[ModelDuties]:
        """Return an operator's models; of each, the data points of the model as a whole."""

    def batteries_of(
        self, organisation_id: UUID, *, offset: int, limit: int
    ) -> Sequence[DutySheet]:
        """Return where the data points of an operator's batteries stand."""

    def of_model(self, model_id: UUID) -> DutySheet | None:
        """Return where the data points of a model as a whole stand."""

    def of_battery(self, identifier: BatteryIdentifier) -> DutySheet | None:
        """Return where the data points of a battery stand today."""


class EventDesk(Protocol):
    """Takes in what happened to batteries."""

    def record(self, report: EventReport) -> EventReceipt:
        """Save an event, once for every key of a sender.

        Raises: NotFound, InvalidEvent, ContradictoryEvent; KeyReused where the key came with
        another report before.
        """

    def waiting(self, asked: OwnStatement) -> Sequence[JsonObject]:
        """Return the statements that wait for the signature of the organisation that asks."""

    def take_statement(self, sent: OwnStatement) -> int:
        """Save a statement that the organisation signed; return its number.

        Raises: NotFound; InvalidInput unless it is one that waits for this signature.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderServices:
    """All that the pages and operations of readers are given.

    `check_consignment` answers each identifier of a list; `record_look` saves a look for the owner
    and the log before anything that is not public is shown.
    """

    passports: ReaderPassports
    obligations: ObligationBook
    events: EventDesk
    check_consignment: Callable[[Sequence[str]], Sequence[CheckedIdentifier]]
    record_look: Callable[[Look], None]
    clock: Clock
