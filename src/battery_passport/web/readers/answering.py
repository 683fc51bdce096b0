"""How pages of one reader are answered: for him alone, kept by nobody.

In: a page's context. Out: a response.
"""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.web.rendering import Page
from battery_passport.web.site import Site

KEPT_BY_NOBODY = {
    "Cache-Control": "private, no-store",
    "Vary": "Accept, Accept-Language, Authorization, Cookie",
}


def identifier_in(request: Request) -> BatteryIdentifier:
    """Return the battery that an address names. Raises: MalformedIdentifier."""
    return BatteryIdentifier(request.path_params["gtin"].zfill(14), request.path_params["serial"])


def private_page(site: Site, page: Page, *, status: int = 200) -> Response:
    """Return a page that only its reader gets."""
    return Response(
        site.render(page),
        status_code=status,
        media_type="text/html",
        headers=KEPT_BY_NOBODY | {"Content-Language": page.shell.language.code},
    )


def private_file(body: str, name: str) -> Response:
    """Return a table as a file. A byte-order mark tells spreadsheets that it is UTF-8."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(
        f"\ufeff{body}",
        media_type="text/csv",
        headers=KEPT_BY_NOBODY | {"Content-Disposition": disposition},
    )
