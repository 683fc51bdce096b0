"""The web application of one installation, made from its ports.

In: `WebServices`. Out: an ASGI application: pages, documented JSON, health, handed-in routes.
"""

from fastapi import FastAPI
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from battery_passport.web.api.health import health_routes
from battery_passport.web.api.passports import passport_routes
from battery_passport.web.failures import UnexpectedFailures, add_failure_handlers
from battery_passport.web.ports import WebServices
from battery_passport.web.security import HardenedResponses
from battery_passport.web.site import Site
from battery_passport.web.static_files import load_static_files

TITLE = "Battery Passport Platform"
INTERFACE_VERSION = "1"


def create_application(services: WebServices) -> FastAPI:
    """Return the application.

    Raises: DesignSystemMissing if `krds-uiux` is not in `node_modules`.
    """
    site = Site(services, load_static_files(services.node_modules))
    application = FastAPI(
        title=TITLE,
        version=INTERFACE_VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        routes=[*_extra_routes(services), *_page_routes(site)],
    )
    application.include_router(passport_routes(services))
    application.include_router(health_routes(services.health))
    site.interface_document = application.openapi()
    add_failure_handlers(application, site)
    application.add_middleware(UnexpectedFailures, site=site)
    application.add_middleware(
        HardenedResponses, public_address=services.public_address, log=services.log_access
    )
    return application


def _page_routes(site: Site) -> list[BaseRoute]:
    pages = (
        ("/", site.home),
        ("/search", site.search),
        ("/01/{gtin:str}/21/{serial:path}", site.passport),
        ("/verify", site.verify),
        ("/developers", site.developers),
        ("/static/{path:path}", site.static),
        ("/favicon.ico", site.icon),
    )
    return [_NamedRoute(path, endpoint, include_in_schema=False) for path, endpoint in pages]


class _NamedRoute(Route):
    """A route that leaves its pattern in the scope, as FastAPI's own do, for the access line."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        return match, {**found, "route": self} if match is not Match.NONE else found


class _Verbatim:
    """An ASGI application as an object, which the router calls as it is, for every method."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._application(scope, receive, send)


def _extra_routes(services: WebServices) -> list[BaseRoute]:
    return [
        _NamedRoute(extra.path, _Verbatim(extra.application), include_in_schema=False)
        for extra in services.extra_routes
    ]
