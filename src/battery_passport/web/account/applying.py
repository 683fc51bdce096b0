"""An organisation applies to a city, and the city's administrator decides.

In: forms. Out: pages; another city's organisations are nowhere to be found.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.desk import Desk
from battery_passport.access.errors import UnusableApplication
from battery_passport.access.model import Principal, Purpose, Resource, ResourceKind
from battery_passport.access.organisations.applying import (
    apply,
    approve,
    check_application,
    contact_of,
    refuse,
    regions,
)
from battery_passport.access.records.organisations import (
    OrganisationAccount,
    OrganisationKind,
    Standing,
)
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.web.account.desk import answer, lead_to, shell_of, signed_in, uuid_in
from battery_passport.web.account.ports import AccountServices
from battery_passport.web.account.registering import NoticePage
from battery_passport.web.account.words import (
    KIND_WORDS,
    STANDING_WORDS,
    Refusal,
    refusal_of,
)
from battery_passport.web.authorization import authorize
from battery_passport.web.forms import csrf_token, form_of
from battery_passport.web.language import Language
from battery_passport.web.pages.layout import Shell
from battery_passport.web.session import principal_of

_FIELDS = ("kind", "name", "registration_number", "region", "contact")
Decide = Callable[[Desk, Principal, UUID], None]
_DECISIONS: Mapping[str, Decide] = MappingProxyType({"approve": approve, "refuse": refuse})


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPage:
    """The context of `account/apply.html`."""

    template: ClassVar[str] = "account/apply.html"
    shell: Shell
    csrf: str
    kinds: Mapping[str, str]
    regions: Mapping[str, str]
    typed: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRow:
    """One organisation of the city."""

    reference: str
    name: str
    kind: str
    registration_number: str
    contact: str
    since: str
    standing: str
    tone: str
    waits: bool
    takes_part: bool
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsPage:
    """The context of `account/approvals.html`."""

    template: ClassVar[str] = "account/approvals.html"
    shell: Shell
    csrf: str
    waiting: tuple[OrganisationRow, ...]
    decided: tuple[OrganisationRow, ...]
    saved: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)


class ApplyPages:
    """Applying for an organisation."""

    def __init__(self, services: AccountServices) -> None:
        self._services = services

    def form(self, request: Request) -> Response:
        """Return the empty form."""
        return self._page(request)

    def apply(self, request: Request) -> Response:
        """Take an application."""
        form, shell = form_of(request), shell_of(request, self._services)
        try:
            application = check_application(**{name: form[name] for name in _FIELDS})
            with self._services.transactions.transaction() as desk:
                apply(desk, application, applicant=signed_in(desk, request).person.person_id)
        except BatteryPassportError as error:
            said = refusal_of(error, shell.language)
            if said is None:
                raise
            return self._page(request, _beside_field(said, error))
        text = shell.language.text
        page = NoticePage(
            shell=shell,
            title=text("Your application is on its way"),
            lead=text("The city checks it and answers by letter."),
        )
        return answer(page, self._services)

    def _page(self, request: Request, said: Refusal | None = None) -> Response:
        shell, form = shell_of(request, self._services), form_of(request)
        kinds = (each for each in OrganisationKind if each is not OrganisationKind.CITY)
        with self._services.transactions.reading() as desk:
            page = ApplyPage(
                shell=shell,
                csrf=csrf_token(request),
                kinds={each.value: shell.language.text(KIND_WORDS[each]) for each in kinds},
                regions=regions(desk),
                typed={name: form[name][:300] for name in _FIELDS},
                faults=said.faults if said else {},
            )
        return answer(page, self._services, status=said.status if said else 200)


def _beside_field(said: Refusal, error: BatteryPassportError) -> Refusal:
    """Return the refusal beside the field it names: the rules say it in their message."""
    if not isinstance(error, UnusableApplication):
        return said
    marks = {"number": "registration_number", "city": "region", "contact": "contact"}
    found = next((name for mark, name in marks.items() if mark in error.message), "kind")
    return Refusal(found, said.text, said.status, said.headers)


class ApprovalPages:
    """What the city's administrator decides about organisations."""

    def __init__(self, services: AccountServices) -> None:
        self._services = services

    def list(self, request: Request) -> Response:
        """Return the organisations of the administrator's city."""
        _authorize_list(request)
        return self._page(request)

    def decide(self, request: Request) -> Response:
        """Approve or refuse; suspending is asked about on a page of its own."""
        form, principal = form_of(request), principal_of(request)
        organisation_id, decision = uuid_in(form["organisation"]), _DECISIONS.get(form["decision"])
        with self._services.transactions.reading() as desk:
            account = desk.organisations.account(organisation_id)
        wanted = Resource(
            kind=ResourceKind.ORGANISATION,
            responsible_id=organisation_id,
            region=account.region if account else None,
        )
        authorize(request, "organisation.approve", wanted, Purpose.ADMINISTRATION)
        shell = shell_of(request, self._services)
        try:
            if decision is None:
                raise UnusableApplication("Choose what to decide.")
            with self._services.transactions.transaction() as desk:
                decision(desk, principal, organisation_id)
        except BatteryPassportError as error:
            said = refusal_of(error, shell.language)
            if said is None:
                raise
            return self._page(request, said)
        return lead_to(shell, "/approvals", saved="1")

    def _page(self, request: Request, said: Refusal | None = None) -> Response:
        shell, principal = shell_of(request, self._services), principal_of(request)
        with self._services.transactions.reading() as desk:
            accounts = desk.organisations.accounts_in(principal.region or "")
            rows = [_row(desk, each, principal, shell.language) for each in accounts]
        page = ApprovalsPage(
            shell=shell,
            csrf=csrf_token(request),
            waiting=tuple(row for row in rows if row.waits),
            decided=tuple(row for row in rows if not row.waits),
            saved="saved" in request.query_params,
            faults=said.faults if said else {},
        )
        return answer(page, self._services, status=said.status if said else 200)


_TONES: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.APPLIED: "warning",
        Standing.ACTIVE: "success",
        Standing.SUSPENDED: "danger",
        Standing.REFUSED: "gray",
    }
)


def _authorize_list(request: Request) -> None:
    own_city = Resource(kind=ResourceKind.PLATFORM, region=principal_of(request).region)
    authorize(request, "organisation.list", own_city, Purpose.ADMINISTRATION)


def _row(
    desk: Desk, account: OrganisationAccount, principal: Principal, language: Language
) -> OrganisationRow:
    return OrganisationRow(
        reference=str(account.organisation_id),
        name=account.name,
        kind=language.text(KIND_WORDS[account.kind]),
        registration_number=account.registration_number,
        contact=contact_of(desk, account),
        since=language.day_of(account.decided_at or account.applied_at),
        standing=language.text(STANDING_WORDS[account.standing]),
        tone=_TONES[account.standing],
        waits=account.standing is Standing.APPLIED,
        takes_part=account.standing is Standing.ACTIVE,
        own=account.organisation_id == principal.organisation_id,
    )
