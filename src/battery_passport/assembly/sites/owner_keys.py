"""The pages of owners' keys, joined to an installation.

In: an opened installation, the desks of its people. Out: a group of routes.
"""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from battery_passport.assembly.desks import DeskAccounts, Desks
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.ledger_keys.service import InstallationLedgerKeys
from battery_passport.assembly.sites.owner import owner_services
from battery_passport.web.application import PageGroup
from battery_passport.web.owner_keys.ports import OwnerKeyServices
from battery_passport.web.owner_keys.routes import routes
from battery_passport.web.site import Site


def owner_key_pages(installation: Installation, desks: Desks) -> PageGroup:
    """Return the group of the pages of keys, for `create_application`."""

    def group(_site: Site) -> Sequence[BaseRoute]:
        return routes(
            OwnerKeyServices(
                owner=owner_services(installation, DeskAccounts(desks)),
                ledger=InstallationLedgerKeys(installation, desks.sealing),
            )
        )

    return group
