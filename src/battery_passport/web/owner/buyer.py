"""The page of whoever holds a link: exactly what was granted, until when, and what was verified.

In: a link, or the cookie it was exchanged for. Out: the page and a proof file, each look recorded.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from battery_passport.access.model import Principal, PrincipalKind
from battery_passport.access.policy.reading import PROOF, Reading
from battery_passport.access.sharing.errors import GrantNotUsable
from battery_passport.access.sharing.model import GRANT_HOLDER, Grant, Look
from battery_passport.access.sharing.parts import (
    INDIVIDUAL_POINT,
    WHOLE_POINT_FOUR,
    opens_whole_section,
)
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.passport.disclosure import SECTIONS
from battery_passport.web.authorization import read_passport
from battery_passport.web.language import Language
from battery_passport.web.owner.desk import NEVER_KEPT, answer, shell_of
from battery_passport.web.owner.ports import OwnerServices
from battery_passport.web.owner.showing import Showing, build_showing
from battery_passport.web.owner.views import BatteryFace, IndividualPart
from battery_passport.web.pages.data_points import battery_name
from battery_passport.web.pages.evidence import VerifiedStrip, build_strip
from battery_passport.web.pages.layout import Shell
from battery_passport.web.reading.looks import RecentLooks
from battery_passport.web.reading.purpose_words import PURPOSES
from battery_passport.web.session import cookies_of

SHARED = "/shared"
_HOURS_UNTIL = 47.5
"""Fewer are told as hours."""

UNNAMED = {"Referrer-Policy": "no-referrer"}
"""An address with a secret in it is told to no other page. (Pages with forms must not say so:
browsers then hide from us where a form came from.)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerPage:
    """The context of `owner/buyer.html`. Without a passport there is no strip and no proof."""

    template: ClassVar[str] = "owner/buyer.html"
    shell: Shell
    name: str
    identifier: str
    until: str
    left: str
    purpose: str
    showing: Showing
    version: int
    issued_on: str
    strip: VerifiedStrip | None
    proof_address: str
    proof_is_whole: bool
    passport_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEndedPage:
    """The context of `owner/link_ended.html`."""

    template: ClassVar[str] = "owner/link_ended.html"
    shell: Shell


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    grant: Grant
    face: BatteryFace
    individual: IndividualPart | None
    showing: Showing


