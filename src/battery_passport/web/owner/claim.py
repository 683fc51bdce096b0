"""Claiming a battery with a code, and handing one over with a new code.

In: what an owner typed. Out: his battery, or one plain refusal that tells nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose, Resource, ResourceKind
from battery_passport.access.sharing.claiming import NewCode, Refusal
from battery_passport.access.sharing.codes import show_code
from battery_passport.access.sharing.errors import NotYours
from battery_passport.access.sharing.model import Ownership
from battery_passport.web.authorization import authorize
from battery_passport.web.forms import csrf_token, form_of
from battery_passport.web.language import Language, marked
from battery_passport.web.owner.desk import (
    answer,
    chosen_battery,
    lead_to,
    own_batteries,
    person_of,
    shell_of,
)
from battery_passport.web.owner.nav import HOME, NavLink, nav_links
from battery_passport.web.owner.ports import OwnerServices
from battery_passport.web.owner.views import BatteryFace
from battery_passport.web.pages.data_points import battery_name
from battery_passport.web.pages.layout import Shell
from battery_passport.web.pages.qr import qr_svg

CLAIM_PATH = "/my/claim"
_MOST_TYPED = 64

REFUSALS: Mapping[Refusal, tuple[int, str]] = MappingProxyType(
    {
        Refusal.MISTYPED: (
            422,
            marked("This is no code. Compare every character: 16 letters and digits."),
        ),
        Refusal.NOT_USABLE: (
            422,
            marked("This code cannot be used. Ask whoever gave it to you for a new one."),
        ),
        Refusal.TOO_MANY: (
            429,
            marked("Too many attempts. Wait a quarter of an hour, then try again."),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPage:
    """The context of `owner/claim.html`."""

    template: ClassVar[str] = "owner/claim.html"
    shell: Shell
    nav: tuple[NavLink, ...]
    csrf: str
    typed: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSheet:
    """A code to hand on: as groups to read out, as an address and its QR."""

    code: str
    address: str
    qr: str
    expires: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverPage:
    """The context of `owner/hand_over.html`; with a sheet once the code is made."""

    template: ClassVar[str] = "owner/hand_over.html"
    shell: Shell
    nav: tuple[NavLink, ...]
    csrf: str
    battery: str
    name: str
    identifier: str
    sheet: CodeSheet | None = None


class ClaimPages:
    """Endpoints of claiming and handing over."""

    def __init__(self, services: OwnerServices) -> None:
        self._services = services

    def form(self, request: Request) -> Response:
        """Return the form; a code in the address, as from a QR, stands in it already."""
        authorize(request, "battery.claim", _SOME_BATTERY, Purpose.OWN_USE)
        typed = request.query_params.get("code", "")[:_MOST_TYPED]
        return self._answer(request, typed=typed)

    def claim(self, request: Request) -> Response:
        """Take a code in."""
        authorize(request, "battery.claim", _SOME_BATTERY, Purpose.OWN_USE)
        typed = form_of(request)["code"][:_MOST_TYPED]
        with self._services.writing() as stores:
            now = self._services.clock.now()
            outcome = stores.claiming.claim(person_of(request), typed, now)
        if isinstance(outcome, Ownership):
            shell = shell_of(request, self._services)
            return lead_to(shell, HOME, battery=str(outcome.battery_id), done="claimed")
        status, fault = REFUSALS[outcome]
        return self._answer(request, typed=typed, fault=fault, status=status)

    def hand_over_form(self, request: Request) -> Response:
        """Return the page that tells what handing over means."""
        return answer(self._hand_over_page(request, None), self._services)

    def hand_over(self, request: Request) -> Response:
        """Make the code for the next owner."""
        with self._services.writing() as stores:
            faces = own_batteries(stores, self._services, person_of(request))
            face = _required(chosen_battery(faces, form_of(request)["battery"]))
            authorize(request, "battery.release", face.resource(), Purpose.OWN_USE)
            made = stores.claiming.hand_over(
                face.battery_id, person_of(request), self._services.clock.now()
            )
        return answer(self._hand_over_page(request, made), self._services)

    def _hand_over_page(self, request: Request, made: NewCode | None) -> HandOverPage:
        shell = shell_of(request, self._services)
        wanted = form_of(request)["battery"] or request.query_params.get("battery", "")
        with self._services.reading() as stores:
            faces = own_batteries(stores, self._services, person_of(request))
        face = _required(chosen_battery(faces, wanted))
        authorize(request, "battery.release", face.resource(), Purpose.OWN_USE)
        language = shell.language
        return HandOverPage(
            shell=shell,
            nav=nav_links(shell, HOME),
            csrf=csrf_token(request),
            battery=str(face.battery_id),
            name=battery_name(face.model_name, face.identifier, language),
            identifier=str(face.identifier),
            sheet=None if made is None else code_sheet(made, self._services, language),
        )

    def _answer(
        self, request: Request, *, typed: str, fault: str = "", status: int = 200
    ) -> Response:
        shell = shell_of(request, self._services)
        page = ClaimPage(
            shell=shell,
            nav=nav_links(shell, HOME),
            csrf=csrf_token(request),
            typed=typed,
            fault=shell.language.text(fault) if fault else "",
        )
        return answer(page, self._services, status=status)


_SOME_BATTERY = Resource(kind=ResourceKind.BATTERY)
"""Which battery a code is of, nobody knows before it is used."""


def code_sheet(made: NewCode, services: OwnerServices, language: Language) -> CodeSheet:
    """Return a code as it is handed on. Its QR leads to the page where it is typed in."""
    address = f"{services.public_address}{CLAIM_PATH}?code={made.code}"
    return CodeSheet(
        code=show_code(made.code),
        address=address,
        qr=qr_svg(address),
        expires=language.moment(made.expires_at),
    )


def _required(face: BatteryFace | None) -> BatteryFace:
    if face is None:
        raise NotYours("You own no battery yet.")
    return face
