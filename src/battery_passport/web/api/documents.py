"""The public passport as a JSON document.

In: a public view. Out: a model whose schema is the documented one.
"""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from battery_passport.passport.model import Level
from battery_passport.passport.timeline import TimelineKind
from battery_passport.registry.model import BatteryCategory
from battery_passport.web.views import (
    CheckName,
    Duty,
    LedgerKind,
    Outcome,
    PublicPassportView,
    Standing,
)


class _Document(BaseModel):
    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, from_attributes=True
    )


class DataPointDocument(_Document):
    """One value of Annex XIII point 1."""

    value: Any
    unit: str
    level: Level
    source: str
    method: str
    as_of: datetime


class OpenPointDocument(_Document):
    """A data point without a value: missing and owed, or pending further law."""

    duty: Duty
    owed_by: str
    due: date | None
    reason: str


class CheckDocument(_Document):
    """One check and its outcome; only `holds` counts as proven."""

    name: CheckName
    outcome: Outcome


class EvidenceDocument(_Document):
    """What the platform checked. Its word only: the proof file lets you check it yourself."""

    checked_at: datetime
    checks: list[CheckDocument]
    log_origin: str
    log_index: int | None
    log_size: int
    ledger: LedgerKind
    anchor_block: int | None


class HappeningDocument(_Document):
    """One line of the public history."""

    kind: TimelineKind
    at: datetime
    version: int | None
    block_number: int | None


class PassportDocument(_Document):
    """The public part of a passport, values and open points keyed by data-point number."""

    digital_link: str
    gtin: str
    serial: str
    model_name: str
    category: BatteryCategory | None
    issuer_name: str
    version: int
    issued_at: datetime
    standing: Standing
    credential_sha256: str
    data_points: dict[int, DataPointDocument]
    open_points: dict[int, OpenPointDocument]
    evidence: EvidenceDocument
    history: list[HappeningDocument]


def build_document(view: PublicPassportView) -> PassportDocument:
    """Return the document of a view."""
    return PassportDocument(
        digital_link=view.digital_link,
        gtin=view.identifier.gtin,
        serial=view.identifier.serial,
        model_name=view.model_name,
        category=view.category,
        issuer_name=view.issuer_name,
        version=view.version,
        issued_at=view.issued_at,
        standing=view.standing,
        credential_sha256=view.credential_sha256,
        data_points={v.number: DataPointDocument.model_validate(v) for v in view.values},
        open_points={p.number: OpenPointDocument.model_validate(p) for p in view.open_points},
        evidence=EvidenceDocument.model_validate(view.evidence),
        history=[HappeningDocument.model_validate(each) for each in view.history],
    )
