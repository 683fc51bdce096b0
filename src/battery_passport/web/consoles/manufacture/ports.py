"""What makers' pages need besides what every role does.

In: nothing. Out: the port that assembly fulfils, and its values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from battery_passport.access.model import Principal
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.passport.obligations import Obligation
from battery_passport.web.consoles.frame.views import BatteryCard


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedPoint:
    """A data point that is owed: by when, whether that is past, whether it can be typed in."""

    number: int
    due_on: date | None
    overdue: bool
    declarable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBattery:
    """A battery that the organisation answers for. `version` is None without a passport."""

    card: BatteryCard
    version: int | None
    issued_at: datetime | None
    filled: int
    owed: tuple[OwedPoint, ...]
    open_recalls: tuple[str, ...]

    @property
    def overdue(self) -> int:
        """How many entries are past their day."""
        return sum(each.overdue for each in self.owed)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnModel:
    """A model of the organisation, with the model-level data points that it does not give."""

    model_id: UUID
    name: str
    gtin: str
    batteries: int
    given: int
    missing: tuple[int, ...]
    registered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """A key for machines; never its secret."""

    label: str
    prefix: str
    expires_at: datetime
    last_used_at: datetime | None
    usable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallToRecord:
    """A recall of every battery of a model. `submission` as for events."""

    submission: UUID
    model_id: UUID
    reference: str
    reason: str
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationToRecord:
    """The value of one data point; `whole_model` says it of every battery of the model."""

    submission: UUID
    number: int
    value: JsonValue
    method: str
    whole_model: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One data point of one battery: where it stands, and how many batteries share its model."""

    obligation: Obligation
    same_model: int


class MakerBook(Protocol):
    """What an organisation answers for. Every method asks for the principal's own only."""

    def batteries(self, principal: Principal) -> Sequence[OwnBattery]: ...

    def battery(self, card: BatteryCard) -> OwnBattery: ...

    def models(self, principal: Principal) -> Sequence[OwnModel]: ...

    def keys(self, principal: Principal) -> Sequence[KeyLine]: ...

    def issue(self, card: BatteryCard, principal: Principal, submission: UUID) -> int:
        """Return the number of the version issued, also where the form had been sent before.

        Raises: PassportEnded.
        """

    def add_model(self, principal: Principal, text: str) -> str:
        """Return the name of the model registered; the same file again changes nothing.

        Raises: InvalidInput for what is no model file of this organisation; Conflict.
        """

    def recall(self, principal: Principal, recall: RecallToRecord) -> int:
        """Return of how many batteries the recall is recorded, once for each submission.

        Raises: InvalidEvent, PersonalDataInEvent, ContradictoryEvent.
        """

    def duty(self, card: BatteryCard, number: int) -> Duty:
        """Return where one data point of a battery stands. Raises: UnknownDataPoint."""

    def declare(
        self, card: BatteryCard, principal: Principal, declared: DeclarationToRecord
    ) -> int:
        """Record a value, once for each form, and return of how many batteries.

        Raises: InvalidPointValue, PointNotToBeFilled, PointFilledElsewhere, PersonalDataInEvent.
        """
