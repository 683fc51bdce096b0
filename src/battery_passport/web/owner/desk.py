"""What every endpoint of an owner starts with: who asks, which battery, in which language.

In: a request. Out: a person's id, his battery, a shell; finished pages that no cache keeps.
"""

from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from battery_passport.access.model import Resource, ResourceKind
from battery_passport.access.policy.errors import SignInNeeded
from battery_passport.access.sharing.errors import NotYours
from battery_passport.web.language import (
    LANGUAGE_NAMES,
    load_language,
    preferred_language,
)
from battery_passport.web.owner.ports import OwnerServices, OwnerStores
from battery_passport.web.owner.views import BatteryFace
from battery_passport.web.pages.layout import Shell
from battery_passport.web.rendering import Page, render
from battery_passport.web.session import principal_of, visitor_of

NEVER_KEPT = {"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"}


def person_of(request: Request) -> UUID:
    """Return the person who is signed in. Raises: SignInNeeded."""
    person_id = principal_of(request).person_id
    if person_id is None:
        raise SignInNeeded("Nobody has signed in.")
    return person_id


def own(kind: ResourceKind, person_id: UUID) -> Resource:
    """Return a thing that belongs to a person, for the policies."""
    return Resource(kind=kind, owner_id=person_id)


def shell_of(request: Request, services: OwnerServices) -> Shell:
    """Return the frame of a page: the language chosen by hand, else the browser's."""
    chosen = request.query_params.get("lang", "")
    by_hand = chosen in LANGUAGE_NAMES
    visitor = visitor_of(request)
    usual = preferred_language(request.headers.get("accept-language", ""))
    code = chosen if by_hand else (visitor.language if visitor else "") or usual
    kept = (
        (name, value) for name, value in request.query_params.multi_items() if name in _KEPT_QUERY
    )
    return Shell(
        language=load_language(code if code in LANGUAGE_NAMES else usual),
        chosen_by_hand=by_hand,
        path=request.url.path,
        query=tuple(kept),
        software_version=services.software_version,
    )


_KEPT_QUERY = frozenset({"battery", "page", "part", "hours"})


def answer(page: Page, services: OwnerServices, *, status: int = 200) -> Response:
    """Return a page that only its reader gets."""
    return Response(
        render(page, services.assets),
        status_code=status,
        media_type="text/html",
        headers=NEVER_KEPT | {"Content-Language": page.shell.language.code},
    )


def lead_to(shell: Shell, path: str, **query: str) -> Response:
    """Return the way to another page after a form was taken in."""
    address = address_of(shell, path, **query)
    return RedirectResponse(address, status_code=303, headers=NEVER_KEPT)


def address_of(shell: Shell, path: str, **query: str) -> str:
    """Return an address with a query, in the language chosen by hand, if one was."""
    chosen = {"lang": shell.language.code} if shell.chosen_by_hand else {}
    pairs = {**query, **chosen}
    return f"{path}?{urlencode(pairs)}" if pairs else path


def own_batteries(
    stores: OwnerStores, services: OwnerServices, person_id: UUID
) -> tuple[BatteryFace, ...]:
    """Return the batteries that a person owns now, the latest claimed first."""
    return tuple(
        services.facts.face(each.battery_id)
        for each in stores.ownerships.of_person(person_id)
        if each.until is None
    )


def chosen_battery(faces: tuple[BatteryFace, ...], wanted: str) -> BatteryFace | None:
    """Return the battery named in the address or form, or the only one; None without any.

    Raises: NotYours for any other battery, whether it exists or not.
    """
    if not wanted:
        return faces[0] if faces else None
    found = next((face for face in faces if str(face.battery_id) == wanted), None)
    if found is None:
        raise NotYours("You own no such battery.")
    return found
