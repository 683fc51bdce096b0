"""Endpoints of yards: intake, one battery, what was recorded.

In: requests of dismantlers or recyclers. Out: pages; a look at a passport is on record first.
"""

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose
from battery_passport.web.authorization import ActionRoute, may
from battery_passport.web.consoles.frame.cells import Cell
from battery_passport.web.consoles.frame.describing import (
    SUBPATH,
    event_terms,
    event_title,
    name_of,
    page_of,
    terms_of,
    value_text,
)
from battery_passport.web.consoles.frame.desk import Desk, read_scan, short_view
from battery_passport.web.consoles.frame.drafting import NOTES, DraftLine, EventForm
from battery_passport.web.consoles.frame.form_spec import FormSpec
from battery_passport.web.consoles.frame.listing import Emptiness, Listing
from battery_passport.web.consoles.frame.pages import note_of
from battery_passport.web.consoles.frame.places import Place
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.consoles.frame.views import BatteryCard, RecordedEvent
from battery_passport.web.consoles.yard.contexts import (
    Caution,
    Happening,
    IntakePage,
    PackPage,
    Way,
)
from battery_passport.web.consoles.yard.lists import Recorded, recorded_list, still_here
from battery_passport.web.language import Language, marked
from battery_passport.web.pages.data_points import point_name
from battery_passport.web.pages.passport import show_source
from battery_passport.web.pages.values import show_value
from battery_passport.web.reading.desk import Desk as PassportDesk
from battery_passport.web.reading.views import ReaderPassport, ReadValue, Sight
from battery_passport.web.session import principal_of

DANGERS = (49, 14, 13, 69)
"""Safety measures, what puts it out, hazardous substances, what happened to it."""

HANDLING = (48, 46, 47, 45)
"""How to take it apart: manual, part numbers, spare parts, what it is made of."""

STATUS = 67
SHOWN_HERE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class YardSpec:
    """What one role's yard is: its place, its forms, what an empty intake teaches."""

    place: Place
    forms: tuple[FormSpec, ...]
    types: tuple[str, ...]
    lead: str
    empty: Emptiness


