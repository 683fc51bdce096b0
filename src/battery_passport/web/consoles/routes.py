"""The pages of every role, as one group of the application.

In: ports. Out: routes, each with its action.
"""

from collections.abc import Callable
from dataclasses import dataclass

from battery_passport.web.authorization import ActionRoute
from battery_passport.web.consoles.acts.ports import ActBook
from battery_passport.web.consoles.acts.routes import acts_routes
from battery_passport.web.consoles.administration.passkeys import passkey_routes
from battery_passport.web.consoles.administration.ports import AdministrationBook, RecoveryBook
from battery_passport.web.consoles.administration.previewing import previewing_routes
from battery_passport.web.consoles.administration.routes import administration_routes
from battery_passport.web.consoles.charging.ports import ChargingBook
from battery_passport.web.consoles.charging.routes import charging_routes
from battery_passport.web.consoles.city.ports import CityBook
from battery_passport.web.consoles.city.routes import city_routes
from battery_passport.web.consoles.customs.ports import CustomsBook
from battery_passport.web.consoles.customs.routes import customs_routes
from battery_passport.web.consoles.devices.ports import DeviceBook
from battery_passport.web.consoles.devices.routes import device_routes
from battery_passport.web.consoles.dismantling.routes import dismantling_routes
from battery_passport.web.consoles.fleet.ports import FleetBook
from battery_passport.web.consoles.fleet.routes import fleet_routes
from battery_passport.web.consoles.frame.choosing import choosing_routes
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.ports import SetDocument
from battery_passport.web.consoles.inspection.ports import InspectionBook
from battery_passport.web.consoles.inspection.routes import inspection_routes
from battery_passport.web.consoles.manufacture.ports import MakerBook
from battery_passport.web.consoles.manufacture.routes import manufacture_routes
from battery_passport.web.consoles.recycling.routes import recycling_routes
from battery_passport.web.consoles.site.routes import site_routes
from battery_passport.web.consoles.supervision.ports import CheckAll, LookBook
from battery_passport.web.consoles.supervision.routes import supervision_routes
from battery_passport.web.consoles.trade.routes import trade_routes
from battery_passport.web.reading.desk import Desk as PassportDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleServices:
    """All that the pages for work are given."""

    desk: Desk
    passports: PassportDesk
    inspections: InspectionBook
    city: CityBook
    fleet: FleetBook
    devices: DeviceBook
    charging: ChargingBook
    makers: MakerBook
    looks: LookBook
    administration: AdministrationBook
    recoveries: RecoveryBook
    acts: ActBook
    customs: CustomsBook
    check_all: CheckAll
    own_trust: Callable[[], bytes]
    set_pdf: SetDocument


def console_routes(services: ConsoleServices) -> list[ActionRoute]:
    """Return the routes of all roles."""
    desk = services.desk
    return [
        *choosing_routes(desk.frame),
        *city_routes(desk, services.city, services.set_pdf),
        *fleet_routes(desk, services.fleet),
        *device_routes(desk, services.devices),
        *charging_routes(desk, services.charging),
        *inspection_routes(desk, services.inspections),
        *manufacture_routes(desk, services.makers),
        *site_routes(desk),
        *dismantling_routes(desk, services.passports),
        *recycling_routes(desk, services.passports),
        *trade_routes(desk, services.own_trust),
        *customs_routes(desk, services.customs, services.check_all),
        *supervision_routes(desk, services.check_all, services.looks),
        *administration_routes(desk, services.administration),
        *passkey_routes(desk, services.recoveries),
        *previewing_routes(desk),
        *acts_routes(desk, services.acts),
    ]
