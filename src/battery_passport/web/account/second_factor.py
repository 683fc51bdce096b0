"""Where privileged people show a passkey: at first sign-in they make one, later they confirm.

In: sessions that act for nobody yet, or that showed a passkey long ago. Out: the page, which sends
what was typed once more after the passkey was shown; a request for help where all are lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from battery_passport.access.desk import Desk
from battery_passport.access.model import Purpose, Resource, ResourceKind
from battery_passport.access.people.passkey_recovery import ask_for_passkeys
from battery_passport.access.people.passkeys import options_to_prove, prove_with_passkey
from battery_passport.access.people.second_factor import Factor, proved_lately
from battery_passport.access.people.sessions import SignedIn
from battery_passport.access.records.people import ChallengeUse
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.web.account.desk import (
    NEVER_KEPT,
    answer,
    answer_given,
    lead_to,
    safe_next,
    shell_of,
    signed_in,
)
from battery_passport.web.account.ports import AccountServices
from battery_passport.web.account.words import refusal_of
from battery_passport.web.authorization import SECOND_FACTOR_PATH, authorize
from battery_passport.web.forms import CSRF_FIELD, SAFE_METHODS, browser_secret, csrf_token, form_of
from battery_passport.web.forms import token_of as csrf_of
from battery_passport.web.pages.layout import Shell
from battery_passport.web.session import begin_session, principal_of

_MAX_CARRIED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorPage:
    """The context of `account/second_factor.html`.

    `carried` is what was typed into the form that asked for the passkey, to be sent again to `to`.
    """

    template: ClassVar[str] = "account/second_factor.html"
    shell: Shell
    csrf: str
    enrols: bool
    organisation: str
    next: str
    to: str = ""
    carried: tuple[tuple[str, str], ...] = ()
    asked_until: str = ""
    may_ask: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)


class SecondFactorPages:
    """The page, the ceremony and the call for help."""

    def __init__(self, services: AccountServices) -> None:
        self._services = services

    def show(self, request: Request) -> Response:
        """Return the page, or lead on where a passkey was shown just now."""
        _authorize(request, "account.read")
        return self._page(request, way=self._next(request.query_params.get("next", "")))

    def ask(self, request: Request) -> Response:
        """Return the page in answer to a request that needs a passkey; nothing of it was done."""
        if request.method in SAFE_METHODS:
            query = f"?{request.url.query}" if request.url.query else ""
            shell = shell_of(request, self._services)
            return lead_to(shell, SECOND_FACTOR_PATH, next=f"{request.url.path}{query}")
        pairs = tuple((k, v) for k, v in form_of(request).pairs if k != CSRF_FIELD)
        fits = sum(len(name) + len(value) for name, value in pairs) <= _MAX_CARRIED
        to = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
        return self._page(
            request,
            way=self._next(""),
            to=to if fits and pairs else "",
            carried=pairs if fits else (),
            status=403,
        )

    def options(self, request: Request) -> Response:
        """Return what the authenticator is asked."""
        _authorize(request, "account.change")
        with self._services.transactions.transaction() as desk:
            options = options_to_prove(
                desk,
                self._services.passkeys,
                signed_in(desk, request).person,
                browser=browser_secret(request),
            )
        return Response(options, media_type="application/json", headers=NEVER_KEPT)

    def answer(self, request: Request) -> Response:
        """Take the authenticator's answer; the session goes on under another token."""
        _authorize(request, "account.change")
        transactions = self._services.transactions
        given = answer_given(request, transactions, ChallengeUse.PROVE_PASSKEY)
        with transactions.transaction() as desk:
            found = signed_in(desk, request)
            token = prove_with_passkey(desk, self._services.passkeys, found, given)
        target = self._next(form_of(request)["next"])
        response = JSONResponse({"next": target, "csrf": csrf_of(token)}, headers=NEVER_KEPT)
        begin_session(response, request, token)
        return response

    def lost(self, request: Request) -> Response:
        """Ask two administrators to vouch for somebody who has lost his passkeys."""
        _authorize(request, "account.change")
        shell = shell_of(request, self._services)
        try:
            with self._services.transactions.transaction() as desk:
                ask_for_passkeys(desk, signed_in(desk, request))
        except BatteryPassportError as error:
            said = refusal_of(error, shell.language)
            if said is None:
                raise
            return self._page(request, way=self._next(""), status=said.status, faults=said.faults)
        return lead_to(shell, SECOND_FACTOR_PATH, next=self._next(form_of(request)["next"]))

    def _next(self, wanted: str) -> str:
        return safe_next(wanted, self._services.home)

    def _page(
        self,
        request: Request,
        *,
        way: str,
        to: str = "",
        carried: tuple[tuple[str, str], ...] = (),
        status: int = 200,
        faults: Mapping[str, str] | None = None,
    ) -> Response:
        shell = shell_of(request, self._services)
        with self._services.transactions.reading() as desk:
            found = signed_in(desk, request)
            if not to and proved_lately(found.session, desk.moment):
                return lead_to(shell, way)
            page = SecondFactorPage(
                shell=shell,
                csrf=csrf_token(request),
                enrols=not desk.people.passkeys_of(found.person.person_id),
                organisation=found.place.account.name if found.place else "",
                next=way,
                to=to,
                carried=carried,
                asked_until=_asked_until(desk, found, shell),
                may_ask=found.factor is Factor.PROVE,
                faults=faults or {},
            )
        return answer(page, self._services, status=status)


def _asked_until(desk: Desk, found: SignedIn, shell: Shell) -> str:
    asked = desk.recoveries.open_of_person(found.person.person_id, desk.moment)
    return "" if asked is None else shell.language.moment(asked.expires_at)


def _authorize(request: Request, action: str) -> None:
    own = Resource(kind=ResourceKind.PERSON, owner_id=principal_of(request).person_id)
    authorize(request, action, own, Purpose.OWN_USE)
