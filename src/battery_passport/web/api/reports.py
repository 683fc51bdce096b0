"""What programs of organisations send: events of a battery, each once however often it is sent.

In: an event with an idempotency key. Out: a receipt, the very same for the very same request.
Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Header, Request
from pydantic import AwareDatetime, ConfigDict
from pydantic.alias_generators import to_camel
from starlette.concurrency import run_in_threadpool

from battery_passport.access.model import Principal
from battery_passport.access.policy.actions import EVENT_ACTIONS
from battery_passport.access.policy.reading import usual_purpose
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonObject, parse_json_object
from battery_passport.web.api.documents import Document
from battery_passport.web.api.passports import Gtin, Serial, identifier_of
from battery_passport.web.api.problem_documents import KEY_IS_NEEDED, problems
from battery_passport.web.authorization import access_of, authorize, requires
from battery_passport.web.language import marked
from battery_passport.web.reading.desk import Desk
from battery_passport.web.reading.views import EventReceipt, EventReport

EventName = StrEnum("EventName", {name: name for name in EVENT_ACTIONS})  # type: ignore[misc] # made from the table

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="Chosen by the sender, new for each new event, such as a random UUID.",
    ),
]


class EventReportDocument(Document):
    """What happened; docs/reference/lifecycle-events.md lists the types and their payloads."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, extra="forbid"
    )

    event_type: EventName
    occurred_at: AwareDatetime
    payload: dict[str, Any]


class EventReceiptDocument(Document):
    """What was recorded, durably. `sequence` counts the events of a battery."""

    event_id: UUID
    sequence: int
    recorded_at: datetime


def report_routes(desk: Desk) -> APIRouter:
    """Return the operations by which programs report."""
    router = APIRouter(prefix="/v1", tags=["reports"])

    @router.post(
        "/events/{gtin}/{serial:path}",
        status_code=201,
        dependencies=[requires(*dict.fromkeys(EVENT_ACTIONS.values()))],
        summary=marked("Record an event of a battery"),
        description=marked(
            "Answers once the event is durable. The same request with the same key gets the same "
            "answer and changes nothing; another request with that key is refused."
        ),
        responses=problems(403, 404, 409, 413, 422),
        openapi_extra=KEY_IS_NEEDED,
    )
    async def record_event(
        request: Request,
        gtin: Gtin,
        serial: Serial,
        *,
        report: EventReportDocument,
        key: IdempotencyKey,
    ) -> EventReceiptDocument:
        identifier, body = identifier_of(gtin, serial), await request.body()
        sent = _Sent(identifier, report, key, body)
        receipt = await run_in_threadpool(_record, request, desk, sent)
        return EventReceiptDocument.model_validate(receipt)

    return router


class _Sent:
    """A report as it came in."""

    def __init__(
        self, identifier: BatteryIdentifier, report: EventReportDocument, key: str, body: bytes
    ) -> None:
        self.identifier = identifier
        self.event_type = str(report.event_type)
        self.occurred_at = report.occurred_at
        self.key = key
        self.digest = sha256(str(identifier).encode() + b"\n" + body)
        # Read once more and strictly: a name given twice must not pass as the last one.
        self.payload = cast("JsonObject", parse_json_object(body)["payload"])


def _record(request: Request, desk: Desk, sent: _Sent) -> EventReceipt:
    principal = access_of(request.scope).principal
    battery = desk.battery(sent.identifier)
    action = EVENT_ACTIONS[sent.event_type]
    authorize(request, action, battery, usual_purpose(principal, battery))
    return desk.services.events.record(
        EventReport(
            identifier=sent.identifier,
            event_type=sent.event_type,
            occurred_at=sent.occurred_at,
            payload=sent.payload,
            key=sent.key,
            body_digest=sent.digest,
            sender=_sender(principal),
            organisation_id=principal.organisation_id,
        )
    )


def _sender(principal: Principal) -> str:
    """Return whose keys these are: an organisation's, or a person's who acts for none."""
    if principal.organisation_id is not None:
        return f"organisation:{principal.organisation_id}"
    return f"person:{principal.person_id}"
