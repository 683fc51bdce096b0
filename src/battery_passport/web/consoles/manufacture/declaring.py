"""A maker fills one data point that is still owed: a form made from the shape of its value.

In: a battery and the number of a data point. Out: the form; one event for each that is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose
from battery_passport.foundation.errors import Conflict, InvalidInput
from battery_passport.lifecycle.fields import METHOD
from battery_passport.passport.declaring import may_be_declared
from battery_passport.passport.model import DataPoint
from battery_passport.passport.values import SHAPES
from battery_passport.web.authorization import ActionRoute, authorize, may
from battery_passport.web.consoles.frame.answering import lead_to
from battery_passport.web.consoles.frame.describing import SUBPATH, name_of, page_of
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.errors import NothingOfYours
from battery_passport.web.consoles.frame.pages import ConsolePage
from battery_passport.web.consoles.frame.places import MANUFACTURE
from battery_passport.web.consoles.frame.questions import FieldView
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.consoles.frame.submissions import new_submission, submission_of
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.consoles.manufacture.ports import DeclarationToRecord, Duty, MakerBook
from battery_passport.web.consoles.manufacture.shape_fields import (
    Leaf,
    fault_of,
    leaves,
    value_of,
    view,
)
from battery_passport.web.forms import Form, form_of
from battery_passport.web.language import Language
from battery_passport.web.pages.data_points import point_name
from battery_passport.web.refusals.saying import phrase_text, refusal_text
from battery_passport.web.session import principal_of

BASE = MANUFACTURE.path
DECLARE = "event.record.declaration"
MAX_TYPED = 4_000
_METHOD = "method"
_NO_FAULTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarePage(ConsolePage):
    """The context of `consoles/manufacture/declare.html`; `rows` are the fields by entries."""

    template: ClassVar[str] = "consoles/manufacture/declare.html"
    back: str
    action: str
    submission: str
    name: str
    number: int
    clause: str
    due: str
    fields: tuple[FieldView, ...]
    rows: tuple[tuple[FieldView, ...], ...]
    method: str
    same_model: int
    whole_model: bool
    faults: Mapping[str, str] = field(default_factory=dict)


class DeclareForm:
    """Endpoints of the form."""

    def __init__(self, desk: Desk, book: MakerBook) -> None:
        self._desk = desk
        self._book = book

    def show(self, request: Request) -> Response:
        """Return the empty form."""
        card, duty = self._wanted(request)
        return self._page(request, card, duty, Form())

    def record(self, request: Request) -> Response:
        """Record the value; sent again, record no second one."""
        card, duty = self._wanted(request)
        authorize(request, DECLARE, card.resource, Purpose.OWN_USE)
        form = form_of(request)
        shell, submission = self._desk.frame.shell(request, MANUFACTURE), submission_of(form)
        point = duty.obligation.point
        typed = _typed(point, form)
        faults = _faults(point, typed, shell.language)
        method = form[_METHOD].strip()
        if method and METHOD.fault(method):
            said = shell.language.text("Type it in lower-case letters, as in usable-capacity.")
            faults[_METHOD] = said
        if faults:
            return self._page(request, card, duty, form, faults=faults)
        declared = DeclarationToRecord(
            submission=submission,
            number=point.number,
            value=value_of(SHAPES[point.kind], typed),
            method=method,
            whole_model=bool(form["whole_model"]),
        )
        try:
            self._book.declare(card, principal_of(request), declared)
        except (InvalidInput, Conflict) as error:
            whole = {"": refusal_text(error, shell.language)}
            return self._page(request, card, duty, form, faults=whole)
        return lead_to(shell.address(page_of(BASE, card), done="declared"))

    def _wanted(self, request: Request) -> tuple[BatteryCard, Duty]:
        card = self._desk.card(request)
        if not may(request, DECLARE, card.resource, Purpose.OWN_USE) or card.ended:
            raise NothingOfYours("Your organisation answers for no such battery.")
        duty = self._book.duty(card, int(request.path_params["number"]))
        if not may_be_declared(duty.obligation):
            raise NothingOfYours("There is nothing here for you.")
        return card, duty

    def _page(
        self,
        request: Request,
        card: BatteryCard,
        duty: Duty,
        form: Form,
        *,
        faults: Mapping[str, str] = _NO_FAULTS,
    ) -> Response:
        shell = self._desk.frame.shell(request, MANUFACTURE)
        language, point = shell.language, duty.obligation.point
        name = point_name(point.number, language)
        path = page_of(BASE, card)
        typed = _typed(point, form)
        rows: dict[int, list[FieldView]] = {}
        for leaf in leaves(SHAPES[point.kind]):
            typed_in, fault = typed.get(leaf.name, ""), faults.get(leaf.name, "")
            shown = view(leaf, typed_in, fault, language, whole=name)
            rows.setdefault(leaf.row, []).append(shown)
        page = DeclarePage(
            shell=shell,
            title=language.text("Fill in: %(name)s", name=name),
            lead=f"{name_of(card, language)}, {card.identifier}",
            back=shell.address(path),
            action=f"{path}/declare/{point.number}{shell.kept_query}",
            submission=form["submission"] or new_submission(),
            name=name,
            number=point.number,
            clause=point.clause,
            due=_due(duty, shell),
            fields=tuple(each for row in rows.values() for each in row),
            rows=tuple(tuple(row) for row in rows.values()),
            method=form[_METHOD][:200],
            same_model=duty.same_model,
            whole_model=bool(form["whole_model"]),
            faults=faults,
        )
        return self._desk.frame.answer(page, status=422 if faults else 200)


def _typed(point: DataPoint, form: Form) -> dict[str, str]:
    names = (leaf.name for leaf in leaves(SHAPES[point.kind]))
    return {name: form[name][:MAX_TYPED] for name in names if form[name].strip()}


def _faults(point: DataPoint, typed: Mapping[str, str], language: Language) -> dict[str, str]:
    """Return what is wrong beside each field; where all are good but not together, of the whole."""
    shape = SHAPES[point.kind]
    found = {
        leaf.name: _said(leaf, fault, language)
        for leaf in leaves(shape)
        if (fault := fault_of(leaf, typed)) is not None
    }
    if found:
        return found
    value = value_of(shape, typed)
    if value is None:
        return {"": language.text("Please fill this in.")}
    fault = shape.fault(value)
    return {} if fault is None else {"": phrase_text(fault, language)}


def _said(leaf: Leaf, fault: str, language: Language) -> str:
    if fault == "is missing":
        return language.text("Please fill this in.")
    return phrase_text(fault, language) if leaf.name else fault


def _due(duty: Duty, shell: ConsoleShell) -> str:
    each, text = duty.obligation, shell.language.text
    if each.due_on is None:
        return ""
    day = shell.language.day(each.due_on)
    return text("overdue since %(day)s", day=day) if each.overdue else day


def declare_routes(desk: Desk, book: MakerBook) -> list[ActionRoute]:
    """Return the form's routes."""
    form, path = DeclareForm(desk, book), f"{BASE}{SUBPATH}/declare/{{number:int}}"
    return [
        ActionRoute(path, form.show, action=MANUFACTURE.action, methods=["GET"]),
        ActionRoute(path, form.record, action=DECLARE, methods=["POST"]),
    ]
