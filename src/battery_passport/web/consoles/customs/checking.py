"""A customs officer checks one battery: what is open to customs, and the form that records it.

In: a battery. Out: the page; one record for each form.
"""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.customs import (
    CheckReason,
    CheckResult,
    UnusableCase,
    check_declaration,
    check_reasons,
)
from battery_passport.access.model import Purpose
from battery_passport.web.authorization import authorize
from battery_passport.web.consoles.customs.contexts import CheckPage
from battery_passport.web.consoles.customs.lists import opened_text
from battery_passport.web.consoles.customs.ports import CaseLine, CheckToRecord, CustomsBook
from battery_passport.web.consoles.customs.words import CASE_REASONS, REASONS, RESULTS
from battery_passport.web.consoles.frame.answering import lead_to
from battery_passport.web.consoles.frame.cells import Cell, Tone
from battery_passport.web.consoles.frame.describing import name_of, page_of, terms_of
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.pages import Term
from battery_passport.web.consoles.frame.places import SUPERVISION
from battery_passport.web.consoles.frame.questions import Option
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.consoles.frame.submissions import new_submission, submission_of
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.consoles.supervision.ports import CheckAll
from battery_passport.web.forms import Form, form_of
from battery_passport.web.language import Language
from battery_passport.web.readers.consignment import ANSWERS
from battery_passport.web.session import principal_of

CHECK = "case.check"
_NO_FAULTS: Mapping[str, str] = MappingProxyType({})


class CheckForm:
    """Endpoints of one check."""

    def __init__(self, desk: Desk, book: CustomsBook, check_all: CheckAll) -> None:
        self._desk = desk
        self._book = book
        self._check_all = check_all

    def show(self, request: Request) -> Response:
        """Return what customs sees of the battery, and the empty form."""
        card = self._desk.card(request)
        authorize(request, CHECK, card.resource, Purpose.CUSTOMS_CHECK)
        return self._page(request, card, Form())

    def record(self, request: Request) -> Response:
        """Record the check; sent again, record no second one."""
        card, form = self._desk.card(request), form_of(request)
        authorize(request, CHECK, card.resource, Purpose.CUSTOMS_CHECK)
        shell, submission = self._desk.frame.shell(request, SUPERVISION), submission_of(form)
        result = next((each for each in CheckResult if each.value == form["result"]), None)
        reasons = tuple(each for each in CheckReason if each.value in form.all("reason"))
        faults = _faults(form, result, reasons, shell.language)
        if faults or result is None:
            return self._page(request, card, form, faults)
        answered = self._check_all([str(card.identifier)])[0]
        check = CheckToRecord(
            submission=submission,
            declaration=check_declaration(form["declaration"]),
            result=result,
            reasons=check_reasons(result, reasons),
            verdict=answered.verdict.value,
            version=answered.version,
        )
        self._book.record(card, principal_of(request), check)
        return lead_to(shell.address(f"{SUPERVISION.path}/cases", done="recorded"))

    def _page(
        self,
        request: Request,
        card: BatteryCard,
        form: Form,
        faults: Mapping[str, str] = _NO_FAULTS,
    ) -> Response:
        shell = self._desk.frame.shell(request, SUPERVISION)
        text = shell.language.text
        answered = self._check_all([str(card.identifier)])[0]
        tone, word, why = ANSWERS[answered.verdict]
        path = page_of(SUPERVISION.path, card)
        page = CheckPage(
            shell=shell,
            title=text("Customs check"),
            lead=f"{name_of(card, shell.language)}, {card.identifier}",
            back=shell.address(f"{SUPERVISION.path}/cases"),
            answer=Cell(text(word), tone=Tone(tone)),
            reason=text(why) if why else "",
            terms=terms_of(card, shell),
            passport=shell.address(f"/{card.identifier.path}") if card.has_passport else "",
            case=_case_terms(self._book.held(card, principal_of(request)), shell),
            action=f"{path}/check{shell.kept_query}",
            submission=form["submission"] or new_submission(),
            results=tuple(Option(each.value, text(said)) for each, (said, _) in RESULTS.items()),
            reasons=tuple(Option(each.value, text(said)) for each, said in REASONS.items()),
            declaration=form["declaration"][:80],
            result=form["result"],
            chosen=frozenset(form.all("reason")),
            faults=faults,
        )
        return self._desk.frame.answer(page, status=422 if faults else 200)


def _faults(
    form: Form, result: CheckResult | None, reasons: tuple[CheckReason, ...], language: Language
) -> dict[str, str]:
    faults = {}
    try:
        check_declaration(form["declaration"])
    except UnusableCase as error:
        faults["declaration"] = language.text(error.message)
    if result is None:
        faults["result"] = language.text("Choose what happens with the goods.")
        return faults
    try:
        check_reasons(result, reasons)
    except UnusableCase as error:
        faults["reason"] = language.text(error.message)
    return faults


def _case_terms(line: CaseLine | None, shell: ConsoleShell) -> tuple[Term, ...]:
    if line is None:
        return ()
    text, language = shell.language.text, shell.language
    return (
        Term(text("Opened by"), line.opened_by),
        Term(text("What it opens"), opened_text(line.case.points, language)),
        Term(text("Because of"), text(CASE_REASONS[line.case.reason])),
        Term(text("Until"), language.moment(line.case.valid_until)),
    )
