"""Forms for events: filled in, kept as drafts, looked over, signed; the same for every role.

In: a `FormSpec` and forms that people send. Out: drafts; one event for each that is signed, however
often it is sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.foundation.errors import Conflict, InvalidInput
from battery_passport.web.authorization import ActionRoute, authorize
from battery_passport.web.consoles.frame.answering import lead_to
from battery_passport.web.consoles.frame.answers import Answers, typed_of
from battery_passport.web.consoles.frame.describing import (
    SUBPATH,
    name_of,
    page_of,
    said_term,
)
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.errors import NothingOfYours
from battery_passport.web.consoles.frame.form_page import FormPage
from battery_passport.web.consoles.frame.form_spec import FormSpec, unit_of
from battery_passport.web.consoles.frame.pages import ConfirmPage, Term, note_of
from battery_passport.web.consoles.frame.ports import EventToRecord
from battery_passport.web.consoles.frame.questions import AT, local_text
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.consoles.frame.views import BatteryCard, Draft, RecordedEvent
from battery_passport.web.consoles.frame.words_of_events import LABELS
from battery_passport.web.forms import form_of
from battery_passport.web.language import marked
from battery_passport.web.refusals.saying import refusal_text
from battery_passport.web.session import principal_of

NOTES = {
    "saved": marked("Saved as a draft. Only you see it until you sign it."),
    "recorded": marked(
        "Recorded. It enters the log within seconds and cannot be changed any more."
    ),
    "discarded": marked("The draft is gone."),
}


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft that waits to be signed."""

    address: str
    name: str
    identifier: str
    saved: str
    what: str


