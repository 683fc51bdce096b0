"""The pages of every role, as one group of the application.

In: ports. Out: routes, each with its action.
"""

from collections.abc import Callable
from dataclasses import dataclass

from battery_passport.web.authorization import ActionRoute
from battery_passport.web.consoles.administration.ports import AdministrationBook
from battery_passport.web.consoles.administration.routes import administration_routes
from battery_passport.web.consoles.city.ports import CityBook
from battery_passport.web.consoles.city.routes import city_routes
from battery_passport.web.consoles.dismantling.routes import dismantling_routes
from battery_passport.web.consoles.frame.choosing import choosing_routes
from battery_passport.web.consoles.frame.desk import Desk
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
    makers: MakerBook
    looks: LookBook
    administration: AdministrationBook
    check_all: CheckAll
    own_trust: Callable[[], bytes]


def console_routes(services: ConsoleServices) -> list[ActionRoute]:
    """Return the routes of all roles."""
    desk = services.desk
    return [
        *choosing_routes(desk.frame),
        *city_routes(desk, services.city),
        *inspection_routes(desk, services.inspections),
        *manufacture_routes(desk, services.makers),
        *site_routes(desk),
        *dismantling_routes(desk, services.passports),
        *recycling_routes(desk, services.passports),
        *trade_routes(desk, services.own_trust),
        *supervision_routes(desk, services.check_all, services.looks),
        *administration_routes(desk, services.administration),
    ]
