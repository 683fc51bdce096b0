"""The fleet's routes, for city officers and administrators: map, cars, devices, alarms, findings.

In: requests. Out: pages and CSV of their own city's fleet.
"""

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose, Resource, ResourceKind
from battery_passport.access.policy.errors import AccessDenied
from battery_passport.web.authorization import ActionRoute, authorize, may
from battery_passport.web.consoles.fleet.alarms import alarms_list
from battery_passport.web.consoles.fleet.contexts import FleetPage, LiveListPage, QualityPage
from battery_passport.web.consoles.fleet.describing import device_terms, quality_figures
from battery_passport.web.consoles.fleet.findings import findings_list, gravest_first
from battery_passport.web.consoles.fleet.lists import cars_list, devices_list
from battery_passport.web.consoles.fleet.live import EVERY_S, live_answer
from battery_passport.web.consoles.fleet.mapping import figures_of, map_of
from battery_passport.web.consoles.fleet.ports import FleetBook, Listed
from battery_passport.web.consoles.frame.answering import csv_file
from battery_passport.web.consoles.frame.describing import SUBPATH, name_of, page_of
from battery_passport.web.consoles.frame.desk import FILE_DATE, Desk
from battery_passport.web.consoles.frame.list_state import read_state
from battery_passport.web.consoles.frame.listing import Listing, R, csv_of, view_of
from battery_passport.web.consoles.frame.places import ADMINISTRATION, CITY, Place
from battery_passport.web.language import marked
from battery_passport.web.session import principal_of

FLEET, QUALITY, TELEMETRY = "fleet.read", "quality.read", "telemetry.read"
SHEET = "diagnosis.read"
AS_OF = marked("As of %(at)s, Korean time (KST, UTC+9). The page keeps itself up to date.")
FOUND_LEAD = marked(
    "What looked wrong in the measurements received this month. Values are kept as they are."
)

ALARMS_LEAD = marked("Thermal events that two or more independent signals show, the newest first.")


