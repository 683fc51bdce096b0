"""Every route of owners' keys, with the action it stands for.

In: `OwnerKeyServices`. Out: routes for the application.
"""

from battery_passport.web.authorization import ActionRoute
from battery_passport.web.owner_keys.pages import KEY_PATH, KeyPages
from battery_passport.web.owner_keys.ports import OwnerKeyServices

_CHANGE = "ledger-key.change"


def routes(services: OwnerKeyServices) -> list[ActionRoute]:
    """Return the routes of a battery's key."""
    pages = KeyPages(services)
    changes = {
        "take": pages.take,
        "give": pages.give,
        "appoint": pages.appoint,
        "lost": pages.lost,
        "object": pages.object_to,
        "finish": pages.finish,
    }
    return [
        ActionRoute(KEY_PATH, pages.show, methods=("GET",), action="ledger-key.read"),
        *(
            ActionRoute(f"{KEY_PATH}/{name}", endpoint, methods=("POST",), action=_CHANGE)
            for name, endpoint in changes.items()
        ),
    ]
