"""What is owed: by operator, by model, by battery; filtered, and as a table to keep.

In: requests for lists and sheets. Out: pages and CSV, each battery only to whom policies allow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose, Resource, ResourceKind
from battery_passport.access.policy.reading import usual_purpose
from battery_passport.passport.obligations import ObligationState
from battery_passport.passport.rule_sets import rule_set
from battery_passport.web.authorization import access_of, authorize, may
from battery_passport.web.pages.data_points import battery_name
from battery_passport.web.pages.layout import Shell
from battery_passport.web.readers.answering import identifier_in, private_file, private_page
from battery_passport.web.readers.duty_rows import (
    DutyRow,
    StateCount,
    duty_csv,
    duty_rows,
    state_counts,
)
from battery_passport.web.reading.desk import Desk
from battery_passport.web.reading.errors import ModelNotFound, PassportNotFound
from battery_passport.web.reading.views import DutySheet, OperatorDuties
from battery_passport.web.site import Site

OBLIGATIONS = "obligations.read"
BATTERIES_A_PAGE = 25
_LAST_PAGE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """A model or battery in a list, with how much of it is missing."""

    name: str
    small: str
    is_code: bool
    address: str
    missing: int
    overdue: int
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorBlock:
    """One operator: its models, and a page of its batteries."""

    name: str
    models: tuple[DutyLine, ...]
    batteries: tuple[DutyLine, ...]
    battery_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DutiesPage:
    """The context of `readers/duties.html`: every operator whose duties the reader may see."""

    template: ClassVar[str] = "readers/duties.html"
    shell: Shell
    blocks: tuple[OperatorBlock, ...]
    number: int
    earlier: str
    later: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutySheetPage:
    """The context of `readers/duty_sheet.html`: one battery or model."""

    template: ClassVar[str] = "readers/duty_sheet.html"
    shell: Shell
    name: str
    identifier: str
    operator_name: str
    rules: str
    of_model: bool
    counts: tuple[StateCount, ...]
    rows: tuple[DutyRow, ...]
    missing: int
    overdue: int
    table_address: str
    passport_address: str
    model_address: str


class DutyPages:
    """Answers requests about what is owed."""

    def __init__(self, site: Site, desk: Desk) -> None:
        self._site = site
        self._book = desk.services.obligations

    def overview(self, request: Request) -> Response:
        """Return the operators whose duties the reader may see, with models and batteries."""
        shell = self._site.shell(request)
        operators = [each for each in self._book.operators() if _allowed(request, each.resource)]
        # Somebody without a single operator may still come here: the page says what would stand.
        authorize(request, OBLIGATIONS, _some(operators, request), Purpose.OWN_USE)
        number = _page_number(request.query_params.get("page", "1"))
        blocks = tuple(self._block(each, number, shell) for each in operators)
        most = max((each.battery_count for each in operators), default=0)
        page = DutiesPage(
            shell=shell,
            blocks=blocks,
            number=number,
            earlier=_turned(shell, number - 1) if number > 1 else "",
            later=_turned(shell, number + 1) if number * BATTERIES_A_PAGE < most else "",
        )
        return private_page(self._site, page)

    def of_battery(self, request: Request) -> Response:
        """Return where every data point of a battery stands."""
        identifier = identifier_in(request)
        sheet = self._book.of_battery(identifier)
        if sheet is None:
            raise PassportNotFound(f"Battery {identifier} has no passport here.")
        return self._sheet(request, sheet, f"/obligations/{identifier.path}")

    def of_model(self, request: Request) -> Response:
        """Return where the data points of a model as a whole stand."""
        model_id = request.path_params["model_id"]
        sheet = self._book.of_model(model_id)
        if sheet is None:
            raise ModelNotFound(f"There is no battery model {model_id}.")
        return self._sheet(request, sheet, f"/obligations/models/{model_id}")

    def _sheet(self, request: Request, sheet: DutySheet, address: str) -> Response:
        purpose = usual_purpose(access_of(request.scope).principal, sheet.resource)
        authorize(request, OBLIGATIONS, sheet.resource, purpose)
        shell = self._site.shell(request)
        state = _state(request.query_params.get("state", ""))
        rows = duty_rows(sheet, shell.language, state=state)
        if request.query_params.get("format") == "csv":
            name = f"obligations-{sheet.identifier or sheet.title}.csv".replace("/", "-")
            return private_file(duty_csv(rows, shell.language), name)
        return private_page(self._site, _sheet_page(sheet, shell, address, (state, rows)))

    def _block(self, operator: OperatorDuties, number: int, shell: Shell) -> OperatorBlock:
        models = self._book.models_of(operator.organisation_id)
        batteries = self._book.batteries_of(
            operator.organisation_id,
            offset=(number - 1) * BATTERIES_A_PAGE,
            limit=BATTERIES_A_PAGE,
        )
        return OperatorBlock(
            name=operator.name,
            models=tuple(_model_line(each.sheet, each.battery_count, shell) for each in models),
            batteries=tuple(_battery_line(each, shell) for each in batteries),
            battery_count=operator.battery_count,
        )


def _allowed(request: Request, resource: Resource) -> bool:
    purpose = usual_purpose(access_of(request.scope).principal, resource)
    return may(request, OBLIGATIONS, resource, purpose)


def _some(operators: Sequence[OperatorDuties], request: Request) -> Resource:
    """Return what to decide on: an operator's batteries, else those of the reader's own firm."""
    if operators:
        return operators[0].resource
    principal = access_of(request.scope).principal
    return Resource(
        kind=ResourceKind.BATTERY,
        responsible_id=principal.organisation_id,
        region=principal.region,
    )


def _page_number(text: str) -> int:
    good = text.isascii() and text.isdigit() and len(text) <= 5
    return min(max(int(text), 1), _LAST_PAGE) if good else 1


def _state(text: str) -> str:
    return text if text in set(ObligationState) else ""


def _turned(shell: Shell, number: int) -> str:
    kept = f"&lang={shell.language.code}" if shell.chosen_by_hand else ""
    return f"/obligations?page={number}{kept}"


def _counted(sheet: DutySheet) -> tuple[int, int]:
    missing = [each for each in sheet.obligations if each.state is ObligationState.MISSING]
    return len(missing), sum(each.overdue for each in missing)


def _due(sheet: DutySheet, shell: Shell) -> str:
    days = [each.due_on for each in sheet.obligations if each.due_on is not None]
    return shell.language.day(min(days)) if days else ""


def _model_line(sheet: DutySheet, battery_count: int, shell: Shell) -> DutyLine:
    missing, overdue = _counted(sheet)
    return DutyLine(
        name=sheet.title,
        small=shell.language.text("batteries: %(count)s", count=battery_count),
        is_code=False,
        address=shell.link(f"/obligations/models/{sheet.model_id}"),
        missing=missing,
        overdue=overdue,
        due=_due(sheet, shell),
    )


def _battery_line(sheet: DutySheet, shell: Shell) -> DutyLine:
    missing, overdue = _counted(sheet)
    identifier = sheet.identifier
    if identifier is None:
        raise LookupError("The sheet of a battery has lost its identifier.")
    return DutyLine(
        name=battery_name(sheet.title, identifier, shell.language),
        small=str(identifier),
        is_code=True,
        address=shell.link(f"/obligations/{identifier.path}"),
        missing=missing,
        overdue=overdue,
        due=_due(sheet, shell),
    )


def _sheet_page(
    sheet: DutySheet, shell: Shell, address: str, chosen: tuple[str, tuple[DutyRow, ...]]
) -> DutySheetPage:
    state, rows = chosen
    missing, overdue = _counted(sheet)
    language, identifier = shell.language, sheet.identifier
    kept = f"lang={language.code}" if shell.chosen_by_hand else ""
    query = "&".join(filter(None, ("format=csv", f"state={state}" if state else "", kept)))
    name = sheet.title if identifier is None else battery_name(sheet.title, identifier, language)
    model = f"/obligations/models/{sheet.model_id}" if identifier and sheet.model_id else ""
    return DutySheetPage(
        shell=shell,
        name=name,
        identifier="" if identifier is None else str(identifier),
        operator_name=sheet.operator_name,
        rules=rule_set(sheet.rule_set).title,
        of_model=identifier is None,
        counts=state_counts(sheet, language, address=address, state=state, kept=kept),
        rows=rows,
        missing=missing,
        overdue=overdue,
        table_address=f"{address}?{query}",
        passport_address="" if identifier is None else shell.link(f"/{identifier.path}"),
        model_address=shell.link(model) if model else "",
    )
