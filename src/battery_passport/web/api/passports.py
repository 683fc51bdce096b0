"""The JSON interface: passports, versions, events, proof files and the trust file.

In: an identifier in the path, a reader. Out: what he may see of it as JSON, or bytes of a file.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AwareDatetime
from starlette.concurrency import run_in_threadpool

from battery_passport.access.model import PrincipalKind, Purpose, Resource, ResourceKind
from battery_passport.access.policy.reading import PROOF, READ
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.web.api.documents import (
    Document,
    EventDocument,
    PassportDocument,
    VersionDocument,
    build_document,
    build_reader_document,
)
from battery_passport.web.api.problem_documents import KEY_IS_OPTIONAL, problems
from battery_passport.web.authorization import access_of, authorize, requires
from battery_passport.web.delivery import Delivery, DeliveryCache, KnownRevisions, deliver, prepare
from battery_passport.web.language import marked
from battery_passport.web.pages.passport import proof_file_name
from battery_passport.web.ports import TrustAnchors, WebServices
from battery_passport.web.reading.desk import Desk, Opened
from battery_passport.web.reading.errors import PassportNotFound, VersionNotFound
from battery_passport.web.views import PublicPassportView

PUBLIC_POINT = Resource(kind=ResourceKind.BATTERY, annex_point=1)
"""What everyone sees of any battery."""

KEPT_DOCUMENTS = 1_024
CHECK_AGAIN_AFTER_S = 300.0
PRIVATE = "private, no-store"
"""For one reader: kept by nobody; his program may still ask with the tag it noted."""

JSON = "application/json"
VARY = {"Vary": "Accept, Accept-Language, Authorization, Cookie"}

Gtin = Annotated[
    str,
    Path(
        description="The GTIN of the battery's model, 8 to 14 digits with a right check digit.",
        examples=["09506000134352"],
        json_schema_extra={"pattern": "^[0-9]{8,14}$"},
    ),
]
Serial = Annotated[
    str,
    Path(
        description="The battery's serial number; a slash in it is written %2F.",
        examples=["KR26A0010427"],
        json_schema_extra={"minLength": 1, "maxLength": 20},
    ),
]
AskedVersion = Annotated[
    int | None, Query(alias="version", ge=1, le=2**31 - 1, description="One version, by number.")
]
AskedTime = Annotated[
    AwareDatetime | None,
    Query(alias="at", description="The version in force at a time, as 2026-11-23T00:00:00Z."),
]
AskedPurpose = Annotated[
    Purpose | None,
    Query(alias="purpose", description="What the passport is read for; kept with the look."),
]


class VersionsDocument(Document):
    """The signed versions of one passport, oldest first."""

    versions: list[VersionDocument]


class EventsDocument(Document):
    """The events that this reader may see, in the order in which they happened."""

    events: list[EventDocument]


def identifier_of(gtin: str, serial: str) -> BatteryIdentifier:
    """Return the identifier in a path. Raises: MalformedIdentifier."""
    return BatteryIdentifier(gtin.zfill(14), serial)


def find_passport(services: WebServices, identifier: BatteryIdentifier) -> PublicPassportView:
    """Return the public view of a battery's passport. Raises: PassportNotFound."""
    view = services.passports.find(identifier)
    if view is None:
        raise PassportNotFound(f"Battery {identifier} has no passport here.")
    return view


