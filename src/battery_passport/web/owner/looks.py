"""Who looked at a battery, at what, why and when: the page of an owner, and the same as a table.

In: recorded looks during the present ownership. Out: twenty a page, the latest first; CSV of all.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import ClassVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose, ResourceKind
from battery_passport.access.sharing.model import Look
from battery_passport.web.authorization import authorize
from battery_passport.web.language import Language, marked
from battery_passport.web.owner.desk import (
    NEVER_KEPT,
    address_of,
    answer,
    chosen_battery,
    own,
    own_batteries,
    person_of,
    shell_of,
)
from battery_passport.web.owner.nav import LOOKS, NavLink, nav_links
from battery_passport.web.owner.ports import OwnerServices, OwnerStores
from battery_passport.web.owner.views import BatteryFace
from battery_passport.web.owner.words import VIEWERS
from battery_passport.web.pages.data_points import point_name
from battery_passport.web.pages.layout import Shell
from battery_passport.web.reading.purpose_words import PURPOSES

PAGE_ROWS = 20
_MOST_ROWS = 50_000
_MOST_PAGES = 100_000
TABLE_HEADS = (
    marked("When"),
    marked("Who"),
    marked("Organisation"),
    marked("Link"),
    marked("Why"),
    marked("What"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookRow:
    """One look."""

    at: str
    who: str
    organisation: str
    link_number: int
    purpose: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksPage:
    """The context of `owner/looks.html`."""

    template: ClassVar[str] = "owner/looks.html"
    shell: Shell
    nav: tuple[NavLink, ...]
    rows: tuple[LookRow, ...]
    count: int
    since: str
    newer_address: str
    older_address: str
    table_address: str


@dataclass(frozen=True, slots=True)
class _Owned:
    face: BatteryFace
    since: datetime


class LookPages:
    """Endpoints of the access log."""

    def __init__(self, services: OwnerServices) -> None:
        self._services = services

    def list(self, request: Request) -> Response:
        """Return one page of the log."""
        self._authorize(request)
        shell = shell_of(request, self._services)
        number = _page_number(request.query_params.get("page", ""))
        with self._services.reading() as stores:
            owned = self._owned(request, stores)
            if owned is None:
                return answer(_empty(shell), self._services)
            battery_id = owned.face.battery_id
            count = stores.looks.count(battery_id, since=owned.since, until=None)
            rows = self._rows(
                stores, owned, limit=PAGE_ROWS, offset=PAGE_ROWS * (number - 1), shell=shell
            )
        page = LooksPage(
            shell=shell,
            nav=nav_links(shell, LOOKS),
            rows=rows,
            count=count,
            since=shell.language.day_of(owned.since),
            newer_address=_address(shell, battery_id, number - 1) if number > 1 else "",
            older_address=(
                _address(shell, battery_id, number + 1) if number * PAGE_ROWS < count else ""
            ),
            table_address=address_of(shell, f"{LOOKS}.csv", battery=str(battery_id)),
        )
        return answer(page, self._services)

    def table(self, request: Request) -> Response:
        """Return the whole log as a table."""
        self._authorize(request)
        shell = shell_of(request, self._services)
        with self._services.reading() as stores:
            owned = self._owned(request, stores)
            rows = (
                ()
                if owned is None
                else self._rows(stores, owned, limit=_MOST_ROWS, offset=0, shell=shell)
            )
        headers = {"Content-Disposition": 'attachment; filename="looks.csv"'}
        body = _as_csv(rows, shell.language)
        return Response(body, media_type="text/csv; charset=utf-8", headers=NEVER_KEPT | headers)

    def _authorize(self, request: Request) -> None:
        resource = own(ResourceKind.ACCESS_LOG, person_of(request))
        authorize(request, "looks.read", resource, Purpose.OWN_USE)

    def _owned(self, request: Request, stores: OwnerStores) -> _Owned | None:
        faces = own_batteries(stores, self._services, person_of(request))
        face = chosen_battery(faces, request.query_params.get("battery", ""))
        current = None if face is None else stores.ownerships.current(face.battery_id)
        return None if face is None or current is None else _Owned(face, current.since)

    def _rows(
        self, stores: OwnerStores, owned: _Owned, *, limit: int, offset: int, shell: Shell
    ) -> tuple[LookRow, ...]:
        looks = stores.looks.of_battery(
            owned.face.battery_id, since=owned.since, until=None, limit=limit, offset=offset
        )
        ids = {each.organisation_id for each in looks if each.organisation_id is not None}
        names = self._services.directory.organisation_names(sorted(ids))
        grants = stores.grants.of_person(owned.face.owner_id) if owned.face.owner_id else ()
        numbers = {each.grant_id: each.number for each in grants}
        return tuple(
            _row(
                each,
                organisation=names.get(each.organisation_id, "") if each.organisation_id else "",
                link_number=numbers.get(each.grant_id, 0) if each.grant_id else 0,
                language=shell.language,
            )
            for each in looks
        )


def _row(look: Look, *, organisation: str, link_number: int, language: Language) -> LookRow:
    points = [point_name(number, language) for number in look.points]
    if look.with_estimate:
        points.insert(0, language.text("State of health (SOH), our estimate"))
    who = VIEWERS.get(look.viewer)
    return LookRow(
        at=language.moment(look.at),
        who=language.text(who) if who else look.viewer,
        organisation=organisation,
        link_number=link_number,
        purpose=language.text(PURPOSES[look.purpose]),
        points=tuple(points),
    )


def _empty(shell: Shell) -> LooksPage:
    return LooksPage(
        shell=shell,
        nav=nav_links(shell, LOOKS),
        rows=(),
        count=0,
        since="",
        newer_address="",
        older_address="",
        table_address="",
    )


def _address(shell: Shell, battery_id: UUID, number: int) -> str:
    return address_of(shell, LOOKS, battery=str(battery_id), page=str(number))


def _page_number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(_MOST_PAGES)):
        return 1
    return max(1, min(int(text), _MOST_PAGES))


def _as_csv(rows: Sequence[LookRow], language: Language) -> bytes:
    written = StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(language.text(head) for head in TABLE_HEADS)
    for row in rows:
        link = row.link_number or ""
        what = "; ".join(row.points)
        cells = (row.at, row.who, row.organisation, link, row.purpose, what)
        writer.writerow(_harmless(str(cell)) for cell in cells)
    # Spreadsheets take the text for UTF-8 only if it says so.
    return b"\xef\xbb\xbf" + written.getvalue().encode("utf-8")


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t")) else cell
