"""What is filled, missing and owed by whom, and lists of batteries checked at once.

In: an identifier or a list of them. Out: where every data point stands; one answer each.
"""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints

from battery_passport.access.model import PLATFORM
from battery_passport.access.policy.reading import usual_purpose
from battery_passport.passport.model import Applicability, Supplier
from battery_passport.passport.obligations import RESPONSIBLE_OPERATOR, Obligation, ObligationState
from battery_passport.web.api.documents import Document
from battery_passport.web.api.passports import Gtin, Serial, identifier_of
from battery_passport.web.api.problem_documents import KEY_IS_NEEDED, problems
from battery_passport.web.authorization import access_of, authorize, requires
from battery_passport.web.language import marked
from battery_passport.web.reading.desk import Desk
from battery_passport.web.reading.errors import PassportNotFound
from battery_passport.web.reading.views import CheckedIdentifier, DutySheet, Verdict

OBLIGATIONS = "obligations.read"
CONSIGNMENT = "consignment.check"
MOST_IDENTIFIERS = 200
MOST_LETTERS = 300

PastedIdentifier = Annotated[str, StringConstraints(min_length=1, max_length=MOST_LETTERS)]


class ObligationDocument(Document):
    """Where one data point stands; `owedBy` owes it by `dueOn` where it is missing."""

    number: int
    key: str
    name: str
    state: ObligationState
    applicability: Applicability
    owed_by: str
    supplied_by: Supplier
    due_on: date | None
    overdue: bool
    reason: str
    source: str | None
    as_of: datetime | None


class ObligationsDocument(Document):
    """Where every data point of a battery stands today, under one edition of the rules."""

    rule_set: str
    operator_name: str
    owed_by: str = RESPONSIBLE_OPERATOR
    obligations: list[ObligationDocument]


class ConsignmentRequest(Document):
    """Identifiers as pasted: GS1 Digital Links, `GTIN/serial` or aliases."""

    identifiers: Annotated[list[PastedIdentifier], Field(min_length=1, max_length=MOST_IDENTIFIERS)]


class ConsignmentAnswer(Document):
    """The answer of one identifier, in its place in the list."""

    asked: str
    verdict: Verdict
    valid: bool
    gtin: str | None
    serial: str | None
    model_name: str
    operator_name: str
    version: int | None
    overdue: int


class ConsignmentDocument(Document):
    """One answer for each identifier."""

    valid: int
    wrong: int
    answers: list[ConsignmentAnswer]


def duty_routes(desk: Desk) -> APIRouter:
    """Return the operations of obligations and consignments."""
    router = APIRouter(prefix="/v1", tags=["supervision"])

    @router.get(
        "/obligations/{gtin}/{serial:path}",
        dependencies=[requires(OBLIGATIONS)],
        summary=marked("Read what is owed for a battery"),
        description=marked(
            "Every data point of the Commission's guidance: filled, missing and owed by when, "
            "conditional, pending, or not to be filled, with the reason."
        ),
        responses=problems(403, 404),
        openapi_extra=KEY_IS_NEEDED,
    )
    def read_obligations(request: Request, gtin: Gtin, serial: Serial) -> ObligationsDocument:
        identifier = identifier_of(gtin, serial)
        sheet = desk.services.obligations.of_battery(identifier)
        if sheet is None:
            raise PassportNotFound(f"Battery {identifier} has no passport here.")
        purpose = usual_purpose(access_of(request.scope).principal, sheet.resource)
        authorize(request, OBLIGATIONS, sheet.resource, purpose)
        return ObligationsDocument(
            rule_set=sheet.rule_set,
            operator_name=sheet.operator_name,
            obligations=[_obligation(each, sheet) for each in sheet.obligations],
        )

    @router.post(
        "/consignments",
        dependencies=[requires(CONSIGNMENT)],
        summary=marked("Check a list of batteries at once"),
        description=marked(
            "Up to 200 identifiers; for each one answer: valid, or what is wrong. Changes nothing."
        ),
        responses=problems(403, 413, 422),
        openapi_extra=KEY_IS_NEEDED,
    )
    def check_consignment(request: Request, asked: ConsignmentRequest) -> ConsignmentDocument:
        principal = access_of(request.scope).principal
        authorize(request, CONSIGNMENT, PLATFORM, usual_purpose(principal, PLATFORM))
        checked = desk.services.check_consignment(asked.identifiers)
        valid = sum(each.verdict.is_valid for each in checked)
        return ConsignmentDocument(
            valid=valid,
            wrong=len(checked) - valid,
            answers=[_answer(each) for each in checked],
        )

    return router


def _obligation(obligation: Obligation, sheet: DutySheet) -> ObligationDocument:
    source, as_of = sheet.filled.get(obligation.point.number, (None, None))
    return ObligationDocument(
        number=obligation.point.number,
        key=obligation.point.key,
        name=obligation.point.name_en,
        state=obligation.state,
        applicability=obligation.applicability,
        owed_by=RESPONSIBLE_OPERATOR,
        supplied_by=obligation.point.supplier,
        due_on=obligation.due_on,
        overdue=obligation.overdue,
        reason=obligation.reason_in("en"),
        source=source,
        as_of=as_of,
    )


def _answer(checked: CheckedIdentifier) -> ConsignmentAnswer:
    identifier = checked.identifier
    return ConsignmentAnswer(
        asked=checked.asked,
        verdict=checked.verdict,
        valid=checked.verdict.is_valid,
        gtin=None if identifier is None else identifier.gtin,
        serial=None if identifier is None else identifier.serial,
        model_name=checked.model_name,
        operator_name=checked.operator_name,
        version=checked.version,
        overdue=checked.overdue,
    )
