"""One's own account: name and language, password, passkeys, sessions, whom one acts for.

In: forms of somebody signed in. Out: the page; each change at once, with a trace where it opens or
closes the account.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from battery_passport.access.desk import Desk
from battery_passport.access.errors import SignInRefused
from battery_passport.access.model import Purpose, Resource, ResourceKind, Role
from battery_passport.access.people.changing import (
    ask_for_password,
    change_profile,
    replace_password,
)
from battery_passport.access.people.passkeys import (
    add_passkey,
    check_may_change,
    check_may_remove,
    options_to_add,
    remove_passkey,
)
from battery_passport.access.people.passwords import check_password, one_writing
from battery_passport.access.people.reading import profile_of
from battery_passport.access.people.sessions import (
    SignedIn,
    choose_place,
    live_sessions,
    prove_session,
)
from battery_passport.access.records.people import ChallengeUse
from battery_passport.foundation.encoding import base64url_decode, base64url_encode
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.web.account.desk import (
    NEVER_KEPT,
    answer,
    answer_given,
    lead_to,
    safe_next,
    shell_of,
    signed_in,
    uuid_in,
)
from battery_passport.web.account.ports import AccountServices
from battery_passport.web.account.words import METHOD_WORDS, ROLE_WORDS, Refusal, refusal_of
from battery_passport.web.authorization import authorize
from battery_passport.web.forms import browser_secret, csrf_token, form_of
from battery_passport.web.language import LANGUAGE_NAMES, Language
from battery_passport.web.pages.layout import Shell
from battery_passport.web.session import begin_session, end_session, principal_of

Change = Callable[[Desk, SignedIn], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRow:
    """One passkey of the list."""

    reference: str
    label: str
    added: str
    used: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One place where the person is signed in."""

    reference: str
    label: str
    how: str
    started: str
    used: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """One organisation the person can act for."""

    reference: str
    name: str
    roles: str
    current: bool
    steward: bool
    join_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """The context of `account/account.html`."""

    template: ClassVar[str] = "account/account.html"
    shell: Shell
    csrf: str
    name: str
    email: str
    language: str
    languages: Mapping[str, str]
    has_password: bool
    passkeys: tuple[PasskeyRow, ...]
    sessions: tuple[SessionRow, ...]
    places: tuple[PlaceRow, ...]
    acts_for_self: bool
    bound: bool
    is_administrator: bool
    saved: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)


class AccountPages:
    """The page of one's account and what can be changed there."""

    def __init__(self, services: AccountServices) -> None:
        self._services = services

    def show(self, request: Request) -> Response:
        """Return the account."""
        _authorize(request, "account.read")
        return self._page(request)

    def save_profile(self, request: Request) -> Response:
        """Save name and language."""
        _authorize(request, "account.change")
        form = form_of(request)

        def change(desk: Desk, found: SignedIn) -> None:
            change_profile(desk, found.person, name=form["name"], language=form["language"])

        return self._changed(request, change)

    def save_password(self, request: Request) -> Response:
        """Set a new password after the old one was given."""
        _authorize(request, "account.change")
        form, shell = form_of(request), shell_of(request, self._services)
        try:
            self._replace_password(request, old=form["old"], new=form["new"])
        except BatteryPassportError as error:
            said = refusal_of(error, shell.language)
            if said is None:
                raise
            names = {"password": "new", "": "old"}
            moved = Refusal(names.get(said.field, "old"), said.text, said.status, said.headers)
            return self._page(request, moved)
        return lead_to(shell, "/account", saved="1")

    def _replace_password(self, request: Request, *, old: str, new: str) -> None:
        # The slow hashes are made between two transactions.
        services = self._services
        with services.transactions.transaction() as desk:
            found = signed_in(desk, request)
            profile = profile_of(desk, found.person)
            challenged = ask_for_password(desk, found)
        wanted = check_password(new, email=profile.email, name=profile.name)
        if not services.passwords.matches(challenged.password_hash, one_writing(old)):
            raise SignInRefused("The present password is another one.")
        hashed = services.passwords.hash(wanted)
        with services.transactions.transaction() as desk:
            replace_password(desk, challenged, password_hash=hashed)

    def passkey_options(self, request: Request) -> Response:
        """Return what the authenticator is asked for a new passkey."""
        _authorize(request, "account.change")
        with self._services.transactions.transaction() as desk:
            found = signed_in(desk, request)
            check_may_change(desk, found)
            options = options_to_add(
                desk, self._services.passkeys, found.person, browser=browser_secret(request)
            )
        return Response(options, media_type="application/json", headers=NEVER_KEPT)

    def add_passkey(self, request: Request) -> Response:
        """Keep what the authenticator made; making it has shown it too."""
        _authorize(request, "account.change")
        form, services = form_of(request), self._services
        given = answer_given(request, services.transactions, ChallengeUse.ADD_PASSKEY)
        with services.transactions.transaction() as desk:
            found = signed_in(desk, request)
            check_may_change(desk, found)
            add_passkey(desk, services.passkeys, found.person, given, label=form["label"])
            token = prove_session(desk, found)
        target = safe_next(form["next"], "/account?saved=1")
        response = JSONResponse({"next": target}, headers=NEVER_KEPT)
        begin_session(response, request, token)
        return response

    def remove_passkey(self, request: Request) -> Response:
        """Forget a passkey."""
        _authorize(request, "account.change")
        reference = form_of(request)["passkey"]

        def change(desk: Desk, found: SignedIn) -> None:
            check_may_change(desk, found)
            check_may_remove(desk, found.person)
            remove_passkey(desk, found.person, base64url_decode(reference))

        return self._changed(request, change)

    def end_session(self, request: Request) -> Response:
        """Sign out one other place."""
        _authorize(request, "account.change")
        session_id = uuid_in(form_of(request)["session"])

        def change(desk: Desk, found: SignedIn) -> None:
            desk.sessions.end(found.person.person_id, session_id)

        return self._changed(request, change)

    def end_everywhere(self, request: Request) -> Response:
        """Sign out everywhere, here too."""
        _authorize(request, "account.change")
        with self._services.transactions.transaction() as desk:
            desk.sessions.end_all(signed_in(desk, request).person.person_id)
        shell = shell_of(request, self._services)
        response = lead_to(shell, "/sign-in", note="signed-out-everywhere")
        end_session(response, request)
        return response

    def act_for(self, request: Request) -> Response:
        """Choose the organisation one acts for, or oneself."""
        form = form_of(request)
        chosen = uuid_in(form["organisation"]) if form["organisation"] else None
        with self._services.transactions.transaction() as desk:
            choose_place(desk, signed_in(desk, request), chosen)
        shell = shell_of(request, self._services)
        return lead_to(shell, safe_next(form["next"], self._services.home))

    def _changed(self, request: Request, change: Change) -> Response:
        shell = shell_of(request, self._services)
        try:
            with self._services.transactions.transaction() as desk:
                change(desk, signed_in(desk, request))
        except BatteryPassportError as error:
            said = refusal_of(error, shell.language)
            if said is None:
                raise
            return self._page(request, said)
        return lead_to(shell, "/account", saved="1")

    def _page(self, request: Request, said: Refusal | None = None) -> Response:
        shell = shell_of(request, self._services)
        with self._services.transactions.reading() as desk:
            page = _account_page(desk, signed_in(desk, request), shell, request, said=said)
        if said is None:
            return answer(page, self._services)
        return answer(page, self._services, status=said.status, headers=said.headers)


