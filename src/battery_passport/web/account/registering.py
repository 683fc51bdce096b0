"""Registering and recovering: a form, a letter, and a link in it.

In: forms and the tokens of links. Out: the same page whether or not an account exists; sessions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.people.passwords import check_password
from battery_passport.access.people.recovering import ask_for_recovery, recover, recoverable
from battery_passport.access.people.registering import (
    check_newcomer,
    confirm_registration,
    register,
)
from battery_passport.access.people.sessions import begin_session as begin
from battery_passport.access.records.people import SignInMethod
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.web.account.desk import answer, browser_of, lead_to, shell_of, source_of
from battery_passport.web.account.entry import end_former
from battery_passport.web.account.ports import AccountServices
from battery_passport.web.account.words import refusal_of
from battery_passport.web.forms import csrf_token, form_of
from battery_passport.web.language import marked
from battery_passport.web.pages.layout import Shell
from battery_passport.web.session import begin_session

_SENT = (
    marked("Look into your mailbox"),
    marked("We sent a letter to this address. Open the link in it to go on."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    """The context of `account/register.html`."""

    template: ClassVar[str] = "account/register.html"
    shell: Shell
    csrf: str
    name: str = ""
    email: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverPage:
    """The context of `account/recover.html`."""

    template: ClassVar[str] = "account/recover.html"
    shell: Shell
    csrf: str
    email: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPage:
    """The context of `account/new_password.html`."""

    template: ClassVar[str] = "account/new_password.html"
    shell: Shell
    csrf: str
    email: str
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """The context of `account/notice.html`: what happened, and at most one thing to do next."""

    template: ClassVar[str] = "account/notice.html"
    shell: Shell
    title: str
    lead: str
    csrf: str = ""
    button: str = ""
    email: str = ""


class RegisterPages:
    """Making an account."""

    def __init__(self, services: AccountServices) -> None:
        self._services = services

    def form(self, request: Request) -> Response:
        """Return the empty form."""
        shell = shell_of(request, self._services)
        return answer(RegisterPage(shell=shell, csrf=csrf_token(request)), self._services)

    def register(self, request: Request) -> Response:
        """Take name, address and password; a letter finishes it."""
        form, shell = form_of(request), shell_of(request, self._services)
        try:
            newcomer = check_newcomer(
                name=form["name"],
                email=form["email"],
                password=form["password"],
                language=shell.language.code,
            )
            hashed = self._services.passwords.hash(newcomer.password)
            with self._services.transactions.transaction() as desk:
                register(desk, newcomer, password_hash=hashed, source=source_of(request))
        except BatteryPassportError as error:
            said = refusal_of(error, shell.language)
            if said is None:
                raise
            page = RegisterPage(
                shell=shell,
                csrf=csrf_token(request),
                name=form["name"][:200],
                email=form["email"][:300],
                faults=said.faults,
            )
            return answer(page, self._services, status=said.status, headers=said.headers)
        return answer(letter_sent(shell, newcomer.email), self._services)

    def link(self, request: Request) -> Response:
        """Return the page of a letter's link; looking at it uses nothing up."""
        shell = shell_of(request, self._services)
        text = shell.language.text
        page = NoticePage(
            shell=shell,
            title=text("Finish your registration"),
            lead=text("Press the button, and your account is made."),
            csrf=csrf_token(request),
            button=text("Make my account"),
        )
        return answer(page, self._services)

    def confirm(self, request: Request) -> Response:
        """Make the account and sign in."""
        shell = shell_of(request, self._services)
        with self._services.transactions.transaction() as desk:
            person = confirm_registration(desk, request.path_params["token"])
            end_former(desk, request)
            token = begin(
                desk,
                person.person_id,
                method=SignInMethod.LINK,
                label=browser_of(request).label,
            )
        response = lead_to(shell, self._services.home)
        begin_session(response, request, token)
        return response


class RecoverPages:
    """Getting back into an account."""

    def __init__(self, services: AccountServices) -> None:
        self._services = services

    def form(self, request: Request) -> Response:
        """Return the form that asks for a letter."""
        shell = shell_of(request, self._services)
        return answer(RecoverPage(shell=shell, csrf=csrf_token(request)), self._services)

    def ask(self, request: Request) -> Response:
        """Send a letter to the address, whether it has an account or not."""
        form, shell = form_of(request), shell_of(request, self._services)
        try:
            with self._services.transactions.transaction() as desk:
                ask_for_recovery(
                    desk,
                    email=form["email"],
                    source=source_of(request),
                    language=shell.language.code,
                )
        except BatteryPassportError as error:
            said = refusal_of(error, shell.language)
            if said is None:
                raise
            page = RecoverPage(
                shell=shell,
                csrf=csrf_token(request),
                email=form["email"][:300],
                faults=said.faults,
            )
            return answer(page, self._services, status=said.status, headers=said.headers)
        return answer(letter_sent(shell, form["email"].strip()), self._services)

    def link(self, request: Request) -> Response:
        """Return the form for a new password."""
        shell = shell_of(request, self._services)
        with self._services.transactions.reading() as desk:
            profile = recoverable(desk, request.path_params["token"])
        page = PasswordPage(shell=shell, csrf=csrf_token(request), email=profile.email)
        return answer(page, self._services)

    def set(self, request: Request) -> Response:
        """Set the new password; everybody is signed out."""
        shell, token = shell_of(request, self._services), request.path_params["token"]
        with self._services.transactions.reading() as desk:
            profile = recoverable(desk, token)
        try:
            password = check_password(
                form_of(request)["password"], email=profile.email, name=profile.name
            )
        except BatteryPassportError as error:
            said = refusal_of(error, shell.language)
            if said is None:
                raise
            page = PasswordPage(
                shell=shell, csrf=csrf_token(request), email=profile.email, faults=said.faults
            )
            return answer(page, self._services, status=said.status)
        hashed = self._services.passwords.hash(password)
        with self._services.transactions.transaction() as desk:
            recover(desk, token, password_hash=hashed)
        return lead_to(shell, "/sign-in", note="password-set")


def letter_sent(shell: Shell, email: str) -> NoticePage:
    """Return the page after a letter was sent: always the same."""
    title, lead = (shell.language.text(each) for each in _SENT)
    return NoticePage(shell=shell, title=title, lead=lead, email=email)
