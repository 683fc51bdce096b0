"""An authority opens points of one battery for one customs office and a time.

In: a battery, and what the authority chose. Out: the form; one case for each form.
"""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.customs import (
    CaseReason,
    UnusableCase,
    check_days,
    check_points,
)
from battery_passport.access.model import Purpose
from battery_passport.web.authorization import authorize, may
from battery_passport.web.consoles.customs.contexts import CasePage
from battery_passport.web.consoles.customs.ports import CaseToOpen, CustomsBook
from battery_passport.web.consoles.customs.words import CASE_REASONS, POINTS
from battery_passport.web.consoles.frame.answering import lead_to
from battery_passport.web.consoles.frame.describing import name_of, page_of, terms_of
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.drafting import read_id
from battery_passport.web.consoles.frame.errors import NothingOfYours
from battery_passport.web.consoles.frame.places import SUPERVISION
from battery_passport.web.consoles.frame.questions import Option
from battery_passport.web.consoles.frame.submissions import new_submission, submission_of
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.forms import Form, form_of
from battery_passport.web.language import Language
from battery_passport.web.session import principal_of

OPEN = "case.open"
_NO_FAULTS: Mapping[str, str] = MappingProxyType({})


class CaseForm:
    """Endpoints of a case that is to be opened."""

    def __init__(self, desk: Desk, book: CustomsBook) -> None:
        self._desk = desk
        self._book = book

    def show(self, request: Request) -> Response:
        """Return the empty form."""
        card = self._desk.card(request)
        if not may(request, OPEN, card.resource, Purpose.MARKET_SURVEILLANCE):
            raise NothingOfYours("You open no case on this battery.")
        return self._page(request, card, Form())

    def open(self, request: Request) -> Response:
        """Open the case; sent again, open no second one."""
        card, form = self._desk.card(request), form_of(request)
        authorize(request, OPEN, card.resource, Purpose.MARKET_SURVEILLANCE)
        shell, submission = self._desk.frame.shell(request, SUPERVISION), submission_of(form)
        faults = self._faults(form, shell.language)
        holder_id = read_id(form["office"])
        if faults or holder_id is None:
            return self._page(request, card, form, faults)
        case = CaseToOpen(
            submission=submission,
            holder_id=holder_id,
            points=check_points(_points(form)),
            reason=CaseReason(form["because"]),
            days=int(form["days"]),
        )
        self._book.open_case(card, principal_of(request), case)
        return lead_to(shell.address(f"{SUPERVISION.path}/cases", done="opened"))

    def _page(
        self,
        request: Request,
        card: BatteryCard,
        form: Form,
        faults: Mapping[str, str] = _NO_FAULTS,
    ) -> Response:
        shell = self._desk.frame.shell(request, SUPERVISION)
        text = shell.language.text
        page = CasePage(
            shell=shell,
            title=text("Open a customs case"),
            lead=f"{name_of(card, shell.language)}, {card.identifier}",
            back=shell.address(page_of(SUPERVISION.path, card)),
            terms=terms_of(card, shell),
            action=f"{page_of(SUPERVISION.path, card)}/case{shell.kept_query}",
            submission=form["submission"] or new_submission(),
            offices=tuple(Option(str(each), name) for each, name in self._book.offices()),
            points=tuple(Option(str(each), text(said)) for each, said in POINTS.items()),
            reasons=tuple(Option(each.value, text(said)) for each, said in CASE_REASONS.items()),
            days=form["days"][:3] or "7",
            office=form["office"],
            reason=form["because"],
            chosen=frozenset(form.all("point")),
            faults=faults,
        )
        return self._desk.frame.answer(page, status=422 if faults else 200)

    def _faults(self, form: Form, language: Language) -> dict[str, str]:
        faults = {}
        text = language.text
        if form["office"] not in {str(each) for each, _ in self._book.offices()}:
            faults["office"] = text("Choose the customs office.")
        if form["because"] not in set(CaseReason):
            faults["because"] = text("Choose why the case is opened.")
        try:
            check_points(_points(form))
        except UnusableCase as error:
            faults["point"] = text(error.message)
        try:
            check_days(_days(form), self._desk.clock.now())
        except UnusableCase as error:
            faults["days"] = text(error.message)
        return faults


def _points(form: Form) -> tuple[int, ...]:
    return tuple(each for each in POINTS if str(each) in form.all("point"))


def _days(form: Form) -> int:
    typed = form["days"].strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 3 else 0
