"""The public JSON interface: passports, their proof files and the trust file.

In: an identifier in the path. Out: Annex XIII point 1 as JSON, or the bytes of a file.
"""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from battery_passport.access.model import Purpose, Resource, ResourceKind
from battery_passport.access.policy.reading import PROOF, READ
from battery_passport.foundation.errors import NotFound
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.web.api.documents import PassportDocument, build_document
from battery_passport.web.authorization import authorize, requires
from battery_passport.web.language import marked
from battery_passport.web.pages.passport import proof_file_name
from battery_passport.web.ports import WebServices
from battery_passport.web.problems import PROBLEM_MEDIA_TYPE
from battery_passport.web.views import PublicPassportView

PUBLIC_POINT = Resource(kind=ResourceKind.BATTERY, annex_point=1)
"""What these operations show of any battery."""


class PassportNotFound(NotFound):
    """The battery has no passport here."""

    code = "passport-not-found"
    remedy = "Check every digit against the label on the battery."


class ProblemDocument(BaseModel):
    """An RFC 9457 problem: what failed, and the next step under `remedy`."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    remedy: str | None = None


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: {"model": ProblemDocument, "content": {PROBLEM_MEDIA_TYPE: {}}}
        for status in statuses
    }


def find_passport(services: WebServices, identifier: BatteryIdentifier) -> PublicPassportView:
    """Return the public view of a battery's passport.

    Raises: PassportNotFound.
    """
    view = services.passports.find(identifier)
    if view is None:
        raise PassportNotFound(f"Battery {identifier} has no passport here.")
    return view


def passport_routes(services: WebServices) -> APIRouter:
    """Return the operations under `/v1`."""
    router = APIRouter(prefix="/v1", tags=["passports"])

    @router.get(
        "/passports/{gtin}/{serial:path}",
        dependencies=[requires(READ)],
        summary=marked("Read the public part of a passport"),
        description=marked(
            "Every value of Annex XIII point 1 by its data-point number, what is still owed, "
            "and what was verified."
        ),
        responses=_problems(400, 404),
    )
    def read_passport(request: Request, gtin: str, serial: str) -> PassportDocument:
        authorize(request, READ, PUBLIC_POINT, Purpose.OWN_USE)
        identifier = BatteryIdentifier(gtin.zfill(14), serial)
        return build_document(find_passport(services, identifier))

    @router.get(
        "/proofs/{gtin}/{serial:path}",
        dependencies=[requires(PROOF)],
        summary=marked("Download the proof file"),
        description=marked(
            "The signed passport with its log proof and anchor, for checking without a network. "
            "Answers 503 with Retry-After until the version is anchored."
        ),
        response_class=Response,
        responses=_problems(400, 404, 503) | {200: {"content": {"application/json": {}}}},
    )
    def read_proof(request: Request, gtin: str, serial: str) -> Response:
        authorize(request, PROOF, PUBLIC_POINT, Purpose.OWN_USE)
        identifier = BatteryIdentifier(gtin.zfill(14), serial)
        view = find_passport(services, identifier)
        proof = services.passports.proof_file(identifier)
        return _file(proof, proof_file_name(view))

    @router.get(
        "/trust",
        dependencies=[requires("trust.read")],
        summary=marked("Download the trust file"),
        description=marked(
            "This installation's issuer and log keys. Compare it with a copy from another source "
            "before relying on it."
        ),
        response_class=Response,
        responses={200: {"content": {"application/json": {}}}},
    )
    def read_trust() -> Response:
        return _file(services.trust.trust_file(), "battery-passport-trust.json")

    return router


def _file(octets: bytes, name: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-cache"}
    return Response(octets, media_type="application/json", headers=headers)
