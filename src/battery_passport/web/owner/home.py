"""An owner's first page: one battery, whether it is well, what changed, and a button to share.

In: a signed-in person. Out: his battery's page; without a battery, how to claim one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose
from battery_passport.access.sharing.model import Grant, Standing
from battery_passport.access.sharing.parts import INDIVIDUAL_POINT
from battery_passport.web.authorization import authorize
from battery_passport.web.owner.desk import (
    address_of,
    answer,
    chosen_battery,
    own_batteries,
    person_of,
    shell_of,
)
from battery_passport.web.owner.health import (
    CarsOwnFigure,
    HealthBlock,
    build_certified,
    build_health,
)
from battery_passport.web.owner.nav import HOME, NavLink, nav_links, note_text
from battery_passport.web.owner.news import NewsLine, build_news, charge_text, look_line
from battery_passport.web.owner.ports import OwnerServices, OwnerStores
from battery_passport.web.owner.views import BatteryFace
from battery_passport.web.pages.data_points import battery_name
from battery_passport.web.pages.layout import Shell
from battery_passport.web.pages.measured import MeasuredBlock, measured_block

SAME_VISIT = timedelta(minutes=30)
"""Opening the page again within this time is the same visit: what was new stays new."""

FIRST_VISIT_SHOWS = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryLink:
    """One of several batteries of an owner."""

    name: str
    serial: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerHomePage:
    """The context of `owner/home.html`."""

    template: ClassVar[str] = "owner/home.html"
    shell: Shell
    nav: tuple[NavLink, ...]
    note: str
    name: str
    identifier: str
    others: tuple[BatteryLink, ...]
    health: HealthBlock | None
    measured: MeasuredBlock | None
    certified: CarsOwnFigure | None
    last_charge: str
    charge_detail: str
    news: tuple[NewsLine, ...]
    news_since: str
    open_links: int
    share_address: str
    hand_over_address: str
    key_address: str
    passport_address: str
    measurements_address: str
    sheet_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoBatteryPage:
    """The context of `owner/empty.html`."""

    template: ClassVar[str] = "owner/empty.html"
    shell: Shell
    nav: tuple[NavLink, ...]
    claim_address: str


class HomePages:
    """Endpoint of the owner's first page."""

    def __init__(self, services: OwnerServices) -> None:
        self._services = services

    def home(self, request: Request) -> Response:
        """Return the first page of whoever is signed in."""
        person_id, shell = person_of(request), shell_of(request, self._services)
        with self._services.writing() as stores:
            faces = own_batteries(stores, self._services, person_id)
            face = chosen_battery(faces, request.query_params.get("battery", ""))
            if face is None:
                page = NoBatteryPage(
                    shell=shell, nav=nav_links(shell, HOME), claim_address=shell.link("/my/claim")
                )
                return answer(page, self._services)
            authorize(request, "passport.read", face.resource(INDIVIDUAL_POINT), Purpose.OWN_USE)
            now = self._services.clock.now()
            since = _no_earlier(note_visit(stores, person_id, face.battery_id, now), stores, face)
            grants = stores.grants.of_person(person_id)
            news = self._news(stores, face, grants, since=since, shell=shell)
        shown = _Shown(face=face, faces=faces, grants=grants, news=news, since=since)
        return answer(self._page(shell, shown, request), self._services)

    def _news(
        self,
        stores: OwnerStores,
        face: BatteryFace,
        grants: Sequence[Grant],
        *,
        since: datetime,
        shell: Shell,
    ) -> tuple[NewsLine, ...]:
        looked = stores.looks.count(face.battery_id, since=since, until=None)
        happened = self._services.facts.news(face.battery_id, since)
        lines = build_news(happened, shell.language)
        ended = sum(_ended_between(each, since, self._services.clock.now()) for each in grants)
        return (*look_line(looked, ended, shell), *lines)

    def _page(self, shell: Shell, shown: "_Shown", request: Request) -> OwnerHomePage:
        facts, language, face = self._services.facts, shell.language, shown.face
        estimate = facts.estimate(face.battery_id)
        individual = facts.individual_part(face.battery_id)
        charge = facts.last_charge(face.battery_id)
        headline, detail = charge_text(charge, language)
        battery, now = str(face.battery_id), self._services.clock.now()
        return OwnerHomePage(
            shell=shell,
            nav=nav_links(shell, HOME),
            note=note_text(request.query_params.get("done", ""), language),
            name=battery_name(face.model_name, face.identifier, language),
            identifier=str(face.identifier),
            others=_links(shown.faces, face, shell),
            health=None if estimate is None else build_health(estimate, language),
            measured=measured_block(facts.measured(face.battery_id), language),
            certified=None if individual is None else build_certified(individual.values, language),
            last_charge=headline,
            charge_detail=detail,
            news=shown.news,
            news_since=language.day_of(shown.since),
            open_links=sum(
                each.standing(now) is Standing.ACTIVE and each.battery_id == face.battery_id
                for each in shown.grants
            ),
            share_address=address_of(shell, "/my/share", battery=battery),
            hand_over_address=address_of(shell, "/my/hand-over", battery=battery),
            key_address=address_of(shell, "/my/key", battery=battery),
            passport_address="" if individual is None else shell.link(f"/{face.identifier.path}"),
            measurements_address=shell.link(f"/telemetry/{face.identifier.path}"),
            sheet_address=shell.link(f"/diagnosis/{face.identifier.path}"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    face: BatteryFace
    faces: tuple[BatteryFace, ...]
    grants: Sequence[Grant]
    news: tuple[NewsLine, ...]
    since: datetime


def note_visit(stores: OwnerStores, person_id: UUID, battery_id: UUID, now: datetime) -> datetime:
    """Return since when things count as new, and remember this visit."""
    known = stores.visits.visits(person_id, battery_id)
    if known is None:
        stores.visits.note(person_id, battery_id, previous=None, latest=now)
        return now - FIRST_VISIT_SHOWS
    previous, latest = known
    if now - latest > SAME_VISIT:
        stores.visits.note(person_id, battery_id, previous=latest, latest=now)
        return latest
    return previous or now - FIRST_VISIT_SHOWS


def _no_earlier(since: datetime, stores: OwnerStores, face: BatteryFace) -> datetime:
    """Return since when an owner is told news: never from before the battery was his."""
    owned = stores.ownerships.current(face.battery_id)
    return since if owned is None else max(since, owned.since)


def _ended_between(grant: Grant, since: datetime, now: datetime) -> bool:
    return grant.revoked_at is None and since <= grant.expires_at < now


def _links(
    faces: tuple[BatteryFace, ...], current: BatteryFace, shell: Shell
) -> tuple[BatteryLink, ...]:
    if len(faces) < 2:
        return ()
    return tuple(
        BatteryLink(
            name=battery_name(each.model_name, each.identifier, shell.language),
            serial=each.identifier.serial,
            address=address_of(shell, HOME, battery=str(each.battery_id)),
            current=each == current,
        )
        for each in faces
    )
