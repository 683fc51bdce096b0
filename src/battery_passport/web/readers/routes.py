"""The routes of readers: passports for everyone and for those who may see more; the interface.

In: the site with its services. Out: routes, each with its action.
"""

from starlette.routing import BaseRoute

from battery_passport.access.policy.reading import READ
from battery_passport.web.api.obligations import CONSIGNMENT, duty_routes
from battery_passport.web.api.own_statements import own_statement_routes
from battery_passport.web.api.passport_operations import passport_routes
from battery_passport.web.api.passports import Passports
from battery_passport.web.api.reports import report_routes
from battery_passport.web.authorization import ActionRoute
from battery_passport.web.readers.consignment import ConsignmentPages
from battery_passport.web.readers.obligations import OBLIGATIONS, DutyPages
from battery_passport.web.readers.pages import PassportPages
from battery_passport.web.readers.preview import PREVIEW, PreviewPages
from battery_passport.web.reading.desk import Desk
from battery_passport.web.site import Site

LINK = "/01/{gtin:str}/21/{serial:path}"


def routes(site: Site) -> list[BaseRoute]:
    """Return the pages and the operations."""
    desk = Desk(site.services.readers)
    passports = Passports(site.services, desk)
    pages = PassportPages(site, desk, passports)
    duties, consignments = DutyPages(site, desk), ConsignmentPages(site, desk)
    # The router asks one route after the other: what strangers ask most comes first.
    return [
        ActionRoute(LINK, pages.passport, action=READ, methods=["GET"]),
        *passport_routes(passports, site.services.trust).routes,
        ActionRoute(LINK, pages.state_purpose, action=READ, methods=["POST"]),
        ActionRoute(f"/preview{LINK}", PreviewPages(site, desk).preview, action=PREVIEW),
        ActionRoute("/obligations", duties.overview, action=OBLIGATIONS),
        ActionRoute("/obligations/models/{model_id:uuid}", duties.of_model, action=OBLIGATIONS),
        ActionRoute(f"/obligations{LINK}", duties.of_battery, action=OBLIGATIONS),
        ActionRoute(
            "/consignment", consignments.consignment, action=CONSIGNMENT, methods=["GET", "POST"]
        ),
        *report_routes(desk).routes,
        *own_statement_routes(desk).routes,
        *duty_routes(desk).routes,
    ]