class EventForm:
    """Endpoints of one form."""

    def __init__(self, desk: Desk, spec: FormSpec) -> None:
        self._desk = desk
        self._spec = spec

    def routes(self) -> list[ActionRoute]:
        """Return the form's routes."""
        path = f"{self._spec.place.path}{SUBPATH}/{self._spec.path}"
        console, act = self._spec.place.action, self._spec.action
        return [
            ActionRoute(f"{path}/sign", self.review, action=console, methods=["GET"]),
            ActionRoute(f"{path}/sign", self.sign, action=act, methods=["POST"]),
            ActionRoute(f"{path}/discard", self.ask_discard, action=console, methods=["GET"]),
            ActionRoute(f"{path}/discard", self.discard, action=console, methods=["POST"]),
            ActionRoute(path, self.show, action=console, methods=["GET"]),
            ActionRoute(path, self.save, action=act, methods=["POST"]),
        ]

    def show(self, request: Request) -> Response:
        """Return the form, empty or as its draft was left."""
        card = self._desk.card(request)
        draft_id = read_id(request.query_params.get("draft", ""))
        if draft_id is None:
            typed = {AT: local_text(self._desk.clock.now()), **self._begun(request, card)}
            return self._form(request, card, uuid4(), typed, kept=False)
        return self._form(request, card, draft_id, self._draft_of(request, card, draft_id))

    def save(self, request: Request) -> Response:
        """Keep what was typed; where it is to be signed, say what is wrong or lead on."""
        card, form = self._desk.card(request), form_of(request)
        authorize(request, self._spec.action, card.resource, self._spec.purpose)
        draft_id = read_id(form["draft"]) or uuid4()
        typed = typed_of(self._spec.questions, form)
        self._desk.drafts.save(
            principal_of(request), kind=self._spec.path, draft_id=draft_id, card=card, fields=typed
        )
        shell = self._shell(request)
        if form["do"] != "check":
            path = self._path(card)
            return lead_to(shell.address(path, draft=str(draft_id), done="saved"))
        answers = self._read(typed, shell)
        if answers.good:
            return lead_to(shell.address(f"{self._path(card)}/sign", draft=str(draft_id)))
        return self._form(request, card, draft_id, typed, faults=answers.faults)

    def review(self, request: Request) -> Response:
        """Return everything as it will be recorded, and the button that signs it."""
        card = self._desk.card(request)
        draft_id = read_id(request.query_params.get("draft", ""))
        typed = self._draft_of(request, card, draft_id)
        shell = self._shell(request)
        answers = self._read(typed, shell)
        if not answers.good or draft_id is None:
            return self._form(request, card, draft_id or uuid4(), typed, faults=answers.faults)
        return self._review(shell, card, draft_id, answers)

    def sign(self, request: Request) -> Response:
        """Record the event; sent again, lead to where it led the first time."""
        card, form = self._desk.card(request), form_of(request)
        authorize(request, self._spec.action, card.resource, self._spec.purpose)
        principal, shell = principal_of(request), self._shell(request)
        draft_id = read_id(form["draft"])
        recorded = lead_to(shell.address(page_of(self._spec.place.path, card), done="recorded"))
        if draft_id is not None and self._desk.recorder.outcome(principal, draft_id):
            return recorded
        typed = self._draft_of(request, card, draft_id)
        answers = self._read(typed, shell)
        if not answers.good or draft_id is None or answers.occurred_at is None:
            return self._form(request, card, draft_id or uuid4(), typed, faults=answers.faults)
        event = EventToRecord(
            submission=draft_id,
            event_type=self._spec.event,
            occurred_at=answers.occurred_at,
            payload=self._spec.finish(answers.payload),
            draft_id=draft_id,
        )
        try:
            self._desk.recorder.record(card, principal, event)
        except (InvalidInput, Conflict) as error:
            fault = refusal_text(error, shell.language)
            return self._review(shell, card, draft_id, answers, fault=fault)
        return recorded

    def ask_discard(self, request: Request) -> Response:
        """Return what discarding a draft means."""
        card = self._desk.card(request)
        draft_id = read_id(request.query_params.get("draft", ""))
        self._draft_of(request, card, draft_id)
        shell = self._shell(request)
        text, name = shell.language.text, name_of(card, shell.language)
        page = ConfirmPage(
            shell=shell,
            title=text("Discard this draft?"),
            terms=(Term(text("Battery"), name, small=str(card.identifier)),),
            follows=(text("What you typed is removed and cannot be brought back."),),
            action=f"{self._path(card)}/discard{shell.kept_query}",
            submission="",
            hidden=(("draft", str(draft_id)),),
            button=text("Discard"),
            back=shell.address(self._path(card), draft=str(draft_id)),
        )
        return self._desk.frame.answer(page)

    def discard(self, request: Request) -> Response:
        """Remove a draft."""
        draft_id = read_id(form_of(request)["draft"])
        if draft_id is not None:
            self._desk.drafts.discard(principal_of(request), draft_id)
        shell = self._shell(request)
        return lead_to(shell.address(self._spec.place.path, done="discarded"))

    def lines(self, drafts: Sequence[Draft], shell: ConsoleShell) -> tuple[DraftLine, ...]:
        """Return drafts of this form as lines that lead back to it."""
        text = shell.language.text
        return tuple(
            DraftLine(
                address=shell.address(self._path(each.battery), draft=str(each.draft_id)),
                name=name_of(each.battery, shell.language),
                identifier=str(each.battery.identifier),
                saved=text("saved %(at)s", at=shell.language.moment(each.saved_at)),
                what=self._progress(each, shell),
            )
            for each in drafts
        )

    def _progress(self, draft: Draft, shell: ConsoleShell) -> str:
        text, spec = shell.language.text, self._spec
        if not spec.counted:
            return text(spec.title)
        filled = spec.filled(draft.fields)
        return text("%(filled)s of %(count)s filled in", filled=filled, count=len(spec.counted))

    def _shell(self, request: Request) -> ConsoleShell:
        return self._desk.frame.shell(request, self._spec.place)

    def _path(self, card: BatteryCard) -> str:
        return f"{page_of(self._spec.place.path, card)}/{self._spec.path}"

    def _read(self, typed: Mapping[str, str], shell: ConsoleShell) -> Answers:
        return self._spec.read(typed, now=self._desk.clock.now(), language=shell.language)

    def _draft_of(
        self, request: Request, card: BatteryCard, draft_id: UUID | None
    ) -> Mapping[str, str]:
        found = None
        if draft_id is not None:
            principal = principal_of(request)
            found = self._desk.drafts.find(principal, self._spec.path, draft_id)
        if found is None or found.battery.identifier != card.identifier:
            raise NothingOfYours("There is no draft of yours here; it was signed or discarded.")
        return found.fields

    def _form(
        self,
        request: Request,
        card: BatteryCard,
        draft_id: UUID,
        typed: Mapping[str, str],
        *,
        faults: Mapping[str, str] | None = None,
        kept: bool = True,
    ) -> Response:
        shell, spec = self._shell(request), self._spec
        text, path = shell.language.text, self._path(card)
        last = self._last(request, card) if spec.with_last else None
        groups = spec.view(typed, faults or {}, last, shell.language)
        page = FormPage(
            shell=shell,
            title=text(spec.title),
            lead=f"{name_of(card, shell.language)}, {card.identifier}",
            note=note_of(request, NOTES, shell.language),
            back=shell.address(page_of(spec.place.path, card)),
            action=f"{path}{shell.kept_query}",
            draft=str(draft_id),
            groups=groups,
            fields=tuple(each for group in groups for each in group.fields),
            discard_link=shell.address(f"{path}/discard", draft=str(draft_id)) if kept else "",
        )
        return self._desk.frame.answer(page, status=422 if faults else 200)

    def _begun(self, request: Request, card: BatteryCard) -> Mapping[str, str]:
        if self._spec.begin is None:
            return {}
        events = self._desk.batteries.events(card, principal_of(request))
        return self._spec.begin(events, request.query_params.get("of", ""))

    def _last(self, request: Request, card: BatteryCard) -> RecordedEvent | None:
        events = self._desk.batteries.events(card, principal_of(request))
        return next((each for each in events if each.event_type == self._spec.event), None)

    def _review(
        self,
        shell: ConsoleShell,
        card: BatteryCard,
        draft_id: UUID,
        answers: Answers,
        *,
        fault: str = "",
    ) -> Response:
        spec, language = self._spec, shell.language
        text = language.text
        said = [
            said_term(each.label, answers.payload[each.name], unit_of(each), language)
            for each in spec.questions
            if each.name in answers.payload and not each.hidden
        ]
        at = answers.typed[AT].replace("T", " ")
        page = ConfirmPage(
            shell=shell,
            title=text("Look it over: %(what)s", what=text(spec.title)),
            lead=f"{name_of(card, language)}, {card.identifier}",
            terms=(Term(text(LABELS[AT]), at), *said),
            follows=(
                text("It is recorded in the name of %(name)s.", name=shell.organisation or "–"),
                text("Its fingerprint enters the log, so nobody can change it unnoticed."),
                *(text(each) for each in spec.follows),
            ),
            action=f"{self._path(card)}/sign{shell.kept_query}",
            submission=str(draft_id),
            hidden=(("draft", str(draft_id)),),
            button=text(spec.button),
            back=shell.address(self._path(card), draft=str(draft_id)),
            fault=fault,
        )
        return self._desk.frame.answer(page, status=409 if fault else 200)


def read_id(text: str) -> UUID | None:
    """Return the id that a text is, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None
