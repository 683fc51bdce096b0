"""An invitation's link: accepted by the reader of the invited address, who may be new here.

In: the link's token, and name and password of a newcomer. Out: a membership and a session.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.desk import Desk
from battery_passport.access.errors import LinkNotUsable
from battery_passport.access.organisations.members import (
    accept,
    invitation_at,
    invited_address,
)
from battery_passport.access.people.reading import person_at
from battery_passport.access.people.registering import Newcomer, add_person, check_newcomer
from battery_passport.access.people.sessions import begin_session as begin
from battery_passport.access.people.sessions import choose_place, find_session
from battery_passport.access.records.people import SignInMethod
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.web.account.desk import answer, browser_of, lead_to, shell_of, signed_in
from battery_passport.web.account.ports import AccountServices
from battery_passport.web.account.words import KIND_WORDS, ROLE_WORDS, Refusal, refusal_of
from battery_passport.web.forms import csrf_token, form_of
from battery_passport.web.pages.layout import Shell
from battery_passport.web.session import begin_session, visitor_of


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationPage:
    """The context of `account/invitation.html`: whoever has an account signs in first."""

    template: ClassVar[str] = "account/invitation.html"
    shell: Shell
    csrf: str
    organisation: str
    kind: str
    roles: str
    steward: bool
    email: str
    signed_in: bool
    right_person: bool
    has_account: bool
    sign_in_address: str
    name: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)


class InvitationPages:
    """Accepting an invitation."""

    def __init__(self, services: AccountServices) -> None:
        self._services = services

    def show(self, request: Request) -> Response:
        """Return what one is invited to; looking at it uses nothing up."""
        return self._page(request)

    def accept(self, request: Request) -> Response:
        """Become a member, signed in or as a newcomer."""
        shell = shell_of(request, self._services)
        try:
            token = self._joined(request) if visitor_of(request) is None else ""
            if not token:
                self._accepted(request)
        except BatteryPassportError as error:
            said = refusal_of(error, shell.language)
            if said is None or isinstance(error, LinkNotUsable):
                raise
            return self._page(request, said)
        response = lead_to(shell, self._services.home)
        if token:
            begin_session(response, request, token)
        return response

    def _accepted(self, request: Request) -> None:
        with self._services.transactions.transaction() as desk:
            found = signed_in(desk, request)
            account = accept(desk, request.path_params["token"], found.person)
            again = find_session(desk, request.scope["state"]["session_token"])
            if again is not None and not again.session.bound:
                choose_place(desk, again, account.organisation_id)

    def _joined(self, request: Request) -> str:
        token, newcomer = request.path_params["token"], self._newcomer(request)
        hashed = self._services.passwords.hash(newcomer.password)
        with self._services.transactions.transaction() as desk:
            invitation, _account = invitation_at(desk, token)
            if person_at(desk, invited_address(desk, invitation)) is not None:
                raise LinkNotUsable(
                    "There is an account with the invited address.",
                    remedy="Sign in with it, then open the link again.",
                )
            person = add_person(
                desk,
                new_uuid7(desk.moment),
                name=newcomer.name,
                email=newcomer.email,
                language=newcomer.language,
                password_hash=hashed,
            )
            accept(desk, token, person)
            label = browser_of(request).label
            return begin(desk, person.person_id, method=SignInMethod.LINK, label=label)

    def _newcomer(self, request: Request) -> Newcomer:
        form = form_of(request)
        with self._services.transactions.reading() as desk:
            invitation, _account = invitation_at(desk, request.path_params["token"])
            address = invited_address(desk, invitation)
        return check_newcomer(
            name=form["name"],
            email=address,
            password=form["password"],
            language=shell_of(request, self._services).language.code,
        )

    def _page(self, request: Request, said: Refusal | None = None) -> Response:
        shell = shell_of(request, self._services)
        with self._services.transactions.reading() as desk:
            page = _invitation_page(desk, request, shell, said)
        return answer(page, self._services, status=said.status if said else 200)


def _invitation_page(
    desk: Desk, request: Request, shell: Shell, said: Refusal | None
) -> InvitationPage:
    token, language = request.path_params["token"], shell.language
    invitation, account = invitation_at(desk, token)
    address = invited_address(desk, invitation)
    found = find_session(desk, request.scope["state"].get("session_token", ""))
    return InvitationPage(
        shell=shell,
        csrf=csrf_token(request),
        organisation=account.name,
        kind=language.text(KIND_WORDS[account.kind]),
        roles=", ".join(language.text(ROLE_WORDS[each]) for each in sorted(invitation.roles)),
        steward=invitation.steward,
        email=address,
        signed_in=found is not None,
        right_person=found is not None and found.person.email_lookup == invitation.email_lookup,
        has_account=person_at(desk, address) is not None,
        sign_in_address=f"/sign-in?next=/invitation/{token}",
        name=form_of(request)["name"][:200],
        faults=said.faults if said else {},
    )
