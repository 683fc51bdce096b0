"""The web application of one installation, made from its ports.

In: `WebServices`, who identifies visitors, groups of pages. Out: an ASGI application every route of
which names its action; one that does not stops the start.
"""

from collections.abc import Callable, Sequence

from fastapi import FastAPI
from starlette.routing import BaseRoute

from battery_passport.web.api.health import health_routes
from battery_passport.web.api.problem_documents import only_as_problems
from battery_passport.web.authorization import (
    SIGN_IN_PATH,
    AccessControl,
    ActionRoute,
    refuse_unclassified,
)
from battery_passport.web.body_limit import BodyLimit
from battery_passport.web.failures import UnexpectedFailures, add_failure_handlers
from battery_passport.web.limits import (
    ADDRESS_RATES,
    PRINCIPAL_RATES,
    Buckets,
    RateLimits,
    by_address,
    by_principal,
)
from battery_passport.web.ports import WebServices
from battery_passport.web.readers.routes import routes as reader_routes
from battery_passport.web.security import HardenedResponses
from battery_passport.web.session import Identification, NobodyKnown, SessionMiddleware
from battery_passport.web.site import Site
from battery_passport.web.static_files import load_static_files

TITLE = "Battery Passport Platform"
INTERFACE_VERSION = "1"

PageGroup = Callable[[Site], Sequence[BaseRoute]]
"""The routes of one group of pages: each an `ActionRoute`, or a FastAPI route with `requires`."""


def create_application(
    services: WebServices,
    *,
    identification: Identification | None = None,
    groups: Sequence[PageGroup] = (),
    rate_factor: float = 0.0,
) -> FastAPI:
    """Return the application; with a `rate_factor` of 0 one may ask as often as one likes.

    Raises: DesignSystemMissing if `krds-uiux` is not in `node_modules`; UnclassifiedRoute.
    """
    site = Site(services, load_static_files(services.node_modules))
    application = FastAPI(
        title=TITLE,
        version=INTERFACE_VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        routes=[
            *reader_routes(site),
            *_page_routes(site),
            *health_routes(services.health).routes,
            *(route for group in groups for route in group(site)),
        ],
    )
    site.interface_document = only_as_problems(application.openapi())
    paths = {getattr(route, "path", "") for route in application.routes}
    site.sign_in_path = SIGN_IN_PATH if SIGN_IN_PATH in paths else ""
    add_failure_handlers(application, site)
    _admit_only_what_may_enter(application, site, identification, rate_factor)
    refuse_unclassified(application)
    return application


def _admit_only_what_may_enter(
    application: FastAPI, site: Site, identification: Identification | None, rate_factor: float
) -> None:
    """Put the guards around the routes; who is added last sees a request first."""
    services = site.services
    application.add_middleware(AccessControl, authorizer=services.authorizer)
    if rate_factor:
        principals = Buckets(PRINCIPAL_RATES, factor=rate_factor)
        application.add_middleware(RateLimits, site=site, buckets=principals, caller=by_principal)
    application.add_middleware(
        SessionMiddleware,
        site=site,
        identification=identification or NobodyKnown(),
        public_address=services.public_address,
    )
    application.add_middleware(BodyLimit, site=site)
    if rate_factor:
        addresses = Buckets(ADDRESS_RATES, factor=rate_factor)
        application.add_middleware(RateLimits, site=site, buckets=addresses, caller=by_address)
    application.add_middleware(UnexpectedFailures, site=site)
    application.add_middleware(
        HardenedResponses, public_address=services.public_address, log=services.log_access
    )


def _page_routes(site: Site) -> list[BaseRoute]:
    pages = (
        ("/", site.home, "site.read"),
        ("/search", site.search, "site.read"),
        ("/verify", site.verify, "site.read"),
        ("/verify/offline.html", site.verifier, "site.read"),
        ("/developers", site.developers, "site.read"),
        ("/openapi.json", site.interface, "interface.describe"),
        ("/static/{path:path}", site.static, "site.asset"),
        ("/favicon.ico", site.icon, "site.asset"),
    )
    return [ActionRoute(path, endpoint, action=action) for path, endpoint, action in pages]
