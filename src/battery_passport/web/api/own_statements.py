"""What an inspection body with a key of its own signs about its inspections, and its signature.

In: a battery; a signed statement. Out: payloads that wait for a signature; the statement's number.
"""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from battery_passport.access.policy.reading import usual_purpose
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.web.api.documents import Document
from battery_passport.web.api.passports import Gtin, Serial, identifier_of
from battery_passport.web.api.problem_documents import KEY_IS_NEEDED, problems
from battery_passport.web.authorization import access_of, authorize, requires
from battery_passport.web.language import marked
from battery_passport.web.reading.desk import Desk
from battery_passport.web.reading.views import OwnStatement

ACTION = "event.record.inspection"


class WaitingDocument(Document):
    """Payloads of measurement statements; sign each as it stands, whatever its order of members."""

    to_sign: list[dict[str, Any]]


class SignedStatementDocument(Document):
    """A signed statement: `<JWT>~`."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, extra="forbid"
    )

    statement: str


class TakenDocument(Document):
    """`number` counts the battery's measurement statements."""

    number: int


def own_statement_routes(desk: Desk) -> APIRouter:
    """Return the operations of bodies that sign by themselves."""
    router = APIRouter(prefix="/v1", tags=["reports"])

    @router.get(
        "/measurements/{gtin}/{serial:path}",
        dependencies=[requires(ACTION)],
        summary=marked("Read what waits for your signature"),
        description=marked(
            "The measurement statements of your own inspections of a battery, to be signed with "
            "your organisation's own key; none where the platform keeps that key."
        ),
        responses=problems(403, 404, 422),
        openapi_extra=KEY_IS_NEEDED,
    )
    def read_waiting(request: Request, gtin: Gtin, serial: Serial) -> WaitingDocument:
        asked = _asked(request, desk, identifier_of(gtin, serial), "")
        return WaitingDocument(to_sign=[dict(each) for each in desk.services.events.waiting(asked)])

    @router.post(
        "/measurements/{gtin}/{serial:path}",
        status_code=201,
        dependencies=[requires(ACTION)],
        summary=marked("Send a statement that you signed"),
        description=marked(
            "Takes a measurement statement that waits for your signature, once. Answers when it is "
            "durable."
        ),
        responses=problems(403, 404, 413, 422),
        openapi_extra=KEY_IS_NEEDED,
    )
    def take_statement(
        request: Request, gtin: Gtin, serial: Serial, *, signed: SignedStatementDocument
    ) -> TakenDocument:
        asked = _asked(request, desk, identifier_of(gtin, serial), signed.statement)
        return TakenDocument(number=desk.services.events.take_statement(asked))

    return router


def _asked(
    request: Request, desk: Desk, identifier: BatteryIdentifier, statement: str
) -> OwnStatement:
    principal = access_of(request.scope).principal
    battery = desk.battery(identifier)
    authorize(request, ACTION, battery, usual_purpose(principal, battery))
    return OwnStatement(
        identifier=identifier, organisation_id=principal.organisation_id, statement=statement
    )
