"""The list of what an owner shares and shared, and taking it back.

In: an owner's grants. Out: rows with how long, what, how often opened; a button to revoke.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose, Resource, ResourceKind
from battery_passport.access.sharing.errors import NotYours
from battery_passport.access.sharing.model import Grant, Standing
from battery_passport.web.authorization import authorize
from battery_passport.web.forms import csrf_token
from battery_passport.web.language import Language
from battery_passport.web.owner.desk import (
    answer,
    lead_to,
    own,
    own_batteries,
    person_of,
    shell_of,
)
from battery_passport.web.owner.nav import GRANTS, NavLink, nav_links, note_text
from battery_passport.web.owner.ports import OwnerServices
from battery_passport.web.owner.words import PART_TITLES, STANDINGS
from battery_passport.web.pages.layout import Shell

_TONES = {Standing.ACTIVE: "success", Standing.EXPIRED: "gray", Standing.REVOKED: "gray"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRow:
    """One grant. `revoke_address` is empty once it ended."""

    number: int
    serial: str
    standing: str
    tone: str
    parts: tuple[str, ...]
    created: str
    until: str
    opens: int
    last_opened: str
    revoke_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantsPage:
    """The context of `owner/grants.html`."""

    template: ClassVar[str] = "owner/grants.html"
    shell: Shell
    nav: tuple[NavLink, ...]
    note: str
    csrf: str
    open_rows: tuple[GrantRow, ...]
    ended_rows: tuple[GrantRow, ...]
    share_address: str
    owns_any: bool


class GrantPages:
    """Endpoints of the list and of taking back."""

    def __init__(self, services: OwnerServices) -> None:
        self._services = services

    def list(self, request: Request) -> Response:
        """Return the list."""
        person_id, shell = person_of(request), shell_of(request, self._services)
        authorize(request, "grant.read", own(ResourceKind.GRANT, person_id), Purpose.OWN_USE)
        with self._services.reading() as stores:
            grants = stores.grants.of_person(person_id)
            owns_any = bool(own_batteries(stores, self._services, person_id))
        rows = [self._row(each, shell) for each in grants]
        page = GrantsPage(
            shell=shell,
            nav=nav_links(shell, GRANTS),
            note=note_text(request.query_params.get("done", ""), shell.language),
            csrf=csrf_token(request),
            open_rows=tuple(row for row in rows if row.revoke_address),
            ended_rows=tuple(row for row in rows if not row.revoke_address),
            share_address=shell.link("/my/share"),
            owns_any=owns_any,
        )
        return answer(page, self._services)

    def revoke(self, request: Request) -> Response:
        """Take a grant back."""
        grant_id = _identity(request.path_params["grant_id"])
        person_id = person_of(request)
        with self._services.writing() as stores:
            grant = stores.grants.by_id(grant_id)
            resource = Resource(
                kind=ResourceKind.GRANT,
                owner_id=None if grant is None else grant.person_id,
                grant_id=grant_id,
            )
            authorize(request, "grant.revoke", resource, Purpose.OWN_USE)
            stores.granting.revoke(person_id, grant_id, self._services.clock.now())
        return lead_to(shell_of(request, self._services), GRANTS, done="revoked")

    def _row(self, grant: Grant, shell: Shell) -> GrantRow:
        language = shell.language
        standing = grant.standing(self._services.clock.now())
        ended = grant.revoked_at or grant.expires_at
        address = shell.link(f"/my/grants/{grant.grant_id}/revoke")
        return GrantRow(
            number=grant.number,
            serial=self._services.facts.face(grant.battery_id).identifier.serial,
            standing=language.text(STANDINGS[standing]),
            tone=_TONES[standing],
            parts=_titles(grant, language),
            created=language.moment(grant.created_at),
            until=language.moment(ended),
            opens=grant.opens,
            last_opened=language.moment(grant.last_opened_at) if grant.last_opened_at else "",
            revoke_address=address if standing is Standing.ACTIVE else "",
        )


def _titles(grant: Grant, language: Language) -> tuple[str, ...]:
    return tuple(language.text(title) for part, title in PART_TITLES.items() if part in grant.parts)


def _identity(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotYours("You gave no such permission.") from error