class Passports:
    """Answers what programs ask about one passport."""

    def __init__(self, services: WebServices, desk: Desk) -> None:
        self._services = services
        self._desk = desk
        self._revisions = KnownRevisions(services.passports)
        self._kept = DeliveryCache(KEPT_DOCUMENTS, keep_s=CHECK_AGAIN_AFTER_S)

    async def document(self, request: Request, identifier: BatteryIdentifier) -> Response:
        """Return what everyone sees, from memory where nothing has changed."""
        authorize(request, READ, PUBLIC_POINT, Purpose.OWN_USE)
        revision = self._revisions.known(identifier)
        kept = None if revision is None else self._kept.get((identifier, revision))
        if kept is None:
            kept = await run_in_threadpool(self._public_delivery, identifier)
        return deliver(kept, request)

    def _public_delivery(self, identifier: BatteryIdentifier) -> Delivery:
        revision = self._revisions.ask(identifier)
        kept = None if revision is None else self._kept.get((identifier, revision))
        if kept is not None:
            return kept
        made = _prepared(build_document(find_passport(self._services, identifier)))
        if revision is not None:
            self._kept.put((identifier, revision), made)
        return made

    def for_reader(
        self,
        request: Request,
        identifier: BatteryIdentifier,
        *,
        purpose: Purpose | None = None,
        version: int | None = None,
    ) -> Response:
        """Return what one reader sees, for him alone."""
        opened = self._desk.open(request, identifier, purpose)
        shown = self._desk.show(opened, version=version)
        told = None if opened.sight.is_public else opened.reading.purpose
        document = build_reader_document(shown, told)
        return deliver(_prepared(document), request, caching=PRIVATE)

    def version_at(self, identifier: BatteryIdentifier, at: datetime) -> int:
        """Return the number of the version in force at a time. Raises: VersionNotFound."""
        issued = self._services.readers.passports.versions(identifier)
        known = [each.version for each in issued if each.issued_at <= at]
        if not known:
            raise VersionNotFound(f"Battery {identifier} had no passport at {at.isoformat()}.")
        return known[-1]

    def versions(self, request: Request, identifier: BatteryIdentifier) -> VersionsDocument:
        """Return the versions there are; everyone may know of them."""
        authorize(request, READ, PUBLIC_POINT, Purpose.OWN_USE)
        issued = self._services.readers.passports.versions(identifier)
        if not issued:
            raise PassportNotFound(f"Battery {identifier} has no passport here.")
        return VersionsDocument(versions=[VersionDocument.model_validate(each) for each in issued])

    def events(
        self, request: Request, identifier: BatteryIdentifier, purpose: Purpose | None
    ) -> EventsDocument:
        """Return the events that this reader may see."""
        opened = self._desk.open(request, identifier, purpose)
        shown = self._desk.show(opened)
        return EventsDocument(events=[EventDocument.model_validate(each) for each in shown.events])

    def proof(
        self, request: Request, identifier: BatteryIdentifier, purpose: Purpose | None
    ) -> Response:
        """Return the proof file with the sections that this reader may see whole."""
        if _is_anonymous(request):
            authorize(request, PROOF, PUBLIC_POINT, Purpose.OWN_USE)
            view = find_passport(self._services, identifier)
            proof = self._services.passports.proof_file(identifier)
            return _file(proof, proof_file_name(view))
        opened = self._desk.open(request, identifier, purpose, action=PROOF)
        return self._proof_of(opened)

    def _proof_of(self, opened: Opened) -> Response:
        proof = self._services.readers.passports.proof_file(opened.identifier, opened.sight)
        shown = self._desk.show(opened)
        return _file(proof, proof_file_name(shown.public), caching=PRIVATE)


def passport_routes(passports: Passports, trust: TrustAnchors) -> APIRouter:
    """Return the operations on passports."""
    router = APIRouter(prefix="/v1", tags=["passports"])

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
        if version is None and at is None and _is_anonymous(request):
            return await passports.document(request, identifier)
        if version is None and at is not None:
            version = await run_in_threadpool(passports.version_at, identifier, at)
        return await run_in_threadpool(
            passports.for_reader, request, identifier, purpose=purpose, version=version
        )

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
        return _file(trust.trust_file(), "battery-passport-trust.json")

    return router


def _is_anonymous(request: Request) -> bool:
    return access_of(request.scope).principal.kind is PrincipalKind.ANONYMOUS


def _prepared(document: PassportDocument) -> Delivery:
    body = document.model_dump_json(by_alias=True).encode()
    return prepare(body, media_type=JSON, headers=VARY)


def _file(octets: bytes, name: str, *, caching: str = "no-cache") -> Response:
    disposition = f'attachment; filename="{name}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": caching} | VARY
    return Response(octets, media_type=JSON, headers=headers)
