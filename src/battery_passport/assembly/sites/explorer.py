"""The ledger's pages, joined to an installation.

In: an opened installation. Out: a group of routes that read the record store and the chain.
"""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from battery_passport.assembly.explorer.ledger import SiteLedger
from battery_passport.assembly.explorer.naming import Naming
from battery_passport.assembly.explorer.records import SiteRecords
from battery_passport.assembly.explorer.window import ChainWindow
from battery_passport.assembly.installation import Installation
from battery_passport.web.application import PageGroup
from battery_passport.web.explorer.ports import ExplorerServices
from battery_passport.web.explorer.routes import routes
from battery_passport.web.site import Site


def explorer_services(installation: Installation) -> ExplorerServices:
    """Return what the pages are given."""
    window, naming = ChainWindow(installation), Naming(installation)
    return ExplorerServices(
        ledger=SiteLedger(installation, window, naming),
        records=SiteRecords(installation, window),
    )


def explorer_pages(installation: Installation) -> PageGroup:
    """Return the group of the ledger's pages, for `create_application`."""

    def group(site: Site) -> Sequence[BaseRoute]:
        return routes(site, explorer_services(installation))

    return group
