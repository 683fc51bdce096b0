"""Recalls: those that are open, and recording one for every battery of a model.

In: a form of a maker. Out: one event a battery, once however often the form is sent.
"""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose
from battery_passport.foundation.errors import Conflict, InvalidInput
from battery_passport.web.authorization import ActionRoute, authorize
from battery_passport.web.consoles.frame.answering import lead_to
from battery_passport.web.consoles.frame.answers import MAX_TYPED, read_answer
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.drafting import read_id
from battery_passport.web.consoles.frame.pages import ConfirmPage, Term
from battery_passport.web.consoles.frame.places import MANUFACTURE
from battery_passport.web.consoles.frame.questions import (
    FieldView,
    Option,
    questions_of,
    view_field,
)
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.consoles.frame.submissions import new_submission, submission_of
from battery_passport.web.consoles.manufacture.contexts import RecallLine, RecallsPage
from battery_passport.web.consoles.manufacture.ports import (
    MakerBook,
    OwnBattery,
    OwnModel,
    RecallToRecord,
)
from battery_passport.web.forms import Form, form_of
from battery_passport.web.language import Language
from battery_passport.web.refusals.saying import refusal_text
from battery_passport.web.session import principal_of

PATH = f"{MANUFACTURE.path}/recalls"
ACTION = "event.record.recall"
QUESTIONS = questions_of("recalled")
MODEL = "model"


def recall_lines(batteries: Sequence[OwnBattery], language: Language) -> tuple[RecallLine, ...]:
    """Return the open recalls, each with how many batteries still wait for the work."""
    counted: dict[str, int] = {}
    for battery in batteries:
        for reference in battery.open_recalls:
            counted[reference] = counted.get(reference, 0) + 1
    return tuple(
        RecallLine(
            reference,
            language.text("%(count)s batteries still wait", count=language.number(count)),
        )
        for reference, count in sorted(counted.items())
    )


class Recalls:
    """Endpoints of recalls."""

    def __init__(self, desk: Desk, book: MakerBook) -> None:
        self._desk = desk
        self._book = book

    def routes(self) -> list[ActionRoute]:
        """Return the routes."""
        console = MANUFACTURE.action
        return [
            ActionRoute(PATH, self.show, action=console, methods=["GET"]),
            ActionRoute(PATH, self.record, action=ACTION, methods=["POST"]),
        ]

    def show(self, request: Request) -> Response:
        """Return the open recalls and the form."""
        return self._form(request, {}, {})

    def record(self, request: Request) -> Response:
        """Look the recall over, or record it once it was looked over."""
        principal, form = principal_of(request), form_of(request)
        shell = self._desk.frame.shell(request, MANUFACTURE)
        typed = {name: form[name][:MAX_TYPED].strip() for name in (MODEL, *_names())}
        faults = _faults(typed, shell.language)
        batteries = self._book.batteries(principal)
        model = self._model(request, typed[MODEL])
        if model is None:
            faults[MODEL] = shell.language.text("Choose one of the list.")
        concerned = [each for each in batteries if model and each.card.model_name == model.name]
        for each in concerned:
            authorize(request, ACTION, each.card.resource, Purpose.OWN_USE)
        if model is not None and not concerned:
            faults[MODEL] = shell.language.text("There is no battery of this model.")
        if faults or model is None:
            return self._form(request, typed, faults)
        if form["do"] != "record":
            return self._confirm(shell, typed, model, submission=form, count=len(concerned))
        recall = RecallToRecord(
            submission=submission_of(form),
            model_id=model.model_id,
            reference=typed["reference"],
            reason=typed["reason"],
            due=typed["remedy_due_on"],
        )
        try:
            self._book.recall(principal, recall)
        except (InvalidInput, Conflict) as error:
            return self._form(request, typed, {}, fault=refusal_text(error, shell.language))
        return lead_to(shell.address(MANUFACTURE.path, done="recalled"))

    def _model(self, request: Request, text: str) -> OwnModel | None:
        wanted = read_id(text)
        models = self._book.models(principal_of(request))
        return next((each for each in models if each.model_id == wanted), None)

    def _form(
        self,
        request: Request,
        typed: Mapping[str, str],
        faults: Mapping[str, str],
        *,
        fault: str = "",
    ) -> Response:
        shell = self._desk.frame.shell(request, MANUFACTURE)
        language, text = shell.language, shell.language.text
        principal = principal_of(request)
        models = self._book.models(principal)
        chosen = FieldView(
            name=MODEL,
            kind="choice",
            label=text("Model"),
            value=typed.get(MODEL, ""),
            hint=text("The recall is recorded for every battery of it."),
            fault=faults.get(MODEL, ""),
            required=True,
            options=tuple(Option(str(each.model_id), each.name) for each in models),
        )
        asked = (
            view_field(each, typed.get(each.name, ""), faults.get(each.name, ""), language)
            for each in QUESTIONS
        )
        page = RecallsPage(
            shell=shell,
            title=text("Recalls"),
            lead=text("Recalls that are open, and a new one."),
            recalls=recall_lines(self._book.batteries(principal), language),
            action=f"{PATH}{shell.kept_query}",
            submission=new_submission(),
            fields=(chosen, *asked),
            can_recall=bool(models),
            fault=fault,
        )
        return self._desk.frame.answer(page, status=422 if faults or fault else 200)

    def _confirm(
        self,
        shell: ConsoleShell,
        typed: Mapping[str, str],
        model: OwnModel,
        *,
        submission: Form,
        count: int,
    ) -> Response:
        text = shell.language.text
        labels = {each.name: each.label for each in QUESTIONS}
        page = ConfirmPage(
            shell=shell,
            title=text("Recall every battery of this model?"),
            terms=(
                Term(text("Model"), model.name),
                Term(text("Batteries concerned"), shell.language.number(count)),
                *(Term(text(label), typed[name]) for name, label in labels.items() if typed[name]),
            ),
            follows=(
                text("The recall is recorded in the history of each of these batteries."),
                text("It stays open for a battery until a workshop records the work under it."),
                text("It cannot be taken back."),
            ),
            action=f"{PATH}{shell.kept_query}",
            submission=str(submission_of(submission)),
            hidden=(*typed.items(), ("do", "record")),
            button=text("Record the recall"),
            back=shell.address(PATH),
        )
        return self._desk.frame.answer(page)


def _names() -> tuple[str, ...]:
    return tuple(each.name for each in QUESTIONS)


def _faults(typed: Mapping[str, str], language: Language) -> dict[str, str]:
    found = {each.name: read_answer(each, typed[each.name], language)[1] for each in QUESTIONS}
    return {name: fault for name, fault in found.items() if fault}
