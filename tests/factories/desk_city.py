"""A real installation with one member of every kind of organisation, and batteries of a maker.

In: a folder. Out: the site in this process, signed-in visitors by role, names of batteries.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from starlette.types import ASGIApp

from battery_passport.access.model import Role
from battery_passport.access.records.organisations import (
    ROLES_OF,
    OrganisationAccount,
    OrganisationKind,
)
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.desks import open_desks
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.public_site import build_site
from battery_passport.assembly.settings import load_settings
from battery_passport.foundation.clock import FixedClock, format_utc
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.consoles.frame.questions import local_text
from battery_passport.web.session import CookieNames
from tests.factories.asgi import asgi_client
from tests.factories.installation import run
from tests.factories.people import KeptMail, Office, city, join, organisation, person, session

MODEL = Path(__file__).parents[2] / "docs" / "samples" / "model-demo-ncm.json"
GTIN = "09526170000202"
FIRST, SECOND, THIRD = (f"{GTIN}/KR26D000{number}" for number in (1, 2, 3))
FOREIGN = "09526170000103/NOMODEL1"
"""A battery without a model, which the default organisation answers for."""

_FIELD = re.compile(r'name="(csrf|draft|submission|corrects)" value="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCity:
    """The site of a city; `sessions` by role, `short_names` of organisations by kind."""

    installation: Installation
    site: ASGIApp
    sessions: Mapping[str, str]
    organisations: Mapping[OrganisationKind, OrganisationAccount]

    def visit(self, role: Role | None, *, language: str = "en") -> "Visitor":
        """Return a browser in which somebody of that role is signed in."""
        address = self.installation.base_url
        client = asgi_client(
            self.site,
            base_url=address,
            headers={"accept": "text/html", "accept-language": language},
        )
        if role is not None:
            client.cookies.set(CookieNames.at(address).session, self.sessions[role.value])
        return Visitor(client, language)

    def days_ago(self, days: float) -> str:
        """Return a time as a form's field for times holds it, which is Korean time."""
        return local_text(self.installation.clock.now() - timedelta(days=days))

    def short_name(self, kind: OrganisationKind) -> str:
        """Return the name under which an organisation records."""
        with self.installation.database.read() as connection:
            store = RegistryStore(connection)
            found = store.organisation(self.organisations[kind].organisation_id)
        assert found is not None
        return found.slug


@dataclass
class Visitor:
    """Somebody at a browser, who reads pages in one language and sends their forms."""

    http: httpx.Client
    language: str

    def get(self, path: str) -> httpx.Response:
        return self.http.get(_with(path, f"lang={self.language}"))

    def text(self, path: str, *, status: int = 200) -> str:
        """Return a page as its reader sees it, without markup."""
        answer = self.get(path)
        assert answer.status_code == status, answer.text
        return seen(answer)

    def send(self, path: str, *, page: str | None = None, **fields: str) -> httpx.Response:
        """Send a form with the hidden fields of the page it stands on."""
        return self.http.post(
            _with(path, f"lang={self.language}"), data=self.hidden(page or path) | fields
        )

    def upload(
        self, path: str, *, page: str | None = None, files: Mapping[str, bytes], **fields: str
    ) -> httpx.Response:
        """Send a form with files."""
        sent = {name: (f"{name}.json", octets) for name, octets in files.items()}
        address = _with(path, f"lang={self.language}")
        return self.http.post(address, data=self.hidden(page or path) | fields, files=sent)

    def hidden(self, page: str) -> dict[str, str]:
        """Return the token and the keys of the forms on a page."""
        found = _FIELD.findall(self.get(page).text)
        assert found, f"{page} has no form"
        return {name: html.unescape(value) for name, value in found}


def _with(path: str, pair: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{pair}"


def seen(answer: httpx.Response) -> str:
    """Return what a reader sees of a page, in one line."""
    without = re.sub(r"<(script|style|title).*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", without)).split())


def battery_path(name: str) -> str:
    """Return how a battery is addressed below a place of work."""
    gtin, serial = name.split("/")
    return f"/01/{gtin}/21/{serial}"


def model_file(slug: str, *, name: str = "desk-ncm", gtin: str = GTIN) -> JsonObject:
    """Return a model file in the name of a manufacturer."""
    members: JsonObject = json.loads(MODEL.read_text("utf-8"))
    return {**members, "name": name, "gtin": gtin, "manufacturer": {"slug": slug, "name": "Maker"}}


@contextmanager
def desk_city(folder: Path) -> Iterator[DeskCity]:
    """Open the installation and seat everyone."""
    settings = load_settings(
        {"BATTERY_PASSPORT_HOME": str(folder), "BATTERY_PASSPORT_RATE_LIMIT_FACTOR": "0"}
    )
    with opened_installation(settings) as installation:
        office = Office(open_desks(installation), FixedClock(installation.clock.now()), KeptMail())
        city_account = city(office)
        accounts = {OrganisationKind.CITY: city_account}
        sessions: dict[str, str] = {}
        for place, kind in enumerate(OrganisationKind):
            if kind is not OrganisationKind.CITY:
                accounts[kind] = organisation(
                    office, kind=kind, name=f"기관 {place}", number=f"ORG-{place:04}"
                )
            for role in ROLES_OF[kind]:
                member = person(office, email=f"{role.value}@example.org")
                join(office, member, accounts[kind], roles=frozenset({role}), steward=True)
                sessions[role.value] = session(office, member)
        sessions[Role.OWNER.value] = session(office, person(office, email="owner@example.org"))
        made = DeskCity(
            installation=installation,
            site=build_site(installation, waiting_batches=lambda: 0),
            sessions=sessions,
            organisations=accounts,
        )
        _register(made)
        yield made


def _register(made: DeskCity) -> None:
    maker = made.short_name(OrganisationKind.MANUFACTURER)
    run(made.installation, "model-add", file=json.dumps(model_file(maker)))
    for name in (FIRST, SECOND, THIRD):
        run(made.installation, "battery-add", battery=name, model="desk-ncm")
        run(
            made.installation,
            "event-add",
            battery=name,
            type="placed_on_market",
            at=format_utc(made.installation.clock.now() - timedelta(days=300)),
            values={},
        )
    run(made.installation, "battery-add", battery=FOREIGN)
    run(made.installation, "passport-issue", battery=FIRST)
