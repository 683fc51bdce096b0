"""Signing in with a password, and signing out.

In: forms. Out: a session's cookie, or one plain refusal that is the same whether or not there is
such an account.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.desk import Desk
from battery_passport.access.people.passwords import one_writing
from battery_passport.access.people.sessions import find_session
from battery_passport.access.people.signing_in import (
    Admission,
    Candidate,
    admit,
    consider,
    proves,
    refusal,
    renew_hash,
)
from battery_passport.access.records.organisations import Standing
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.web.account.desk import (
    answer,
    browser_of,
    lead_to,
    safe_next,
    shell_of,
    source_of,
)
from battery_passport.web.account.ports import AccountServices
from battery_passport.web.account.words import Refusal, refusal_of
from battery_passport.web.forms import csrf_token, form_of
from battery_passport.web.language import Language, marked
from battery_passport.web.pages.layout import Shell
from battery_passport.web.session import begin_session, cookies_of, end_session, visitor_of

KNOWN_BROWSER_S = 180 * 24 * 3600

NOTES: Mapping[str, str] = MappingProxyType(
    {
        "password-set": marked("Your new password is set. Sign in with it."),
        "signed-out": marked("You are signed out."),
        "signed-out-everywhere": marked("You are signed out everywhere."),
    }
)
"""By the word in the address; another word shows nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLink:
    """An organisation whose members sign in through its own provider."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """The context of `account/sign_in.html`."""

    template: ClassVar[str] = "account/sign_in.html"
    shell: Shell
    csrf: str
    next: str
    email: str = ""
    note: str = ""
    providers: tuple[ProviderLink, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)


class EntryPages:
    """The way in with a password, and the way out."""

    def __init__(self, services: AccountServices) -> None:
        self._services = services

    def form(self, request: Request) -> Response:
        """Return the sign-in page, or lead on somebody who is signed in already."""
        shell = shell_of(request, self._services)
        if visitor_of(request) is not None and "again" not in request.query_params:
            return lead_to(shell, safe_next(request.query_params.get("next", ""), "/account"))
        return answer(sign_in_page(request, self._services, shell), self._services)

    def sign_in(self, request: Request) -> Response:
        """Take e-mail address and password."""
        shell = shell_of(request, self._services)
        try:
            admission = self._admitted(request)
        except BatteryPassportError as error:
            said = refusal_of(error, shell.language)
            if said is None:
                raise
            page = sign_in_page(request, self._services, shell, said)
            return answer(page, self._services, status=said.status, headers=said.headers)
        wanted = form_of(request)["next"]
        response = lead_to(shell, safe_next(wanted, self._services.home))
        begin_session(response, request, admission.token)
        names = cookies_of(request)
        names.put(response, names.known, admission.known_browser, max_age_s=KNOWN_BROWSER_S)
        return response

    def sign_out(self, request: Request) -> Response:
        """End this session."""
        shell = shell_of(request, self._services)
        with self._services.transactions.transaction() as desk:
            end_former(desk, request)
        response = lead_to(shell, "/sign-in", note="signed-out")
        end_session(response, request)
        return response

    def _admitted(self, request: Request) -> Admission:
        # Two transactions: a hash that is slow on purpose must not hold up everybody's writing.
        form, transactions = form_of(request), self._services.transactions
        with transactions.transaction() as desk:
            candidate = consider(
                desk,
                email=form["email"],
                source=source_of(request),
                known_browser=request.cookies.get(cookies_of(request).known, ""),
            )
        if not proves(self._services.passwords, candidate, form["password"]):
            raise refusal()
        with transactions.transaction() as desk:
            admission = admit(desk, candidate, email=form["email"], label=browser_of(request).label)
            end_former(desk, request)
        self._renew(candidate, form["password"])
        return admission

    def _renew(self, candidate: Candidate, password: str) -> None:
        old, passwords = candidate.password_hash, self._services.passwords
        if candidate.person_id is None or not passwords.is_outdated(old):
            return
        new = passwords.hash(one_writing(password))
        with self._services.transactions.transaction() as desk:
            renew_hash(desk, candidate.person_id, old=old, new=new)


def sign_in_page(
    request: Request, services: AccountServices, shell: Shell, said: Refusal | None = None
) -> SignInPage:
    """Return the sign-in page; the address that was typed stays, the password does not."""
    form, query = form_of(request), request.query_params
    return SignInPage(
        shell=shell,
        csrf=csrf_token(request),
        next=form["next"] or query.get("next", ""),
        email=form["email"],
        note=note_text(query.get("note", ""), shell.language),
        providers=_providers(services),
        faults=said.faults if said else {},
    )


def note_text(word: str, language: Language) -> str:
    """Return the note that an address asks for, empty without one."""
    return language.text(NOTES[word]) if word in NOTES else ""


def end_former(desk: Desk, request: Request) -> None:
    """End the session that this request came with, if any: sign-in always begins a new one."""
    found = find_session(desk, request.scope["state"].get("session_token", ""))
    if found is not None:
        desk.sessions.end(found.person.person_id, found.session.session_id)


def _providers(services: AccountServices) -> tuple[ProviderLink, ...]:
    with services.transactions.reading() as desk:
        offered = (
            (desk.organisations.account(each.organisation_id), each)
            for each in desk.organisations.providers()
        )
        return tuple(
            ProviderLink(name=owner.name, address=f"/sign-in/provider/{each.provider_id}")
            for owner, each in offered
            if owner is not None and owner.standing is Standing.ACTIVE
        )
