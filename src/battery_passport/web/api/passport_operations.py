"""The operations on passports: what each takes, answers and says of itself in the OpenAPI document.

In: what answers them. Out: a router.
"""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from battery_passport.access.policy.reading import PROOF, READ
from battery_passport.web.api.documents import PassportDocument
from battery_passport.web.api.passports import (
    JSON,
    AskedPurpose,
    AskedTime,
    AskedVersion,
    EventsDocument,
    Gtin,
    Passports,
    Serial,
    VersionsDocument,
    file_answer,
    identifier_of,
    is_anonymous,
)
from battery_passport.web.api.problem_documents import KEY_IS_OPTIONAL, problems
from battery_passport.web.authorization import requires
from battery_passport.web.language import marked
from battery_passport.web.ports import TrustAnchors


def passport_routes(passports: Passports, trust: TrustAnchors) -> APIRouter:
    """Return the operations on passports."""
    router = APIRouter(prefix="/v1", tags=["passports"])
    _add_passport(router, passports)
    _add_history(router, passports)
    _add_files(router, passports, trust)
    return router


def _add_passport(router: APIRouter, passports: Passports) -> None:
    @router.get(
        "/passports/{gtin}/{serial:path}",
        dependencies=[requires(READ)],
        summary=marked("Read a passport"),
        description=marked(
            "Every value of Annex XIII that its reader may see, by data-point number: point 1 for "
            "everyone, more with a key. Also what is still owed and what was verified."
        ),
        response_model=PassportDocument,
        responses=problems(404, 422) | {304: {"description": "Unchanged since the given ETag."}},
        openapi_extra=KEY_IS_OPTIONAL,
    )
    async def read_passport(
        request: Request,
        gtin: Gtin,
        serial: Serial,
        *,
        version: AskedVersion = None,
        at: AskedTime = None,
        purpose: AskedPurpose = None,
    ) -> Response:
        identifier = identifier_of(gtin, serial)
        if version is None and at is None and is_anonymous(request):
            return await passports.document(request, identifier)
        if version is None and at is not None:
            version = await run_in_threadpool(passports.version_at, identifier, at)
        return await run_in_threadpool(
            passports.for_reader, request, identifier, purpose=purpose, version=version
        )


def _add_history(router: APIRouter, passports: Passports) -> None:
    @router.get(
        "/versions/{gtin}/{serial:path}",
        dependencies=[requires(READ)],
        summary=marked("List the versions of a passport"),
        description=marked(
            "Every signed version with its date, its fingerprint and its place in the log."
        ),
        responses=problems(404),
        openapi_extra=KEY_IS_OPTIONAL,
    )
    def list_versions(request: Request, gtin: Gtin, serial: Serial) -> VersionsDocument:
        return passports.versions(request, identifier_of(gtin, serial))

    @router.get(
        "/events/{gtin}/{serial:path}",
        dependencies=[requires(READ)],
        summary=marked("Read the history of a battery"),
        description=marked(
            "The recorded events that the reader may see; none for everyone, because use and "
            "status of a battery are not public."
        ),
        responses=problems(404, 422),
        openapi_extra=KEY_IS_OPTIONAL,
    )
    def read_events(
        request: Request,
        response: Response,
        gtin: Gtin,
        serial: Serial,
        *,
        purpose: AskedPurpose = None,
    ) -> EventsDocument:
        response.headers["Cache-Control"] = "private, no-store"
        return passports.events(request, identifier_of(gtin, serial), purpose)


def _add_files(router: APIRouter, passports: Passports, trust: TrustAnchors) -> None:
    @router.get(
        "/proofs/{gtin}/{serial:path}",
        dependencies=[requires(PROOF)],
        summary=marked("Download the proof file"),
        description=marked(
            "The signed passport with its log proof and anchor, for checking without a network, "
            "and in it the sections that the reader may see. "
            "Answers 503 with Retry-After until the version is anchored."
        ),
        response_class=Response,
        responses=problems(404, 422) | {200: {"content": {JSON: {}}}},
        openapi_extra=KEY_IS_OPTIONAL,
    )
    def read_proof(
        request: Request, gtin: Gtin, serial: Serial, purpose: AskedPurpose = None
    ) -> Response:
        return passports.proof(request, identifier_of(gtin, serial), purpose)

    @router.get(
        "/trust",
        dependencies=[requires("trust.read")],
        summary=marked("Download the trust file"),
        description=marked(
            "This installation's issuer and log keys. Compare it with a copy from another source "
            "before relying on it."
        ),
        response_class=Response,
        responses=problems() | {200: {"content": {JSON: {}}}},
    )
    def read_trust() -> Response:
        return file_answer(trust.trust_file(), "battery-passport-trust.json")
