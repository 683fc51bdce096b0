"""What a first look would wait for, done beside while the server begins.

In: an installation and the books of its pages. Out: counts that are kept, templates that are read.
"""

import logging
from uuid import UUID

from sqlalchemy import select

from battery_passport.adapters.sql.schema import batteries
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.things import region_of
from battery_passport.web.consoles.city.contexts import OverviewPage, ReportPage
from battery_passport.web.consoles.city.ports import CityBook
from battery_passport.web.consoles.fleet.contexts import FleetPage, LiveListPage, QualityPage
from battery_passport.web.consoles.fleet.ports import FleetBook
from battery_passport.web.language import LANGUAGE_NAMES
from battery_passport.web.measurements.page import MeasurementsPage
from battery_passport.web.rendering import environment

_PAGES = (FleetPage, LiveListPage, QualityPage, OverviewPage, ReportPage, MeasurementsPage)

_LOG = logging.getLogger(__name__)


def warm(installation: Installation, city: CityBook, fleet: FleetBook) -> None:
    """Count each city's fleet once, and read the templates of its pages."""
    try:
        for code in LANGUAGE_NAMES:
            for page in _PAGES:
                environment(code).get_template(page.template)
        for region in cities(installation):
            fleet.state(region)
            fleet.devices(region)
            city.counts(region)
            city.pilot(region, city.months(region)[0])
    except Exception:  # noqa: BLE001 - the first reader counts himself
        _LOG.warning("the fleets could not be counted beforehand", exc_info=True)


def cities(installation: Installation) -> list[str]:
    """Return the cities that have batteries."""
    with installation.database.read() as connection:
        operators = connection.execute(select(batteries.c.responsible_id).distinct()).scalars()
        found = {region_of(connection, UUID(each)) for each in operators.all()}
    return sorted(region for region in found if region is not None)
