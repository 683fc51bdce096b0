"""A battery's measurements summed up by spans, and what was found about them, for programs.

In: an identifier and a time. Out: JSON whose schema is the documented one.
"""

from datetime import datetime
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from battery_passport.access.policy.reading import usual_purpose
from battery_passport.foundation.clock import DAY_MS
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.telemetry.quality.kinds import KINDS, Severity
from battery_passport.web.api.documents import Document
from battery_passport.web.api.passports import Gtin, Serial, identifier_of
from battery_passport.web.api.problem_documents import KEY_IS_NEEDED, problems
from battery_passport.web.authorization import access_of, authorize, requires
from battery_passport.web.consoles.fleet.ports import BatteryQuality, FleetBook
from battery_passport.web.consoles.frame.ports import Batteries
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.language import marked
from battery_passport.web.measurements.documents import document_of
from battery_passport.web.measurements.ports import MeasurementBook
from battery_passport.web.reading.errors import PassportNotFound

TELEMETRY, QUALITY = "telemetry.read", "quality.read"
USUAL_MS = 7 * DAY_MS
LONGEST_MS = 5 * 366 * DAY_MS
_LATEST_MS = 1 << 53

Since = Annotated[int | None, Query(alias="from", ge=0, le=_LATEST_MS)]
Until = Annotated[int | None, Query(alias="to", ge=0, le=_LATEST_MS)]
Length = Annotated[int, Query(ge=60_000, le=LONGEST_MS)]
Tenths = Annotated[list[list[int | None]], Field(description="By span, then by cell.")]


class SeriesDocument(Document):
    """One series; each list has one entry a span, null where nothing was measured."""

    unit: str
    mean: list[float | None]
    low: list[float | None]
    high: list[float | None]


class CellsDocument(Document):
    """The cells' distances from the middle of their sample; `weakest` is a cell, from 1."""

    count: int
    unit: str
    notice_mv: int
    weakest: int | None
    deviation: Tenths


class MeasurementsDocument(Document):
    """Measurements of a window in spans; `at` is where each begins, in ms since 1970.

    `leftOut` counts values that cannot be true: they are in the evidence and not in these figures.
    """

    from_: Annotated[int, Field(alias="from")]
    to: int
    span_ms: int
    samples: int
    left_out: int
    at: list[int]
    series: dict[str, SeriesDocument]
    cells: CellsDocument


class FindingDocument(Document):
    """Findings of one kind about one column; no column where times or batches are meant."""

    kind: str
    severity: Severity
    meaning: str
    column: str | None
    count: int
    batches: int
    first_at: datetime
    last_at: datetime


class QualityDocument(Document):
    """What was found about a battery's measurements; `missingBatches` were numbered, never came."""

    samples: int
    batches: int
    missing_batches: int
    findings: list[FindingDocument]


def measurement_operations(
    batteries: Batteries, book: MeasurementBook, fleet: FleetBook
) -> APIRouter:
    """Return the operations of measurements and their quality."""
    router = APIRouter(prefix="/v1/batteries", tags=["measurements"])

    @router.get(
        "/{gtin}/{serial}/measurements",
        dependencies=[requires(TELEMETRY)],
        summary=marked("Read a battery's measurements"),
        description=marked(
            "Current, voltage, state of charge, temperatures and every cell's distance from the "
            "middle, summed up in at most 750 spans, from a year to one charge. `from` and `to` "
            "are milliseconds since 1970; without them the `last` milliseconds before the newest "
            "measurement."
        ),
        response_model=MeasurementsDocument,
        responses={304: {"description": "Nothing has changed."}, **problems(403, 404)},
        openapi_extra=KEY_IS_NEEDED,
    )
    def read_measurements(  # noqa: PLR0917 - one parameter for each of the query's
        request: Request,
        gtin: Gtin,
        serial: Serial,
        start: Since = None,
        end: Until = None,
        last: Length = USUAL_MS,
    ) -> Response:
        card = _card(request, batteries, identifier_of(gtin, serial), TELEMETRY)
        until = end if end is not None else (book.latest(card.battery_id) or 0) + 1
        since = start if start is not None else until - last
        since = min(max(since, until - LONGEST_MS), until)
        body = document_of(book.measured(card.battery_id, (since, until)))
        tag = f'"{sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "no-store"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    @router.get(
        "/{gtin}/{serial}/quality",
        dependencies=[requires(QUALITY)],
        summary=marked("Read what was found about a battery's measurements"),
        description=marked(
            "Every kind of finding with its column, count, and first and last time. Findings never "
            "drop or change a value."
        ),
        responses=problems(403, 404),
        openapi_extra=KEY_IS_NEEDED,
    )
    def read_quality(request: Request, gtin: Gtin, serial: Serial) -> QualityDocument:
        card = _card(request, batteries, identifier_of(gtin, serial), QUALITY)
        return _quality(fleet.quality(card.battery_id))

    return router


def _card(
    request: Request, batteries: Batteries, identifier: BatteryIdentifier, action: str
) -> BatteryCard:
    card = batteries.card(identifier)
    if card is None:
        raise PassportNotFound(f"Battery {identifier} is not registered here.")
    purpose = usual_purpose(access_of(request.scope).principal, card.resource)
    authorize(request, action, card.resource, purpose)
    return card


def _quality(found: BatteryQuality) -> QualityDocument:
    return QualityDocument(
        samples=found.samples,
        batches=sum(each.batches for each in found.devices),
        missing_batches=sum(each.missing for each in found.devices),
        findings=[
            FindingDocument(
                kind=each.kind,
                severity=KINDS[each.kind].severity,
                meaning=KINDS[each.kind].meaning_en,
                column=each.column or None,
                count=each.count,
                batches=each.batches,
                first_at=each.first_at,
                last_at=each.last_at,
            )
            for each in found.findings
        ],
    )
