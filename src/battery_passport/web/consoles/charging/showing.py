"""Lists of chargers and sessions, and the page of one charger.

In: requests of who runs chargers. Out: pages and CSV of the sites that they may see.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose, Resource
from battery_passport.web.authorization import may
from battery_passport.web.consoles.charging.contexts import ChargerPage, RunningView
from battery_passport.web.consoles.charging.lists import (
    charger_address,
    chargers_list,
    connectors_text,
    energy_text,
    known_text,
    online_cell,
    sessions_list,
    soc_text,
    state_cell,
    unit_text,
)
from battery_passport.web.consoles.charging.ports import ChargerRow, ChargingBook, SessionRow
from battery_passport.web.consoles.charging.words import SUPPLIES
from battery_passport.web.consoles.fleet.live import EVERY_S, live_answer
from battery_passport.web.consoles.frame.desk import Desk, short_view
from battery_passport.web.consoles.frame.errors import NothingOfYours
from battery_passport.web.consoles.frame.pages import Term, note_of
from battery_passport.web.consoles.frame.places import Place
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.language import marked

READ, STEER = "charging.read", "charging.steer"
NOTES = {
    "stop": marked("The charger has stopped the session."),
    "limit": marked("The charger keeps to the limit."),
}
_SHOWN_SESSIONS = 25


@dataclass(frozen=True, slots=True)
class ChargingDesk:
    """Endpoints of chargers in one place of work."""

    desk: Desk
    book: ChargingBook
    place: Place

    def chargers(self, request: Request) -> Response:
        """Return the chargers."""
        shell = self.desk.frame.shell(request, self.place)
        listing = chargers_list(self.place.path, shell.kept_query, self.desk.clock.now())
        return self.desk.list_answer(
            request,
            self.place,
            listing,
            self.book.chargers(self._sites(request)),
            title=listing.title,
            lead=marked("Who is connected, and where a car charges now."),
        )

    def sessions(self, request: Request) -> Response:
        """Return the charging sessions."""
        shell = self.desk.frame.shell(request, self.place)
        listing = sessions_list(self.place.path, shell.kept_query)
        return self.desk.list_answer(
            request,
            self.place,
            listing,
            self.book.sessions(self._sites(request)),
            title=listing.title,
            lead=marked("The latest 2,500, Korean time (KST). Whose car it is nobody is told."),
        )

    def charger(self, request: Request) -> Response:
        """Return one charger, what is charged there now, and its last sessions."""
        row, resource = self.found(request)
        shell, now = self.desk.frame.shell(request, self.place), self.desk.clock.now()
        text, base = shell.language.text, self.place.path
        sessions = self.book.sessions_of(row.charger)
        steers = may(request, STEER, resource, Purpose.OWN_USE)
        listing = sessions_list(base, shell.kept_query)
        page = ChargerPage(
            shell=shell,
            title=text("Charger %(name)s", name=row.charger),
            lead=text("As of %(at)s, Korean time (KST, UTC+9).", at=shell.language.moment(now)),
            note=note_of(request, NOTES, shell.language),
            back=shell.address(f"{base}/chargers"),
            online=online_cell(row, now, shell.language),
            terms=_terms(row, shell),
            running=self._running(sessions, shell, steers=steers and row.online),
            sessions=short_view(listing, sessions, shell, most=_SHOWN_SESSIONS),
            every_s=EVERY_S,
        )
        return live_answer(request, self.desk.frame, page)

    def found(self, request: Request) -> tuple[ChargerRow, Resource]:
        """Return the charger that the address names. Raises: NothingOfYours."""
        name = str(request.path_params["charger"])
        sites = {
            each.site: each.resource
            for each in self.book.sites()
            if may(request, READ, each.resource, Purpose.OWN_USE)
        }
        found = next((row for row in self.book.chargers(sites) if row.charger == name), None)
        if found is None:
            raise NothingOfYours("There is no such charger at a site of yours.")
        return found, sites[found.site]

    def _sites(self, request: Request) -> Sequence[str]:
        return [
            each.site
            for each in self.book.sites()
            if may(request, READ, each.resource, Purpose.OWN_USE)
        ]

    def _running(
        self, sessions: Sequence[SessionRow], shell: ConsoleShell, *, steers: bool
    ) -> tuple[RunningView, ...]:
        return tuple(
            self._view(each, shell, steers=steers) for each in sessions if each.ended_at is None
        )

    def _view(self, row: SessionRow, shell: ConsoleShell, *, steers: bool) -> RunningView:
        text = shell.language.text
        base = f"{charger_address(self.place.path, row.charger)}/{row.number}"
        return RunningView(
            name=text("Connector %(number)s", number=row.connector),
            state=state_cell(row, shell.language),
            terms=session_terms(row, shell),
            stop=shell.address(f"{base}/stop") if steers else "",
            limit=shell.address(f"{base}/limit") if steers else "",
        )


def session_terms(row: SessionRow, shell: ConsoleShell) -> tuple[Term, ...]:
    """Return what the charger's meter says of a session."""
    language = shell.language
    text = language.text
    power = None if row.power_w is None else row.power_w / 1_000
    limit = None if row.limit_w is None else row.limit_w / 1_000
    metered = "" if row.metered_at is None else language.moment(row.metered_at)
    return (
        Term(text("Began"), language.moment(row.started_at)),
        Term(text("Power"), unit_text(power, "kW", language), small=metered),
        Term(
            text("Current and voltage"),
            f"{unit_text(row.current_a, 'A', language)}, {unit_text(row.voltage_v, 'V', language)}",
        ),
        Term(text("Energy"), energy_text(row, language)),
        Term(text("State of charge"), soc_text(row, language)),
        Term(text("Limit set here"), unit_text(limit, "kW", language)),
        Term(text("Battery"), known_text(row, language)),
    )


def _terms(row: ChargerRow, shell: ConsoleShell) -> tuple[Term, ...]:
    language = shell.language
    text = language.text
    return (
        Term(text("Site"), row.site),
        Term(text("Connectors"), connectors_text(row, language)),
        Term(
            text("Protocol"),
            f"OCPP {row.version}" if row.version else "–",
            small=text(SUPPLIES.get(row.supply, row.supply)),
        ),
        Term(text("Make and model"), row.made or text("not told")),
        Term(text("Firmware"), row.firmware or text("not told")),
    )
