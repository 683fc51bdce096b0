"""A passport as a JSON document, as much of it as its reader may see.

In: a reader's view. Out: a model whose schema is the documented one.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from battery_passport.access.model import Purpose
from battery_passport.passport.data_points import DATA_POINTS
from battery_passport.passport.model import Level
from battery_passport.passport.timeline import TimelineKind
from battery_passport.registry.model import BatteryCategory
from battery_passport.web.reading.views import MeasuredHealth, ReaderPassport, ReadValue
from battery_passport.web.views import (
    CheckName,
    Duty,
    LedgerKind,
    Outcome,
    PublicPassportView,
    PublicValue,
    Standing,
)


class Document(BaseModel):
    """A frozen document whose members are written in camel case."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, from_attributes=True
    )


class DataPointDocument(Document):
    """One value. `signedIn` is the version that says it, null while no signed version does.

    In that case `signedValue` is what the newest signed version says in its place. `interval`, of
    figures that were computed, is lowest and highest: nine in ten times the truth lies between.
    """

    value: Any
    unit: str
    level: Level
    annex_point: str
    source: str
    method: str
    as_of: datetime
    signed_in: int | None
    signed_value: Any = None
    interval: tuple[float, float] | None = None


class OpenPointDocument(Document):
    """A data point without a value: missing and owed, or pending further law."""

    duty: Duty
    owed_by: str
    due: date | None
    reason: str


class CheckDocument(Document):
    """One check and its outcome; only `holds` counts as proven."""

    name: CheckName
    outcome: Outcome


class EvidenceDocument(Document):
    """What the platform checked. Its word only: the proof file lets you check it yourself."""

    checked_at: datetime
    checks: list[CheckDocument]
    log_origin: str
    log_index: int | None
    log_size: int
    ledger: LedgerKind
    anchor_block: int | None


class HappeningDocument(Document):
    """One line of the public history."""

    kind: TimelineKind
    at: datetime
    version: int | None
    block_number: int | None


class HealthDocument(Document):
    """This platform's own signed estimate, beside the passport: not SOCE, which is point 61.

    Nine times in ten the true value lies between `low` and `high`. Units: percent of the capacity
    when new; ampere-hours.
    """

    number: int
    value_percent: float
    low_percent: float
    high_percent: float
    capacity_ah: float
    low_ah: float
    high_ah: float
    charges: int
    method: str
    method_version: str
    as_of: datetime | None
    stated_at: datetime
    credential_sha256: str
    log_index: int | None


class MeasuredDocument(Document):
    """What an inspection body measured, as its own statement says: beside the estimate.

    `statement` is the claims of docs/reference/measurement-statement.md. `withinEstimate` tells
    whether the measured value lies between the estimate's `low` and `high`; null where one of the
    two is missing.
    """

    number: int
    issuer: str
    signed_at: datetime
    within_estimate: bool | None
    statement: dict[str, Any]
    credential_sha256: str
    log_index: int | None


class PassportDocument(Document):
    """A passport, values and open points keyed by data-point number.

    `annexPoints` are the points of Annex XIII that this reader may see, in whole or in part, and
    `purpose` what he said to read it for, null for everyone's part.
    """

    digital_link: str
    gtin: str
    serial: str
    model_name: str
    category: BatteryCategory | None
    issuer_name: str
    version: int
    newest: bool
    issued_at: datetime
    standing: Standing
    credential_sha256: str
    annex_points: list[int]
    purpose: Purpose | None
    data_points: dict[int, DataPointDocument]
    open_points: dict[int, OpenPointDocument]
    health_estimate: HealthDocument | None
    health_measured: MeasuredDocument | None = None
    evidence: EvidenceDocument
    history: list[HappeningDocument]


class EventDocument(Document):
    """One recorded event; `logIndex` is null until the log has taken it in."""

    event_id: UUID
    sequence: int
    event_type: str
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    payload: dict[str, Any]
    log_index: int | None


class VersionDocument(Document):
    """One signed version; `logIndex` and `anchorBlock` are null until it is logged, anchored."""

    version: int
    issued_at: datetime
    credential_sha256: str
    log_index: int | None
    anchor_block: int | None


def build_document(view: PublicPassportView) -> PassportDocument:
    """Return the document of what everyone sees."""
    values = {value.number: _public_value(value, view.version) for value in view.values}
    return _document(view, values=values, points=(1,))


def build_reader_document(passport: ReaderPassport, purpose: Purpose | None) -> PassportDocument:
    """Return the document of what one reader sees."""
    document = _document(
        passport.public,
        values={value.number: _value(value) for value in passport.values},
        points=tuple(sorted(passport.sight.points)),
        purpose=purpose,
    )
    opened = {p.number: OpenPointDocument.model_validate(p) for p in passport.open_points}
    estimate = passport.estimate
    return document.model_copy(
        update={
            "newest": passport.newest,
            "open_points": opened,
            "health_estimate": None
            if estimate is None
            else HealthDocument.model_validate(estimate),
            "health_measured": _measured(passport.measured),
        }
    )


def _measured(measured: MeasuredHealth | None) -> MeasuredDocument | None:
    if measured is None:
        return None
    return MeasuredDocument(
        number=measured.number,
        issuer=measured.issuer,
        signed_at=measured.signed_at,
        within_estimate=measured.within,
        statement=measured.measurement.as_claims(),
        credential_sha256=measured.credential_sha256,
        log_index=measured.log_index,
    )


def _document(
    view: PublicPassportView,
    *,
    values: dict[int, DataPointDocument],
    points: tuple[int, ...],
    purpose: Purpose | None = None,
) -> PassportDocument:
    return PassportDocument(
        digital_link=view.digital_link,
        gtin=view.identifier.gtin,
        serial=view.identifier.serial,
        model_name=view.model_name,
        category=view.category,
        issuer_name=view.issuer_name,
        version=view.version,
        newest=True,
        issued_at=view.issued_at,
        standing=view.standing,
        credential_sha256=view.credential_sha256,
        annex_points=list(points),
        purpose=purpose,
        data_points=values,
        open_points={p.number: OpenPointDocument.model_validate(p) for p in view.open_points},
        health_estimate=None,
        evidence=EvidenceDocument.model_validate(view.evidence),
        history=[HappeningDocument.model_validate(each) for each in view.history],
    )


def _public_value(value: PublicValue, version: int) -> DataPointDocument:
    return DataPointDocument(
        value=value.value,
        unit=value.unit,
        level=value.level,
        annex_point=DATA_POINTS[value.number].annex_point,
        source=value.source,
        method=value.method,
        as_of=value.as_of,
        signed_in=version,
    )


def _value(value: ReadValue) -> DataPointDocument:
    return DataPointDocument.model_validate(value)
