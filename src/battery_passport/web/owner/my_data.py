"""All that is kept about a person: to take along, and to have erased for good.

In: a signed-in person. Out: an archive with a file for programs and one to read; or nothing left.
"""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import ClassVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.acts import Act
from battery_passport.access.model import Purpose, ResourceKind
from battery_passport.foundation.strict_json import canonical_json
from battery_passport.web.authorization import authorize
from battery_passport.web.forms import csrf_token, form_of
from battery_passport.web.language import Language, marked
from battery_passport.web.owner.desk import NEVER_KEPT, answer, own, person_of, shell_of
from battery_passport.web.owner.nav import DATA, NavLink, nav_links
from battery_passport.web.owner.ports import OwnerServices
from battery_passport.web.owner.take_out import OwnData, collect, readable_sections
from battery_passport.web.pages.layout import Shell
from battery_passport.web.rendering import render
from battery_passport.web.session import end_session

ERASE_PHRASE = marked("erase my data")
"""Typed, so that nobody erases by a slip; in Korean its own words."""

WRONG_PHRASE = marked("Type the words exactly as they stand above.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPage:
    """The context of `owner/data.html`."""

    template: ClassVar[str] = "owner/data.html"
    shell: Shell
    nav: tuple[NavLink, ...]
    csrf: str
    data: OwnData
    export_address: str
    erase_address: str
    phrase: str
    typed: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOutPage:
    """The context of `owner/take_out.html`, the readable file of an archive."""

    template: ClassVar[str] = "owner/take_out.html"
    shell: Shell
    made_at: str
    data: OwnData


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedPage:
    """The context of `owner/erased.html`."""

    template: ClassVar[str] = "owner/erased.html"
    shell: Shell


class DataPages:
    """Endpoints of a person's own data."""

    def __init__(self, services: OwnerServices) -> None:
        self._services = services

    def show(self, request: Request) -> Response:
        """Return what is kept, with the ways to take it along and to erase it."""
        self._authorize(request, "person.export")
        return answer(self._page(request), self._services)

    def export(self, request: Request) -> Response:
        """Return the archive."""
        self._authorize(request, "person.export")
        person_id, now = person_of(request), self._services.clock.now()
        with self._services.writing() as stores:
            stores.acts.record(Act(name="person-exported", subject_id=person_id), now)
            document = collect(stores, self._services, person_id)
        shell = shell_of(request, self._services)
        page = TakeOutPage(
            shell=shell,
            made_at=shell.language.moment(now),
            data=readable_sections(document, shell.language),
        )
        archive = _zipped(
            {
                "my-data.json": canonical_json(document),
                "my-data.html": render(page, self._services.assets),
            }
        )
        headers = {"Content-Disposition": 'attachment; filename="my-data.zip"'}
        return Response(archive, media_type="application/zip", headers=NEVER_KEPT | headers)

    def erase(self, request: Request) -> Response:
        """Erase the person once the words were typed."""
        self._authorize(request, "person.erase")
        shell = shell_of(request, self._services)
        typed = form_of(request)["phrase"][:80]
        if " ".join(typed.split()).casefold() != phrase(shell.language).casefold():
            fault = shell.language.text(WRONG_PHRASE)
            page = self._page(request, typed=typed, fault=fault)
            return answer(page, self._services, status=422)
        with self._services.writing() as stores:
            stores.leaving.erase(person_of(request), self._services.clock.now())
        response = answer(ErasedPage(shell=shell), self._services)
        end_session(response, request)
        return response

    def _page(self, request: Request, *, typed: str = "", fault: str = "") -> DataPage:
        shell, person_id = shell_of(request, self._services), person_of(request)
        with self._services.reading() as stores:
            document = collect(stores, self._services, person_id)
        return DataPage(
            shell=shell,
            nav=nav_links(shell, DATA),
            csrf=csrf_token(request),
            data=readable_sections(document, shell.language),
            export_address=shell.link(f"{DATA}/export"),
            erase_address=shell.link(f"{DATA}/erase"),
            phrase=phrase(shell.language),
            typed=typed,
            fault=fault,
        )

    def _authorize(self, request: Request, action: str) -> UUID:
        person_id = person_of(request)
        authorize(request, action, own(ResourceKind.PERSON, person_id), Purpose.OWN_USE)
        return person_id


def phrase(language: Language) -> str:
    """Return the words to be typed."""
    return language.text(ERASE_PHRASE)


def _zipped(files: dict[str, bytes]) -> bytes:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name, octets in files.items():
            written.writestr(zipfile.ZipInfo(name), octets, zipfile.ZIP_DEFLATED)
    return archive.getvalue()