def _authorize(request: Request, action: str) -> None:
    own = Resource(kind=ResourceKind.PERSON, owner_id=principal_of(request).person_id)
    authorize(request, action, own, Purpose.OWN_USE)


def _account_page(
    desk: Desk, found: SignedIn, shell: Shell, request: Request, *, said: Refusal | None
) -> AccountPage:
    profile, form = profile_of(desk, found.person), form_of(request)
    return AccountPage(
        shell=shell,
        csrf=csrf_token(request),
        name=form["name"][:200] if said and "name" in form else profile.name,
        email=profile.email,
        language=profile.language,
        languages=LANGUAGE_NAMES,
        has_password=found.person.password_hash is not None,
        passkeys=_passkey_rows(desk, found, shell.language),
        sessions=_session_rows(desk, found, shell.language),
        places=_place_rows(desk, found, shell.language),
        acts_for_self=found.place is None,
        bound=found.session.bound,
        is_administrator=Role.ADMINISTRATOR in found.principal.roles,
        saved="saved" in request.query_params,
        faults=said.faults if said else {},
    )


def _passkey_rows(desk: Desk, found: SignedIn, language: Language) -> tuple[PasskeyRow, ...]:
    return tuple(
        PasskeyRow(
            reference=base64url_encode(each.credential_id),
            label=each.label,
            added=language.day_of(each.added_at),
            used=language.moment(each.last_used_at) if each.last_used_at else "",
        )
        for each in desk.people.passkeys_of(found.person.person_id)
    )


def _session_rows(desk: Desk, found: SignedIn, language: Language) -> tuple[SessionRow, ...]:
    return tuple(
        SessionRow(
            reference=str(each.session_id),
            label=each.label or language.text("Unknown browser"),
            how=language.text(METHOD_WORDS[each.method]),
            started=language.moment(each.started_at),
            used=language.moment(each.last_used_at),
            current=each.session_id == found.session.session_id,
        )
        for each in live_sessions(desk, found.person.person_id)
    )


def _place_rows(desk: Desk, found: SignedIn, language: Language) -> tuple[PlaceRow, ...]:
    providers = {each.organisation_id: each.provider_id for each in desk.organisations.providers()}
    return tuple(
        PlaceRow(
            reference=str(each.account.organisation_id),
            name=each.account.name,
            roles=", ".join(
                language.text(ROLE_WORDS[role]) for role in sorted(each.membership.roles)
            ),
            current=found.place is each,
            steward=each.membership.steward,
            join_address=_join_address(providers.get(each.account.organisation_id)),
        )
        for each in found.places
    )


def _join_address(provider_id: UUID | None) -> str:
    return "" if provider_id is None else f"/sign-in/provider/{provider_id}?join=1"
