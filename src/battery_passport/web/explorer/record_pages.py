"""The endpoint of a battery's records and of one record's way, for whoever may see the record.

In: requests with a principal. Out: pages that hold nothing but what policies let this reader see.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from battery_passport.access.model import PrincipalKind, Purpose
from battery_passport.access.policy.reading import READ
from battery_passport.web.api.passports import PUBLIC_POINT
from battery_passport.web.authorization import access_of, authorize
from battery_passport.web.explorer.ports import Records
from battery_passport.web.explorer.record import PREFIX, build_shelf_page, build_way_page
from battery_passport.web.explorer.record_views import RecordKind, RecordName
from battery_passport.web.readers.answering import identifier_in, private_page
from battery_passport.web.readers.purposes import Choice, answered_purpose, choose
from battery_passport.web.reading.desk import Desk, Opened
from battery_passport.web.reading.errors import PassportNotFound
from battery_passport.web.site import Site

_MOST_DIGITS = 9
_DIGEST_DIGITS = 64


class RecordPages:
    """Records of a battery, one by one."""

    def __init__(self, site: Site, records: Records, desk: Desk) -> None:
        self._site = site
        self._records = records
        self._desk = desk

    def way(self, request: Request) -> Response:
        """Return one record's way, or without a record named all that there are for this reader."""
        authorize(request, READ, PUBLIC_POINT, Purpose.OWN_USE)
        identifier = identifier_in(request)
        if request.path_params["gtin"] != identifier.gtin:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"{PREFIX}/{identifier.path}{query}", status_code=308)
        battery = self._desk.battery(identifier)
        access = access_of(request.scope)
        answered = answered_purpose(request, access.principal)
        choice = choose(access.authorizer, access.principal, battery, answered=answered)
        opened = self._desk.open(request, identifier, choice.purpose or Purpose.OWN_USE)
        if not (opened.sight.is_public or opened.is_own):
            self._desk.show(opened)  # the look is on record before anything of it is shown
        name = _name(request)
        if name is None:
            return self._shelf(request, opened, choice)
        return self._way(request, opened, choice, name)

    def _shelf(self, request: Request, opened: Opened, choice: Choice) -> Response:
        page_number = _page_of(request)
        shelf = self._records.shelf(
            opened.identifier, opened.sight, batch_page=page_number if opened.is_own else None
        )
        if page_number > 1 and shelf is not None and not shelf.batches:
            raise HTTPException(404)
        if shelf is None:
            raise PassportNotFound(f"Battery {opened.identifier} has no passport here.")
        page = build_shelf_page(
            shelf,
            opened.identifier,
            self._site.shell(request),
            may_see_more=choice.ask is not None,
        )
        return private_page(self._site, page)

    def _way(self, request: Request, opened: Opened, choice: Choice, name: RecordName) -> Response:
        way = self._records.way(opened.identifier, name, opened.sight, is_own=opened.is_own)
        if way is None:
            raise HTTPException(404)
        anonymous = opened.principal.kind is PrincipalKind.ANONYMOUS
        purpose = "" if anonymous or choice.purpose is None else f"?purpose={choice.purpose.value}"
        page = build_way_page(
            way, opened.identifier, self._site.shell(request), proof_query=purpose
        )
        return private_page(self._site, page)


def _name(request: Request) -> RecordName | None:
    """Return the record that an address names, None if it names none. Raises: HTTPException."""
    asked = [
        (kind, request.query_params[kind.value])
        for kind in RecordKind
        if kind.value in request.query_params
    ]
    if not asked:
        return None
    kind, text = asked[0]
    if kind is RecordKind.BATCH:
        return RecordName(kind, digest=_digest(text))
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise HTTPException(404)
    return RecordName(kind, number=int(text))


def _page_of(request: Request) -> int:
    """Return which page of batches is asked for, the first if none is. Raises: HTTPException."""
    text = request.query_params.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text)):
        raise HTTPException(404)
    return int(text)


def _digest(text: str) -> bytes:
    try:
        if len(text) == _DIGEST_DIGITS and text == text.lower():
            return bytes.fromhex(text)
    except ValueError:
        pass
    raise HTTPException(404)