class Yard:
    """Endpoints of one role."""

    def __init__(self, desk: Desk, passports: PassportDesk, spec: YardSpec) -> None:
        self._desk = desk
        self._passports = passports
        self._spec = spec
        self._forms = tuple(EventForm(desk, form) for form in spec.forms)

    def routes(self) -> list[ActionRoute]:
        """Return the routes."""
        base, console = self._spec.place.path, self._spec.place.action
        return [
            ActionRoute(base, self.intake, action=console),
            ActionRoute(f"{base}/recorded", self.recorded, action=console),
            *(route for form in self._forms for route in form.routes()),
            ActionRoute(f"{base}{SUBPATH}", self.pack, action=(console, "passport.read")),
        ]

    def intake(self, request: Request) -> Response:
        """Return the scan field, the drafts, and what is still here."""
        place = self._spec.place
        shell = self._desk.frame.shell(request, place)
        scan = read_scan(request, self._desk.batteries, shell, base=place.path)
        if scan.way is not None:
            return scan.way
        principal = principal_of(request)
        here = still_here(self._desk.batteries.own_events(principal, self._spec.types))
        page = IntakePage(
            shell=shell,
            title=shell.language.text(marked("Intake")),
            lead=shell.language.text(self._spec.lead),
            note=note_of(request, NOTES, shell.language),
            scan_action=shell.path,
            searched=scan.searched,
            fault=scan.fault,
            drafts=self._drafts(request, shell, None),
            here=short_view(self._listing(shell), here, shell, most=SHOWN_HERE),
            all_recorded=shell.address(f"{place.path}/recorded"),
        )
        return self._desk.frame.answer(page, status=404 if scan.fault else 200)

    def recorded(self, request: Request) -> Response:
        """Return everything that this organisation recorded."""
        shell = self._desk.frame.shell(request, self._spec.place)
        rows = self._desk.batteries.own_events(principal_of(request), self._spec.types)
        return self._desk.list_answer(
            request,
            self._spec.place,
            self._listing(shell),
            rows,
            title=marked("Recorded here"),
            lead=marked("What your organisation recorded. Times are Korean time (KST, UTC+9)."),
        )

    def pack(self, request: Request) -> Response:
        """Return one battery: what it is dangerous for, what is missing, what can be recorded."""
        place = self._spec.place
        shell = self._desk.frame.shell(request, place)
        card, language = self._desk.card(request), shell.language
        passport = self._passport(request, card)
        events = self._desk.batteries.events(card, principal_of(request))
        ways = self._ways(request, card, shell)
        page = PackPage(
            shell=shell,
            title=name_of(card, language),
            note=note_of(request, NOTES, language),
            back=shell.address(place.path),
            why_not=_why_not(card, allowed=bool(ways), language=language),
            ways=() if card.ended else ways,
            drafts=self._drafts(request, shell, card),
            status=_status(passport, language),
            warnings=_warnings(passport, (*DANGERS, *HANDLING), language),
            missing=_missing(passport, (*DANGERS[:3], *HANDLING), language),
            terms=terms_of(card, shell),
            past=tuple(_happening(each, language) for each in events),
        )
        return self._desk.frame.answer(page)

    def _passport(self, request: Request, card: BatteryCard) -> ReaderPassport | None:
        if not card.has_passport:
            return None
        opened = self._passports.open(request, card.identifier, Purpose.LEGITIMATE_INTEREST)
        wanted = frozenset((*DANGERS, *HANDLING, STATUS))
        narrow = Sight(
            points=opened.sight.points, numbers=opened.sight.numbers & wanted, with_estimate=False
        )
        return self._passports.show(replace(opened, sight=narrow))

    def _ways(self, request: Request, card: BatteryCard, shell: ConsoleShell) -> tuple[Way, ...]:
        base = page_of(self._spec.place.path, card)
        return tuple(
            Way(shell.address(f"{base}/{form.path}"), shell.language.text(form.title))
            for form in self._spec.forms
            if may(request, form.action, card.resource, form.purpose)
        )

    def _drafts(
        self, request: Request, shell: ConsoleShell, card: BatteryCard | None
    ) -> tuple[DraftLine, ...]:
        principal = principal_of(request)
        return tuple(
            line
            for form, spec in zip(self._forms, self._spec.forms, strict=True)
            for line in form.lines(
                [
                    each
                    for each in self._desk.drafts.of(principal, spec.path)
                    if card is None or each.battery.identifier == card.identifier
                ],
                shell,
            )
        )

    def _listing(self, shell: ConsoleShell) -> Listing[Recorded]:
        spec = self._spec
        return recorded_list(spec.place.path, shell.kept_query, spec.types, spec.empty)


def _why_not(card: BatteryCard, *, allowed: bool, language: Language) -> str:
    if card.ended:
        return language.text(
            "This battery was recycled. Nothing can be recorded about it any more."
        )
    if not allowed:
        return language.text("This battery belongs to another city. You may not record about it.")
    return ""


def _status(passport: ReaderPassport | None, language: Language) -> str:
    found = _value(passport, STATUS)
    return "" if found is None else value_text(found.value, "", language)


def _value(passport: ReaderPassport | None, number: int) -> ReadValue | None:
    values = () if passport is None else passport.values
    return next((each for each in values if each.number == number), None)


def _warnings(
    passport: ReaderPassport | None, numbers: tuple[int, ...], language: Language
) -> tuple[Caution, ...]:
    found = (_value(passport, number) for number in numbers)
    return tuple(
        Caution(
            label=point_name(each.number, language),
            shown=show_value(each.value, each.unit, language),
            origin=f"{show_source(each.source, language)}, {language.day_of(each.as_of)}",
        )
        for each in found
        if each is not None
    )


def _missing(
    passport: ReaderPassport | None, numbers: tuple[int, ...], language: Language
) -> tuple[str, ...]:
    return tuple(
        point_name(number, language) for number in numbers if _value(passport, number) is None
    )


def _happening(event: RecordedEvent, language: Language) -> Happening:
    return Happening(
        at=language.moment(event.occurred_at),
        title=Cell(event_title(event, language)),
        by=event.recorded_by_name or event.recorded_by,
        terms=event_terms(event, language),
    )
