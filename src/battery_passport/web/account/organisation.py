"""My organisation: members, invitations, keys of machines.

In: forms of a member; what only a steward may do is asked of the policies. Out: the page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.desk import Desk
from battery_passport.access.errors import UnusableApplication
from battery_passport.access.machines.clients import register_client, revoke_client
from battery_passport.access.machines.keys import issue_key, revoke_key
from battery_passport.access.model import Purpose, Resource, ResourceKind
from battery_passport.access.organisations.applying import regions
from battery_passport.access.organisations.members import (
    change_roles,
    end_membership,
    invite,
    member,
    withdraw,
)
from battery_passport.access.people.sessions import SignedIn
from battery_passport.access.policy.errors import SignInNeeded
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.foundation.strict_json import parse_json_object
from battery_passport.web.account.desk import answer, lead_to, shell_of, signed_in, uuid_in
from battery_passport.web.account.organisation_rows import (
    ClientRow,
    InvitationRow,
    KeyRow,
    MemberRow,
    RoleChoice,
    ScopeChoice,
    client_rows,
    invitation_rows,
    key_rows,
    member_rows,
    role_choices,
    scope_choices,
)
from battery_passport.web.account.ports import AccountServices
from battery_passport.web.account.words import KIND_WORDS, Refusal, refusal_of
from battery_passport.web.authorization import authorize, may
from battery_passport.web.forms import csrf_token, form_of
from battery_passport.web.pages.layout import Shell
from battery_passport.web.session import principal_of

OFFICE = "/organisation"
_DAYS = (30, 90, 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationPage:
    """The context of `account/organisation.html`. `made` is a new key, shown this once."""

    template: ClassVar[str] = "account/organisation.html"
    shell: Shell
    csrf: str
    reference: str
    name: str
    kind: str
    region: str
    steward: bool
    alone: bool
    members: tuple[MemberRow, ...]
    invitations: tuple[InvitationRow, ...]
    keys: tuple[KeyRow, ...]
    clients: tuple[ClientRow, ...]
    roles: tuple[RoleChoice, ...]
    scopes: tuple[ScopeChoice, ...]
    days: tuple[int, ...] = _DAYS
    made: str = ""
    made_client: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    saved: bool = False
    form_at: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)


Change = Callable[[Desk, SignedIn, UUID], None]


class OrganisationPages:
    """The organisation that the session acts for."""

    def __init__(self, services: AccountServices) -> None:
        self._services = services

    def show(self, request: Request) -> Response:
        """Return the organisation, or the way to one."""
        if principal_of(request).organisation_id is None:
            authorize(request, "organisation.apply", _PLATFORM, Purpose.OWN_USE)
            return lead_to(shell_of(request, self._services), "/organisation/apply")
        _authorize(request, "organisation.read")
        return self._page(request)

    def invite(self, request: Request) -> Response:
        """Send an invitation."""
        form = form_of(request)

        def change(desk: Desk, found: SignedIn, organisation_id: UUID) -> None:
            invite(
                desk,
                organisation_id,
                email=form["email"],
                roles=form.all("roles"),
                steward=form["steward"] == "yes",
                invited_by=found.person.person_id,
            )

        return self._changed(request, "organisation.invite", change)

    def withdraw(self, request: Request) -> Response:
        """Close an open invitation."""
        invitation_id = uuid_in(form_of(request)["invitation"])

        def change(desk: Desk, found: SignedIn, organisation_id: UUID) -> None:
            withdraw(desk, organisation_id, invitation_id, actor=found.person.person_id)

        return self._changed(request, "organisation.invite", change)

    def change_member(self, request: Request) -> Response:
        """Give a member other roles, or let him go."""
        form = form_of(request)
        person_id = uuid_in(form["member"])

        def change(desk: Desk, found: SignedIn, organisation_id: UUID) -> None:
            membership = member(desk, organisation_id, person_id)
            actor = found.person.person_id
            if form["end"] == "yes":
                end_membership(desk, membership, actor=actor)
                return
            change_roles(
                desk,
                membership,
                roles=form.all("roles"),
                steward=form["steward"] == "yes",
                actor=actor,
            )

        return self._changed(request, "organisation.roles", change)

    def leave(self, request: Request) -> Response:
        """Leave the organisation."""

        def change(desk: Desk, found: SignedIn, organisation_id: UUID) -> None:
            actor = found.person.person_id
            desk.sessions.act_for(found.session.session_id, None)
            end_membership(desk, member(desk, organisation_id, actor), actor=actor)

        return self._changed(request, "organisation.leave", change, then="/account")

    def issue_key(self, request: Request) -> Response:
        """Issue a key and show it this once."""
        form, made = form_of(request), []

        def change(desk: Desk, found: SignedIn, organisation_id: UUID) -> None:
            made.append(
                issue_key(
                    desk,
                    organisation_id,
                    label=form["label"],
                    scopes=form.all("scopes"),
                    days=_whole(form["days"]),
                    actor=found.person.person_id,
                )
            )

        refused = self._tried(request, "api-key.issue", change)
        return refused or self._page(request, made=made[0])

    def revoke_key(self, request: Request) -> Response:
        """End a key."""
        key_id = uuid_in(form_of(request)["key"])

        def change(desk: Desk, found: SignedIn, organisation_id: UUID) -> None:
            revoke_key(desk, organisation_id, key_id, actor=found.person.person_id)

        return self._changed(request, "api-key.revoke", change)

    def register_client(self, request: Request) -> Response:
        """Register a machine that signs with a key of its own."""
        form, made = form_of(request), []

        def change(desk: Desk, found: SignedIn, organisation_id: UUID) -> None:
            made.append(
                register_client(
                    desk,
                    organisation_id,
                    label=form["label"],
                    jwk=parse_json_object(form["jwk"]),
                    scopes=form.all("scopes"),
                    actor=found.person.person_id,
                )
            )

        refused = self._tried(request, "api-key.issue", change)
        return refused or self._page(request, made_client=str(made[0]))

    def revoke_client(self, request: Request) -> Response:
        """End a machine."""
        client_id = uuid_in(form_of(request)["client"])

        def change(desk: Desk, found: SignedIn, organisation_id: UUID) -> None:
            revoke_client(desk, organisation_id, client_id, actor=found.person.person_id)

        return self._changed(request, "api-key.revoke", change)

    def _changed(
        self, request: Request, action: str, change: Change, *, then: str = OFFICE
    ) -> Response:
        refused = self._tried(request, action, change)
        return refused or lead_to(shell_of(request, self._services), then, saved="1")

    def _tried(self, request: Request, action: str, change: Change) -> Response | None:
        _authorize(request, action)
        shell = shell_of(request, self._services)
        try:
            with self._services.transactions.transaction() as desk:
                found = signed_in(desk, request)
                change(desk, found, _organisation_of(found))
        except BatteryPassportError as error:
            said = refusal_of(error, shell.language)
            if said is None:
                raise
            return self._page(request, said)
        return None

    def _page(
        self,
        request: Request,
        said: Refusal | None = None,
        *,
        made: str = "",
        made_client: str = "",
    ) -> Response:
        shell = shell_of(request, self._services)
        steward = may(request, "organisation.invite", _own(request), Purpose.ADMINISTRATION)
        with self._services.transactions.reading() as desk:
            page = _page(
                desk,
                request,
                shell,
                steward=steward,
                said=said,
                news=(made, made_client),
            )
        status, headers = (said.status, said.headers) if said else (200, {})
        return answer(page, self._services, status=status, headers=headers)


_PLATFORM = Resource(kind=ResourceKind.PLATFORM)


def _own(request: Request, kind: ResourceKind = ResourceKind.ORGANISATION) -> Resource:
    principal = principal_of(request)
    return Resource(kind=kind, responsible_id=principal.organisation_id, region=principal.region)


def _authorize(request: Request, action: str) -> None:
    key = action.startswith("api-key.")
    kind = ResourceKind.API_KEY if key else ResourceKind.ORGANISATION
    authorize(request, action, _own(request, kind), Purpose.ADMINISTRATION)


def _organisation_of(found: SignedIn) -> UUID:
    if found.place is None:
        raise SignInNeeded("The session acts for no organisation any more.")
    return found.place.account.organisation_id


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise UnusableApplication("Choose how long the key lasts.")
    return int(text)


def _page(
    desk: Desk,
    request: Request,
    shell: Shell,
    *,
    steward: bool,
    said: Refusal | None,
    news: tuple[str, str],
) -> OrganisationPage:
    found, form = signed_in(desk, request), form_of(request)
    place, language = found.place, shell.language
    if place is None:
        raise SignInNeeded("The session acts for no organisation any more.")
    own = place.account.organisation_id
    members = member_rows(desk, found, language)
    return OrganisationPage(
        shell=shell,
        csrf=csrf_token(request),
        reference=str(own),
        name=place.account.name,
        kind=language.text(KIND_WORDS[place.account.kind]),
        region=regions(desk).get(place.account.region, place.account.region),
        steward=steward,
        alone=len(members) == 1,
        members=members,
        invitations=invitation_rows(desk, own, language) if steward else (),
        keys=key_rows(desk, own, language) if steward else (),
        clients=client_rows(desk, own, language) if steward else (),
        roles=role_choices(place.account.kind, language, form.all("roles") if said else ()),
        scopes=scope_choices(language, form.all("scopes") if said else ()),
        made=news[0],
        made_client=news[1],
        typed={name: form[name][:2_000] for name in ("email", "label", "jwk")} if said else {},
        saved="saved" in request.query_params,
        form_at=request.url.path if said else "",
        faults=said.faults if said else {},
    )