class BuyerPages:
    """Endpoints of links."""

    def __init__(self, services: OwnerServices) -> None:
        self._services = services
        self._recent = RecentLooks()

    def open(self, request: Request) -> Response:
        """Exchange a link's secret for a short cookie, so that it stays in no address."""
        now = self._services.clock.now()
        try:
            with self._services.writing() as stores:
                opened = stores.granting.open(request.path_params["token"], now)
        except GrantNotUsable:
            return self._ended(request)
        shell = shell_of(request, self._services)
        headers = NEVER_KEPT | UNNAMED
        response = RedirectResponse(shell.link(SHARED), status_code=303, headers=headers)
        names = cookies_of(request)
        lasts_s = max(1, int((opened.expires_at - now).total_seconds()))
        names.put(response, names.grant, opened.session_token, max_age_s=lasts_s)
        return response

    def show(self, request: Request) -> Response:
        """Return what the grant shows, and record that it was looked at."""
        shell, grant = shell_of(request, self._services), self._held(request)
        if grant is None:
            return self._ended(request)
        face = self._services.facts.face(grant.battery_id)
        reading = read_passport(request, face.resource(), grant.purpose)
        individual = self._services.facts.individual_part(grant.battery_id)
        showing = self._showing(grant, reading, individual, shell.language)
        if not self._recorded(request, _look(grant, showing, self._services.clock.now())):
            return self._ended(request)
        shown = _Shown(grant=grant, face=face, individual=individual, showing=showing)
        return answer(self._page(shell, shown), self._services)

    def proof(self, request: Request) -> Response:
        """Return the proof file: with the signed section only if all of it was granted."""
        grant = self._held(request)
        if grant is None:
            return self._ended(request)
        face = self._services.facts.face(grant.battery_id)
        reading = read_passport(request, face.resource(), grant.purpose, action=PROOF)
        whole = opens_whole_section(grant.parts) and all(
            reading.discloses(INDIVIDUAL_POINT, number) for number in WHOLE_POINT_FOUR
        )
        sections = (SECTIONS[INDIVIDUAL_POINT],) if whole else ()
        octets = self._services.facts.proof_file(grant.battery_id, sections)
        now = self._services.clock.now()
        if whole and not self._recorded(request, _proof_look(grant, now)):
            return self._ended(request)
        name = f"battery-passport-{face.identifier.gtin}.proof.json"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(octets, media_type="application/json", headers=NEVER_KEPT | headers)

    def _session_token(self, request: Request) -> str:
        return request.cookies.get(cookies_of(request).grant, "")

    def _held(self, request: Request) -> Grant | None:
        with self._services.reading() as stores:
            return stores.granting.held(self._session_token(request), self._services.clock.now())

    def _recorded(self, request: Request, look: Look) -> bool:
        """Record a look before it is answered; False if the grant ended meanwhile.

        The same page opened again in the same browser within ten minutes is the same look.
        """
        token = self._session_token(request)
        browser = Principal(
            kind=PrincipalKind.GRANT_HOLDER, grant_id=look.grant_id, session_id=token
        )
        if not self._recent.is_new(browser, look):
            return self._held(request) is not None
        with self._services.writing() as stores:
            if stores.granting.held(token, look.at) is None:
                return False
            stores.granting.mark_seen(token, look.at)
            stores.look_log.record(look)
        self._recent.note(browser, look)
        return True

    def _ended(self, request: Request) -> Response:
        page = LinkEndedPage(shell=shell_of(request, self._services))
        response = answer(page, self._services, status=404)
        response.headers.update(UNNAMED)
        names = cookies_of(request)
        names.remove(response, names.grant)
        return response

    def _showing(
        self,
        grant: Grant,
        reading: Reading,
        individual: IndividualPart | None,
        language: Language,
    ) -> Showing:
        return build_showing(
            grant.parts,
            self._services.facts.estimate(grant.battery_id),
            self._services.facts.measured(grant.battery_id),
            individual,
            discloses=lambda number: reading.discloses(INDIVIDUAL_POINT, number),
            language=language,
        )

    def _page(self, shell: Shell, shown: _Shown) -> BuyerPage:
        language, grant = shell.language, shown.grant
        face, individual = shown.face, shown.individual
        return BuyerPage(
            shell=shell,
            name=battery_name(face.model_name, face.identifier, language),
            identifier=str(face.identifier),
            until=language.moment(grant.expires_at),
            left=_left(grant, self._services.clock.now(), language),
            purpose=language.text(PURPOSES[grant.purpose]),
            showing=shown.showing,
            version=0 if individual is None else individual.version,
            issued_on="" if individual is None else language.day_of(individual.issued_at),
            strip=None if individual is None else build_strip(individual.evidence, language),
            proof_address="" if individual is None else f"{SHARED}/proof",
            proof_is_whole=opens_whole_section(grant.parts),
            passport_address="" if individual is None else shell.link(f"/{face.identifier.path}"),
        )


def _left(grant: Grant, now: datetime, language: Language) -> str:
    hours = grant.left(now) / timedelta(hours=1)
    if hours >= _HOURS_UNTIL:
        return language.text("%(days)s days left", days=round(hours / 24))
    if hours >= 1:
        return language.text("%(hours)s hours left", hours=round(hours))
    return language.text("less than an hour left")


def _look(grant: Grant, showing: Showing, now: datetime) -> Look:
    return Look(
        look_id=new_uuid7(now),
        battery_id=grant.battery_id,
        viewer=GRANT_HOLDER,
        organisation_id=None,
        grant_id=grant.grant_id,
        points=showing.numbers,
        with_estimate=showing.health is not None or showing.measured is not None,
        purpose=grant.purpose,
        at=now,
    )


def _proof_look(grant: Grant, now: datetime) -> Look:
    return Look(
        look_id=new_uuid7(now),
        battery_id=grant.battery_id,
        viewer=GRANT_HOLDER,
        organisation_id=None,
        grant_id=grant.grant_id,
        points=tuple(sorted(WHOLE_POINT_FOUR)),
        with_estimate=False,
        purpose=grant.purpose,
        at=now,
    )
