"""The JSON interface: passports, versions, events, proof files and the trust file.

In: an identifier in the path, a reader. Out: what he may see of it as JSON, or bytes of a file.
"""

from datetime import datetime
from typing import Annotated

from fastapi import Path, Query, Request, Response
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
from battery_passport.web.authorization import access_of, authorize
from battery_passport.web.delivery import Delivery, DeliveryCache, KnownRevisions, deliver, prepare
from battery_passport.web.pages.passport import proof_file_name
from battery_passport.web.ports import WebServices
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
        if is_anonymous(request):
            authorize(request, PROOF, PUBLIC_POINT, Purpose.OWN_USE)
            view = find_passport(self._services, identifier)
            proof = self._services.passports.proof_file(identifier)
            return file_answer(proof, proof_file_name(view))
        opened = self._desk.open(request, identifier, purpose, action=PROOF)
        return self._proof_of(opened)

    def _proof_of(self, opened: Opened) -> Response:
        proof = self._services.readers.passports.proof_file(opened.identifier, opened.sight)
        shown = self._desk.show(opened)
        return file_answer(proof, proof_file_name(shown.public), caching=PRIVATE)


def is_anonymous(request: Request) -> bool:
    """Return whether nothing is known of who asks."""
    return access_of(request.scope).principal.kind is PrincipalKind.ANONYMOUS


def _prepared(document: PassportDocument) -> Delivery:
    body = document.model_dump_json(by_alias=True).encode()
    return prepare(body, media_type=JSON, headers=VARY)


def file_answer(octets: bytes, name: str, *, caching: str = "no-cache") -> Response:
    """Return bytes as a file to keep."""
    disposition = f'attachment; filename="{name}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": caching} | VARY
    return Response(octets, media_type=JSON, headers=headers)
