"""Sharing with a buyer: what to show, for how long, how it will look; then the link, once.

In: an owner's choice. Out: a preview of exactly what the buyer will see, or a link with its QR.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose, ResourceKind
from battery_passport.access.sharing.errors import NotYours
from battery_passport.access.sharing.granting import GrantWish, NewGrant
from battery_passport.access.sharing.model import Part
from battery_passport.access.sharing.parts import opens_whole_section
from battery_passport.web.authorization import authorize
from battery_passport.web.forms import csrf_token, form_of
from battery_passport.web.language import Language, marked
from battery_passport.web.owner.desk import (
    answer,
    chosen_battery,
    own,
    own_batteries,
    person_of,
    shell_of,
)
from battery_passport.web.owner.nav import GRANTS, NavLink, nav_links
from battery_passport.web.owner.ports import OwnerServices
from battery_passport.web.owner.showing import Showing, build_showing
from battery_passport.web.owner.views import BatteryFace
from battery_passport.web.owner.words import DURATIONS, PART_HINTS, PART_TITLES, USUAL_HOURS
from battery_passport.web.pages.data_points import battery_name
from battery_passport.web.pages.layout import Shell
from battery_passport.web.pages.qr import qr_svg

USUAL_PARTS = frozenset({Part.ESTIMATE, Part.PERFORMANCE, Part.STATUS, Part.INCIDENTS})
"""How somebody drives is shown only if he says so."""

NOTHING_CHOSEN = marked("Choose at least one entry.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChoice:
    """A box to tick."""

    value: str
    title: str
    hint: str
    ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeChoice:
    """A time to choose."""

    hours: int
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePage:
    """The context of `owner/share.html`."""

    template: ClassVar[str] = "owner/share.html"
    shell: Shell
    nav: tuple[NavLink, ...]
    csrf: str
    battery: str
    name: str
    identifier: str
    parts: tuple[PartChoice, ...]
    times: tuple[TimeChoice, ...]
    until: str
    showing: Showing
    proof_is_whole: bool
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """The context of `owner/link.html`: the link, which is shown once."""

    template: ClassVar[str] = "owner/link.html"
    shell: Shell
    nav: tuple[NavLink, ...]
    number: int
    address: str
    qr: str
    expires: str
    parts: tuple[str, ...]
    grants_address: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, ticked or by default."""

    parts: frozenset[Part]
    hours: int


class SharePages:
    """Endpoints of sharing."""

    def __init__(self, services: OwnerServices) -> None:
        self._services = services

    def form(self, request: Request) -> Response:
        """Return the form with a preview; a preview's own button comes back here."""
        asked = request.query_params
        previewed = "hours" in asked
        choice = read_choice(asked.getlist("part"), asked.get("hours", ""), given=previewed)
        face = self._face(request, asked.get("battery", ""))
        return self._answer(request, face, choice)

    def make(self, request: Request) -> Response:
        """Make the grant and show its link."""
        form = form_of(request)
        face = self._face(request, form["battery"])
        choice = read_choice(form.all("part"), form["hours"], given=True)
        if not choice.parts:
            return self._answer(request, face, choice, fault=NOTHING_CHOSEN, status=422)
        wish = GrantWish(
            battery_id=face.battery_id,
            parts=choice.parts,
            lasts=timedelta(hours=choice.hours),
        )
        with self._services.writing() as stores:
            made = stores.granting.make(person_of(request), wish, self._services.clock.now())
        return answer(self._link_page(request, made), self._services)

    def _face(self, request: Request, wanted: str) -> BatteryFace:
        person_id = person_of(request)
        with self._services.reading() as stores:
            faces = own_batteries(stores, self._services, person_id)
        face = chosen_battery(faces, wanted)
        if face is None:
            raise NotYours("You own no battery yet.")
        authorize(request, "passport.preview", face.resource(), Purpose.OWN_USE)
        authorize(request, "grant.give", own(ResourceKind.GRANT, person_id), Purpose.OWN_USE)
        return face

    def _answer(
        self,
        request: Request,
        face: BatteryFace,
        choice: Choice,
        *,
        fault: str = "",
        status: int = 200,
    ) -> Response:
        shell = shell_of(request, self._services)
        language = shell.language
        until = self._services.clock.now() + timedelta(hours=choice.hours)
        page = SharePage(
            shell=shell,
            nav=nav_links(shell, GRANTS),
            csrf=csrf_token(request),
            battery=str(face.battery_id),
            name=battery_name(face.model_name, face.identifier, language),
            identifier=str(face.identifier),
            parts=_part_choices(choice.parts, language),
            times=_time_choices(choice.hours, language),
            until=language.moment(until),
            showing=self._showing(face, choice.parts, language),
            proof_is_whole=opens_whole_section(choice.parts),
            fault=language.text(fault) if fault else "",
        )
        return answer(page, self._services, status=status)

    def _showing(self, face: BatteryFace, parts: frozenset[Part], language: Language) -> Showing:
        return build_showing(
            parts,
            self._services.facts.estimate(face.battery_id),
            self._services.facts.measured(face.battery_id),
            self._services.facts.individual_part(face.battery_id),
            discloses=lambda _number: True,
            language=language,
        )

    def _link_page(self, request: Request, made: NewGrant) -> LinkPage:
        shell = shell_of(request, self._services)
        address = f"{self._services.public_address}/g/{made.token}"
        language, parts = shell.language, made.grant.parts
        return LinkPage(
            shell=shell,
            nav=nav_links(shell, GRANTS),
            number=made.grant.number,
            address=address,
            qr=qr_svg(address),
            expires=language.moment(made.grant.expires_at),
            parts=tuple(language.text(PART_TITLES[each]) for each in PART_TITLES if each in parts),
            grants_address=shell.link(GRANTS),
        )


def read_choice(parts: Sequence[str], hours: str, *, given: bool) -> Choice:
    """Return what was chosen; anything else than what was offered counts as not chosen."""
    if not given:
        return Choice(USUAL_PARTS, USUAL_HOURS)
    offered = {part.value: part for part in Part}
    lasts = next((each for each in DURATIONS if str(each) == hours), USUAL_HOURS)
    return Choice(frozenset(offered[each] for each in parts if each in offered), lasts)


def _part_choices(ticked: frozenset[Part], language: Language) -> tuple[PartChoice, ...]:
    return tuple(
        PartChoice(
            value=part.value,
            title=language.text(title),
            hint=language.text(PART_HINTS[part]),
            ticked=part in ticked,
        )
        for part, title in PART_TITLES.items()
    )


def _time_choices(chosen: int, language: Language) -> tuple[TimeChoice, ...]:
    return tuple(
        TimeChoice(hours=hours, title=language.text(title), chosen=hours == chosen)
        for hours, title in DURATIONS.items()
    )