@dataclass(frozen=True, slots=True)
class FleetDesk:
    """Endpoints of the fleet in one place of work."""

    desk: Desk
    book: FleetBook
    place: Place

    @property
    def base(self) -> str:
        """Where the place's pages lie."""
        return self.place.path

    def overview(self, request: Request) -> Response:
        """Return the map and the four figures."""
        shell = self.desk.frame.shell(request, self.place)
        region, text = region_of(request), shell.language.text
        state = self.book.state(region)
        page = FleetPage(
            shell=shell,
            title=text("Fleet map"),
            lead=text(AS_OF, at=shell.language.moment(state.at)),
            figures=figures_of(state, shell),
            map=map_of(
                state, region, request.query_params.get("measure", ""), shell, base=self.base
            ),
            every_s=EVERY_S,
        )
        return live_answer(request, self.desk.frame, page)

    def cars(self, request: Request) -> Response:
        """Return the cars."""
        shell = self.desk.frame.shell(request, self.place)
        state = self.book.state(region_of(request))
        listing = cars_list(region_of(request), state.at, self.base, shell)
        lead = marked("No plates and no names; districts are the finest place.")
        return self._list(request, listing, Listed(at=state.at, rows=state.cars), lead=lead)

    def devices(self, request: Request) -> Response:
        """Return the collection devices."""
        shell = self.desk.frame.shell(request, self.place)
        devices = self.book.devices(region_of(request))
        listing = devices_list(devices.at, self.base, shell.kept_query)
        lead = marked("How each device does, by its batches and by what it last told itself.")
        way = (f"{self.base}/devices/code", marked("Enrol a device"))
        return self._list(request, listing, devices, lead=lead, way=way)

    def alarms(self, request: Request) -> Response:
        """Return the alarms, the newest first."""
        shell = self.desk.frame.shell(request, self.place)
        alarms = self.book.alarms(region_of(request))
        return self._list(
            request, alarms_list(self.base, shell.kept_query), alarms, lead=ALARMS_LEAD
        )

    def findings(self, request: Request) -> Response:
        """Return what was found this month."""
        found = self.book.findings(region_of(request))
        ranked = Listed(at=found.at, rows=sorted(found.rows, key=gravest_first))
        listing = replace(findings_list(), title=marked("Data quality"))
        return self._list(request, listing, ranked, lead=FOUND_LEAD)

    def battery(self, request: Request) -> Response:
        """Return what was found about one battery, and the devices that measured it."""
        card = self.desk.card(request)
        authorize(request, QUALITY, card.resource, Purpose.OWN_USE)
        shell = self.desk.frame.shell(request, self.place)
        quality, text = self.book.quality(card.battery_id), shell.language.text
        listing, rows = findings_list(), sorted(quality.findings, key=gravest_first)
        state = read_state(request, sorts=listing.sorts, filters=listing.filter_keys)
        if state.as_csv:
            body = csv_of(listing, rows, state, shell.language)
            return csv_file(f"quality-{card.identifier.serial}", body)
        open_telemetry = may(request, TELEMETRY, card.resource, Purpose.OWN_USE)
        open_sheet = may(request, SHEET, card.resource, Purpose.OWN_USE)
        page = QualityPage(
            shell=shell,
            title=name_of(card, shell.language),
            lead=text("What was found about this battery's measurements, from the first on."),
            back=shell.address(f"{self.base}/cars"),
            back_text=text("Cars"),
            figures=quality_figures(quality, shell.language),
            list=view_of(listing, rows, state, shell),
            devices=tuple(device_terms(each, shell.language) for each in quality.devices),
            telemetry=shell.address(page_of("/telemetry", card)) if open_telemetry else "",
            sheet=shell.address(page_of("/diagnosis", card)) if open_sheet else "",
        )
        return self.desk.frame.answer(page)

    def _list(
        self,
        request: Request,
        listing: Listing[R],
        listed: Listed[R],
        *,
        lead: str,
        way: tuple[str, str] = ("", ""),
    ) -> Response:
        shell = self.desk.frame.shell(request, self.place)
        state = read_state(request, sorts=listing.sorts, filters=listing.filter_keys)
        if state.as_csv:
            day = self.desk.clock.now().strftime(FILE_DATE)
            body = csv_of(listing, listed.rows, state, shell.language)
            return csv_file(f"{listing.name}-{day}", body)
        text = shell.language.text
        page = LiveListPage(
            shell=shell,
            title=text(listing.title),
            lead=f"{text(lead)} {text(AS_OF, at=shell.language.moment(listed.at))}",
            list=view_of(listing, listed.rows, state, shell),
            every_s=EVERY_S,
            way=shell.address(way[0]) if way[0] else "",
            way_text=text(way[1]) if way[1] else "",
        )
        return live_answer(request, self.desk.frame, page)


def region_of(request: Request) -> str:
    """Return the city whose fleet somebody may see: his own. Raises: AccessDenied."""
    region = principal_of(request).region
    if region is None:
        raise AccessDenied("You do not act for a city.")
    city = Resource(kind=ResourceKind.PLATFORM, region=region)
    authorize(request, FLEET, city, Purpose.OWN_USE)
    return region


def fleet_routes(desk: Desk, book: FleetBook) -> list[ActionRoute]:
    """Return the routes of the fleet, in the pages of city officers and of administrators."""
    routes: list[ActionRoute] = []
    for place in (CITY, ADMINISTRATION):
        pages, base, action = FleetDesk(desk, book, place), place.path, place.action
        routes += [
            ActionRoute(f"{base}/fleet", pages.overview, action=action),
            ActionRoute(f"{base}/cars", pages.cars, action=action),
            ActionRoute(f"{base}/alarms", pages.alarms, action=action),
            ActionRoute(f"{base}/quality", pages.findings, action=action),
            ActionRoute(f"{base}{SUBPATH}/quality", pages.battery, action=QUALITY),
        ]
    devices = FleetDesk(desk, book, ADMINISTRATION).devices
    address = f"{ADMINISTRATION.path}/devices"
    return [*routes, ActionRoute(address, devices, action=ADMINISTRATION.action)]
