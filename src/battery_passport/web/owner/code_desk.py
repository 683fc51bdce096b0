"""Making a claim code for somebody else's battery: dealer, inspector, manufacturer, city.

In: a battery's name. Out: a code to hand over, once; the page tells nothing of owners.
"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose
from battery_passport.access.policy.errors import AccessDenied
from battery_passport.access.sharing.rules import code_kind_for
from battery_passport.foundation.errors import InvalidInput
from battery_passport.web.authorization import authorize
from battery_passport.web.forms import csrf_token, form_of
from battery_passport.web.language import marked
from battery_passport.web.owner.claim import CodeSheet, code_sheet
from battery_passport.web.owner.desk import answer, person_of, shell_of
from battery_passport.web.owner.ports import OwnerServices
from battery_passport.web.owner.views import BatteryFace
from battery_passport.web.pages.data_points import battery_name
from battery_passport.web.pages.layout import Shell
from battery_passport.web.session import principal_of

_MOST_TYPED = 300
NO_SUCH_BATTERY = marked("No battery of yours is recorded under this identifier.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeDeskPage:
    """The context of `owner/code_desk.html`."""

    template: ClassVar[str] = "owner/code_desk.html"
    shell: Shell
    csrf: str
    typed: str = ""
    fault: str = ""
    name: str = ""
    identifier: str = ""
    sheet: CodeSheet | None = None


class CodeDesk:
    """Endpoints of the page that makes codes."""

    def __init__(self, services: OwnerServices) -> None:
        self._services = services

    def form(self, request: Request) -> Response:
        """Return the empty form."""
        if code_kind_for(principal_of(request).roles) is None:
            raise AccessDenied("Your role makes no claim codes.")
        return self._answer(request, typed=request.query_params.get("battery", "")[:_MOST_TYPED])

    def make(self, request: Request) -> Response:
        """Make a code for the battery that was named."""
        principal = principal_of(request)
        kind = code_kind_for(principal.roles)
        if kind is None:
            raise AccessDenied("Your role makes no claim codes.")
        typed = form_of(request)["battery"].strip()[:_MOST_TYPED]
        face = self._find(typed)
        if face is None:
            return self._answer(request, typed=typed, fault=NO_SUCH_BATTERY, status=404)
        authorize(request, "battery.claim-code", face.resource(), Purpose.OWN_USE)
        with self._services.writing() as stores:
            made = stores.claiming.make_code(
                face.battery_id,
                kind,
                person_id=person_of(request),
                organisation_id=principal.organisation_id,
                now=self._services.clock.now(),
            )
        shell = shell_of(request, self._services)
        page = CodeDeskPage(
            shell=shell,
            csrf=csrf_token(request),
            name=battery_name(face.model_name, face.identifier, shell.language),
            identifier=str(face.identifier),
            sheet=code_sheet(made, self._services, shell.language),
        )
        return answer(page, self._services)

    def _find(self, typed: str) -> BatteryFace | None:
        try:
            return self._services.facts.find(typed)
        except InvalidInput:
            return None

    def _answer(
        self, request: Request, *, typed: str, fault: str = "", status: int = 200
    ) -> Response:
        shell = shell_of(request, self._services)
        page = CodeDeskPage(
            shell=shell,
            csrf=csrf_token(request),
            typed=typed,
            fault=shell.language.text(fault) if fault else "",
        )
        return answer(page, self._services, status=status)
