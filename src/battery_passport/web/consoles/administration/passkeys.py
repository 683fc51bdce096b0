"""People of the city who have lost their passkeys, and the administrator's word for them.

In: requests that wait. Out: a list; a page that says what will follow; one of two votes.
"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose, Resource, ResourceKind
from battery_passport.foundation.errors import Conflict
from battery_passport.web.authorization import ActionRoute, authorize
from battery_passport.web.consoles.administration.ports import LostPasskeys, RecoveryBook
from battery_passport.web.consoles.frame.answering import lead_to
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.drafting import read_id
from battery_passport.web.consoles.frame.errors import NothingOfYours
from battery_passport.web.consoles.frame.pages import ConfirmPage, ConsolePage, Term, note_of
from battery_passport.web.consoles.frame.places import ADMINISTRATION
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.forms import form_of
from battery_passport.web.language import marked
from battery_passport.web.refusals.saying import refusal_text
from battery_passport.web.session import principal_of

PASSKEYS = f"{ADMINISTRATION.path}/passkeys"
VOUCH = "organisation.vouch"
NOTES = {
    "vouched": marked("Your word is recorded. One more administrator must confirm."),
    "freed": marked("Two have confirmed. The person can now make a new passkey."),
    "refused": marked("The request is ended. Nothing was changed."),
}


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request as the page shows it."""

    name: str
    terms: tuple[Term, ...]
    vouched: bool
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeysPage(ConsolePage):
    """The context of `consoles/administration/passkeys.html`."""

    template: ClassVar[str] = "consoles/administration/passkeys.html"
    lines: tuple[RequestLine, ...]


class PasskeyDesk:
    """Endpoints for lost passkeys."""

    def __init__(self, desk: Desk, book: RecoveryBook) -> None:
        self._desk = desk
        self._book = book

    def list(self, request: Request) -> Response:
        """Return the requests that wait."""
        shell = self._desk.frame.shell(request, ADMINISTRATION)
        text = shell.language.text
        page = PasskeysPage(
            shell=shell,
            title=text("Lost passkeys"),
            lead=text("People of your city who cannot confirm who they are. Korean time (KST)."),
            note=note_of(request, NOTES, shell.language),
            lines=tuple(_line(each, shell) for each in self._book.waiting(principal_of(request))),
        )
        return self._desk.frame.answer(page)

    def ask(self, request: Request) -> Response:
        """Return what vouching for somebody means."""
        return self._ask(request, self._wanted(request, request.query_params.get("request", "")))

    def decide(self, request: Request) -> Response:
        """Take the administrator's word, or end the request."""
        form, principal = form_of(request), principal_of(request)
        own_city = Resource(kind=ResourceKind.ORGANISATION, region=principal.region)
        authorize(request, VOUCH, own_city, Purpose.ADMINISTRATION)
        wanted = self._wanted(request, form["request"])
        shell = self._desk.frame.shell(request, ADMINISTRATION)
        if form["decision"] == "refuse":
            self._book.turn_down(principal, wanted.recovery_id)
            return lead_to(shell.address(PASSKEYS, done="refused"))
        try:
            freed = self._book.vouch(principal, wanted.recovery_id)
        except Conflict as error:
            return self._ask(request, wanted, fault=refusal_text(error, shell.language))
        return lead_to(shell.address(PASSKEYS, done="freed" if freed else "vouched"))

    def _wanted(self, request: Request, reference: str) -> LostPasskeys:
        wanted = read_id(reference)
        waiting = self._book.waiting(principal_of(request))
        found = next((each for each in waiting if each.recovery_id == wanted), None)
        if found is None:
            raise NothingOfYours("There is no such request in your city.")
        return found

    def _ask(self, request: Request, wanted: LostPasskeys, *, fault: str = "") -> Response:
        shell = self._desk.frame.shell(request, ADMINISTRATION)
        text = shell.language.text
        page = ConfirmPage(
            shell=shell,
            title=text("Is it really %(name)s?", name=wanted.name),
            terms=_terms(wanted, shell),
            follows=(
                text("Call the person on a number that you knew before, or meet in person."),
                text("Once two administrators have confirmed, all former passkeys are removed."),
                text("The person signs in with the password and makes a new passkey."),
                text("Your word is recorded and enters the log."),
            ),
            action=f"{PASSKEYS}/vouch{shell.kept_query}",
            submission="",
            hidden=(("request", str(wanted.recovery_id)),),
            button=text("Yes, I have made sure"),
            second_button=("decision", "refuse", text("No, end the request")),
            back=shell.address(PASSKEYS),
            fault=fault,
        )
        return self._desk.frame.answer(page, status=409 if fault else 200)


def _line(each: LostPasskeys, shell: ConsoleShell) -> RequestLine:
    way = shell.address(f"{PASSKEYS}/vouch", request=str(each.recovery_id))
    return RequestLine(each.name, _terms(each, shell), each.vouched, way if each.own_turn else "")


def _terms(each: LostPasskeys, shell: ConsoleShell) -> tuple[Term, ...]:
    text, language = shell.language.text, shell.language
    vouched = text("one administrator") if each.vouched else text("nobody yet")
    return (
        Term(text("Name"), each.name, small=each.email),
        Term(text("Organisation"), each.organisation),
        Term(text("Asked at"), language.moment(each.asked_at)),
        Term(text("Open until"), language.moment(each.expires_at)),
        Term(text("Confirmed by"), vouched),
    )


def passkey_routes(desk: Desk, book: RecoveryBook) -> list[ActionRoute]:
    """Return the routes for lost passkeys."""
    pages, console = PasskeyDesk(desk, book), ADMINISTRATION.action
    return [
        ActionRoute(PASSKEYS, pages.list, action=console),
        ActionRoute(f"{PASSKEYS}/vouch", pages.ask, action=console, methods=["GET"]),
        ActionRoute(f"{PASSKEYS}/vouch", pages.decide, action=VOUCH, methods=["POST"]),
    ]
