"""Every route of the ledger's pages, with the action it stands for.

In: the site and `ExplorerServices`. Out: routes for the application.
"""

from starlette.routing import BaseRoute

from battery_passport.access.policy.reading import READ
from battery_passport.web.authorization import ActionRoute
from battery_passport.web.explorer.pages import LedgerPages
from battery_passport.web.explorer.ports import ExplorerServices
from battery_passport.web.explorer.record import PREFIX
from battery_passport.web.explorer.record_pages import RecordPages
from battery_passport.web.reading.desk import Desk
from battery_passport.web.site import Site

ACTION = "ledger.read"


def routes(site: Site, services: ExplorerServices) -> list[BaseRoute]:
    """Return the routes: the ledger for everybody, a record's way for who may see the record."""
    pages = LedgerPages(site, services.ledger)
    records = RecordPages(site, services.records, Desk(site.services.readers))
    public = (
        ("/ledger", pages.overview),
        ("/ledger/checkpoints", pages.checkpoints),
        ("/ledger/checkpoints/{size:int}", pages.checkpoint),
        ("/ledger/anchors", pages.anchors),
        ("/ledger/blocks", pages.blocks),
        ("/ledger/blocks/{number:int}", pages.block),
        ("/ledger/states", pages.epochs),
    )
    return [
        *(ActionRoute(path, endpoint, action=ACTION) for path, endpoint in public),
        ActionRoute(f"{PREFIX}/01/{{gtin:str}}/21/{{serial:path}}", records.way, action=READ),
    ]
