"""Answers of role pages: pages that no cache keeps, lists as page or CSV, the way on after a form.

In: a page's context. Out: a response.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from battery_passport.web.consoles.frame.places import Place
from battery_passport.web.consoles.frame.shell import ConsoleShell, console_shell
from battery_passport.web.rendering import Page, render

NEVER_KEPT = {"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page is put together with: addresses of style sheets, and our version."""

    assets: Mapping[str, str]
    software_version: str

    def shell(self, request: Request, place: Place | None) -> ConsoleShell:
        """Return the frame of a page."""
        return console_shell(request, place, software_version=self.software_version)

    def answer(self, page: Page, *, status: int = 200) -> Response:
        """Return a page that only its reader gets."""
        return Response(
            render(page, self.assets),
            status_code=status,
            media_type="text/html",
            headers=NEVER_KEPT | {"Content-Language": page.shell.language.code},
        )


def lead_to(address: str) -> Response:
    """Return the way to another page after a form was taken in."""
    return RedirectResponse(address, status_code=303, headers=NEVER_KEPT)


def csv_file(name: str, body: bytes) -> Response:
    """Return a file to keep."""
    headers = NEVER_KEPT | {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def pdf_file(name: str, body: bytes) -> Response:
    """Return a document to keep or print."""
    headers = NEVER_KEPT | {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(body, media_type="application/pdf", headers=headers)
