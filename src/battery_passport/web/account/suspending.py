"""Suspending an organisation: what will follow, why, and its name typed once more.

In: an administrator's form. Out: the page that asks; the organisation without its roles.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose, Resource, ResourceKind
from battery_passport.access.organisations.applying import (
    SuspendReason,
    Suspension,
    of_this_city,
    suspend,
)
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.web.account.desk import answer, lead_to, shell_of, uuid_in
from battery_passport.web.account.ports import AccountServices
from battery_passport.web.account.words import Refusal, refusal_of
from battery_passport.web.authorization import authorize
from battery_passport.web.forms import csrf_token, form_of
from battery_passport.web.language import marked
from battery_passport.web.pages.layout import Shell
from battery_passport.web.session import principal_of

REASONS: Mapping[SuspendReason, str] = MappingProxyType(
    {
        SuspendReason.ASKED: marked("It has asked for it"),
        SuspendReason.DORMANT: marked("It does not take part any more"),
        SuspendReason.BREACH: marked("It has broken the rules of taking part"),
        SuspendReason.SECURITY: marked("Its accounts may be in others' hands"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendPage:
    """The context of `account/suspend.html`."""

    template: ClassVar[str] = "account/suspend.html"
    shell: Shell
    csrf: str
    reference: str
    name: str
    members: int
    reasons: Mapping[str, str]
    reason: str = ""
    typed: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)


class SuspendPages:
    """The question before an organisation is suspended, and the deed."""

    def __init__(self, services: AccountServices) -> None:
        self._services = services

    def ask(self, request: Request) -> Response:
        """Return what will follow, and the form."""
        own_city = Resource(kind=ResourceKind.PLATFORM, region=principal_of(request).region)
        authorize(request, "organisation.list", own_city, Purpose.ADMINISTRATION)
        return self._page(request, request.query_params.get("organisation", ""))

    def suspend(self, request: Request) -> Response:
        """Suspend the organisation whose name was typed."""
        form, principal = form_of(request), principal_of(request)
        organisation_id = uuid_in(form["organisation"])
        with self._services.transactions.reading() as desk:
            account = desk.organisations.account(organisation_id)
        wanted = Resource(
            kind=ResourceKind.ORGANISATION,
            responsible_id=organisation_id,
            region=account.region if account else None,
        )
        authorize(request, "organisation.approve", wanted, Purpose.ADMINISTRATION)
        shell = shell_of(request, self._services)
        suspension = Suspension(typed_name=form["name"][:200], reason=form["reason"])
        try:
            with self._services.transactions.transaction() as desk:
                suspend(desk, principal, organisation_id, suspension)
        except BatteryPassportError as error:
            said = _beside(error, shell)
            if said is None:
                raise
            return self._page(request, form["organisation"], said)
        return lead_to(shell, "/approvals", saved="1")

    def _page(self, request: Request, reference: str, said: Refusal | None = None) -> Response:
        shell, form = shell_of(request, self._services), form_of(request)
        with self._services.transactions.reading() as desk:
            account = of_this_city(desk, principal_of(request), uuid_in(reference))
            page = SuspendPage(
                shell=shell,
                csrf=csrf_token(request),
                reference=str(account.organisation_id),
                name=account.name,
                members=len(desk.organisations.members(account.organisation_id)),
                reasons={each.value: shell.language.text(REASONS[each]) for each in REASONS},
                reason=form["reason"][:20],
                typed=form["name"][:200],
                faults=said.faults if said else {},
            )
        return answer(page, self._services, status=said.status if said else 200)


_BESIDE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "unusable-name": ("name", marked("The name that you typed is not the organisation's.")),
        "unusable-application": ("reason", marked("Choose why the organisation is suspended.")),
    }
)


def _beside(error: BatteryPassportError, shell: Shell) -> Refusal | None:
    said = refusal_of(error, shell.language)
    if said is None or error.code not in _BESIDE:
        return said
    name, message = _BESIDE[error.code]
    return Refusal(name, shell.language.text(message), said.status, said.headers)
