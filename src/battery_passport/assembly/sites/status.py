"""The addresses of status lists, joined to the store.

In: an installation. Out: a group of routes.
"""

from collections.abc import Callable, Sequence

from starlette.routing import BaseRoute

from battery_passport.assembly.installation import Installation
from battery_passport.assembly.statuses import StatusPublisher
from battery_passport.web.site import Site
from battery_passport.web.status.routes import routes


def status_addresses(installation: Installation) -> Callable[[Site], Sequence[BaseRoute]]:
    """Return the group of routes that answer with this installation's status lists."""
    return lambda _site: routes(SqlStatusLists(installation))


class SqlStatusLists:
    """Fulfils `web.status.ports.StatusLists`."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._publisher = StatusPublisher(installation.keys, installation.base_url)

    def token(self, list_id: str) -> str | None:
        """Return a list as a token."""
        moment = self._installation.clock.now()
        with self._installation.database.read() as connection:
            return self._publisher.token(connection, list_id, moment)

    def credential(self, list_id: str, purpose: str) -> str | None:
        """Return one purpose of a list as a credential."""
        moment = self._installation.clock.now()
        with self._installation.database.read() as connection:
            return self._publisher.credential(connection, list_id, purpose, moment)
