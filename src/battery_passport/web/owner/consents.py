"""What an owner agreed to, each by itself, with its text and times.

In: a person's consents. Out: one card a purpose, to give or to withdraw.
"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose, ResourceKind
from battery_passport.access.sharing.consents import TEXTS, ConsentText, current_text
from battery_passport.access.sharing.errors import NotYours
from battery_passport.access.sharing.model import Consent, ConsentPurpose
from battery_passport.web.authorization import authorize
from battery_passport.web.forms import csrf_token, form_of
from battery_passport.web.language import Language
from battery_passport.web.owner.desk import answer, lead_to, own, person_of, shell_of
from battery_passport.web.owner.nav import CONSENTS, NavLink, nav_links, note_text
from battery_passport.web.owner.ports import OwnerServices
from battery_passport.web.pages.layout import Shell

_ENDED_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentCard:
    """A purpose with the text that is asked about, and since when consent is given."""

    purpose: str
    version: int
    title: str
    body: str
    given_at: str
    is_outdated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentLine:
    """A consent that was withdrawn."""

    title: str
    version: int
    given_at: str
    withdrawn_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentsPage:
    """The context of `owner/consents.html`."""

    template: ClassVar[str] = "owner/consents.html"
    shell: Shell
    nav: tuple[NavLink, ...]
    note: str
    csrf: str
    address: str
    cards: tuple[ConsentCard, ...]
    ended: tuple[ConsentLine, ...]


class ConsentPages:
    """Endpoints of consents."""

    def __init__(self, services: OwnerServices) -> None:
        self._services = services

    def list(self, request: Request) -> Response:
        """Return every purpose with its state."""
        person_id, shell = person_of(request), shell_of(request, self._services)
        authorize(request, "consent.read", own(ResourceKind.CONSENT, person_id), Purpose.OWN_USE)
        with self._services.reading() as stores:
            kept = stores.consents.of_person(person_id)
        language = shell.language
        given = {each.purpose: each for each in kept if each.withdrawn_at is None}
        page = ConsentsPage(
            shell=shell,
            nav=nav_links(shell, CONSENTS),
            note=note_text(request.query_params.get("done", ""), language),
            csrf=csrf_token(request),
            address=shell.link(CONSENTS),
            cards=tuple(_card(each, given.get(each), language) for each in ConsentPurpose),
            ended=tuple(_line(each, language) for each in kept if each.withdrawn_at)[:_ENDED_SHOWN],
        )
        return answer(page, self._services)

    def decide(self, request: Request) -> Response:
        """Give or withdraw one consent."""
        form, person_id = form_of(request), person_of(request)
        purpose = next((each for each in ConsentPurpose if each.value == form["purpose"]), None)
        if purpose is None:
            raise NotYours("There is nothing to consent to under this name.")
        gives = form["decision"] == "give"
        action = "consent.give" if gives else "consent.withdraw"
        authorize(request, action, own(ResourceKind.CONSENT, person_id), Purpose.OWN_USE)
        now = self._services.clock.now()
        with self._services.writing() as stores:
            if gives:
                version = int(form["version"]) if form["version"].isdecimal() else 0
                stores.consenting.give(person_id, purpose, text_version=version, now=now)
            else:
                stores.consenting.withdraw(person_id, purpose, now)
        shell = shell_of(request, self._services)
        return lead_to(shell, CONSENTS, done="given" if gives else "withdrawn")


def _card(purpose: ConsentPurpose, given: Consent | None, language: Language) -> ConsentCard:
    text = current_text(purpose)
    title, body = _words(text, language)
    return ConsentCard(
        purpose=purpose.value,
        version=text.version,
        title=title,
        body=body,
        given_at="" if given is None else language.moment(given.given_at),
        is_outdated=given is not None and given.text_version != text.version,
    )


def _line(consent: Consent, language: Language) -> ConsentLine:
    title, _body = _words(TEXTS[consent.purpose, consent.text_version], language)
    ended = consent.withdrawn_at or consent.given_at
    return ConsentLine(
        title=title,
        version=consent.text_version,
        given_at=language.moment(consent.given_at),
        withdrawn_at=language.moment(ended),
    )


def _words(text: ConsentText, language: Language) -> tuple[str, str]:
    if language.code == "ko":
        return text.title_ko, text.body_ko
    return text.title_en, text.body_en
