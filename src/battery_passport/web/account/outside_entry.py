"""Signing in with a passkey, or through an organisation's provider.

In: what an authenticator or a provider answered. Out: a session's cookie, or a plain refusal.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from battery_passport.access.errors import ProviderRefused
from battery_passport.access.people.passkeys import options_to_sign_in, sign_in_with_passkey
from battery_passport.access.people.providers import come_back, depart, sign_in_through
from battery_passport.access.people.sessions import find_session
from battery_passport.access.records.people import ChallengeUse
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.web.account.desk import (
    NEVER_KEPT,
    answer,
    answer_given,
    browser_of,
    lead_to,
    safe_next,
    shell_of,
    uuid_in,
)
from battery_passport.web.account.entry import end_former, sign_in_page
from battery_passport.web.account.ports import AccountServices
from battery_passport.web.account.words import refusal_of
from battery_passport.web.forms import browser_secret, form_of
from battery_passport.web.session import begin_session

_MAX_STATE = 200


class OutsideEntryPages:
    """The ways in without a password of ours."""

    def __init__(self, services: AccountServices) -> None:
        self._services = services

    def passkey_options(self, request: Request) -> Response:
        """Return what any authenticator is asked."""
        with self._services.transactions.transaction() as desk:
            options = options_to_sign_in(
                desk, self._services.passkeys, browser=browser_secret(request)
            )
        return Response(options, media_type="application/json", headers=NEVER_KEPT)

    def passkey(self, request: Request) -> Response:
        """Take an authenticator's answer."""
        form, transactions = form_of(request), self._services.transactions
        given = answer_given(request, transactions, ChallengeUse.USE_PASSKEY)
        with transactions.transaction() as desk:
            token = sign_in_with_passkey(desk, self._services.passkeys, given)
            end_former(desk, request)
        target = safe_next(form["next"], self._services.home)
        response = JSONResponse({"next": target}, headers=NEVER_KEPT)
        begin_session(response, request, token)
        return response

    def leave(self, request: Request) -> Response:
        """Send the browser to an organisation's provider."""
        try:
            with self._services.transactions.transaction() as desk:
                found = find_session(desk, request.scope["state"].get("session_token", ""))
                joining = found.person.person_id if found else None
                departure = depart(
                    desk,
                    uuid_in(request.path_params["provider_id"]),
                    browser=browser_secret(request),
                    joining=joining if "join" in request.query_params else None,
                )
            address = self._services.providers.address(departure.account, departure.trip)
        except BatteryPassportError as error:
            return self._refused(request, error)
        return RedirectResponse(address, status_code=303, headers=NEVER_KEPT)

    def come_back(self, request: Request) -> Response:
        """Take what a provider sent along with the browser."""
        try:
            token = self._through(request)
        except BatteryPassportError as error:
            return self._refused(request, error)
        response = lead_to(shell_of(request, self._services), self._services.home)
        begin_session(response, request, token)
        return response

    def _through(self, request: Request) -> str:
        query, transactions = request.query_params, self._services.transactions
        browser = browser_of(request)
        with transactions.transaction() as desk:
            back = come_back(desk, query.get("state", "")[:_MAX_STATE], browser=browser.secret)
        if "error" in query:
            raise ProviderRefused("The provider was asked and said no.")
        # The network is asked outside any transaction; the state is used up by then.
        outside = self._services.providers.identify(back.account, back.trip, query.get("code", ""))
        with transactions.transaction() as desk:
            token = sign_in_through(desk, back, outside, browser=browser)
            end_former(desk, request)
        return token

    def _refused(self, request: Request, error: BatteryPassportError) -> Response:
        shell = shell_of(request, self._services)
        said = refusal_of(error, shell.language)
        if said is None:
            raise error
        page = sign_in_page(request, self._services, shell, said)
        return answer(page, self._services, status=said.status, headers=said.headers)
