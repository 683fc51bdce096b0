"""The pages of every role, joined to an installation.

In: an opened installation. Out: a group of routes for `create_application`.
"""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from battery_passport import __version__
from battery_passport.adapters.documents.setting import Typesetter
from battery_passport.assembly.desks import open_desks
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.locating import node_modules
from battery_passport.assembly.operations.proofs import trust_file
from battery_passport.assembly.sheets.book import SheetMaker
from battery_passport.assembly.sites.consoles.administering import SqlAdministrationBook
from battery_passport.assembly.sites.consoles.charging import SqlChargingBook
from battery_passport.assembly.sites.consoles.clearing import SqlCustomsBook
from battery_passport.assembly.sites.consoles.counting import SqlCityBook
from battery_passport.assembly.sites.consoles.devices import SqlDeviceBook
from battery_passport.assembly.sites.consoles.finding import SqlBatteries
from battery_passport.assembly.sites.consoles.fleet import SqlFleetBook
from battery_passport.assembly.sites.consoles.inspecting import SqlInspectionBook
from battery_passport.assembly.sites.consoles.keeping import beside
from battery_passport.assembly.sites.consoles.making import SqlMakerBook
from battery_passport.assembly.sites.consoles.reading_acts import SqlActBook
from battery_passport.assembly.sites.consoles.recording import SqlDrafts, SqlRecorder
from battery_passport.assembly.sites.consoles.recovering import DeskRecoveryBook
from battery_passport.assembly.sites.consoles.supervising import SqlLookBook
from battery_passport.assembly.sites.consoles.warming import warm
from battery_passport.assembly.sites.measuring import HistoryMeasurements
from battery_passport.assembly.sites.readers import reader_services
from battery_passport.web.application import PageGroup
from battery_passport.web.consoles.frame.answering import Frame
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.routes import ConsoleServices, console_routes
from battery_passport.web.measurements.operations import measurement_operations
from battery_passport.web.measurements.routes import measurement_routes
from battery_passport.web.reading.desk import Desk as PassportDesk
from battery_passport.web.sheet.routes import sheet_routes
from battery_passport.web.site import Site
from battery_passport.web.static_files import load_static_files


def console_pages(installation: Installation, *, warmed: bool = False) -> PageGroup:
    """Return the group of role pages, for `create_application`; if `warmed`, counted beforehand."""

    def group(_site: Site) -> Sequence[BaseRoute]:
        services, measurements = console_services(installation), HistoryMeasurements(installation)
        if warmed:
            beside(lambda: warm(installation, services.city, services.fleet))
        operations = measurement_operations(services.desk.batteries, measurements, services.fleet)
        return [
            *console_routes(services),
            *measurement_routes(services.desk, measurements),
            *sheet_routes(
                services.desk, SheetMaker(installation, services.fleet), services.set_pdf
            ),
            *operations.routes,
        ]

    return group


def console_services(installation: Installation) -> ConsoleServices:
    """Return what the pages are given."""
    readers = reader_services(installation)
    frame = Frame(
        assets=load_static_files(node_modules(installation.settings)).addresses,
        software_version=__version__,
    )
    fleet = SqlFleetBook(installation)
    return ConsoleServices(
        desk=Desk(
            frame=frame,
            batteries=SqlBatteries(installation),
            recorder=SqlRecorder(installation),
            drafts=SqlDrafts(installation),
            clock=installation.clock,
        ),
        passports=PassportDesk(readers),
        inspections=SqlInspectionBook(installation),
        city=SqlCityBook(installation),
        fleet=fleet,
        devices=SqlDeviceBook(installation, fleet),
        charging=SqlChargingBook(installation),
        makers=SqlMakerBook(installation),
        looks=SqlLookBook(installation),
        administration=SqlAdministrationBook(installation),
        recoveries=DeskRecoveryBook(open_desks(installation)),
        acts=SqlActBook(installation),
        customs=SqlCustomsBook(installation),
        check_all=readers.check_consignment,
        set_pdf=Typesetter(node_modules(installation.settings)).pdf,
        own_trust=lambda: trust_file(installation).encode(),
    )
