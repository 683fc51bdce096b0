"""The addresses that can be opened, asked of a real application.

In: nothing. Out: the paths of all routes that answer GET.
"""

import tempfile

from battery_passport.assembly.installation import opened_installation
from battery_passport.assembly.public_site import build_site
from battery_passport.assembly.settings import PREFIX, load_settings
from battery_passport.web.authorization import every_route


def page_routes() -> list[str]:
    """Return the paths, each once, in their order."""
    with (
        tempfile.TemporaryDirectory() as folder,
        opened_installation(load_settings({f"{PREFIX}HOME": folder})) as installation,
    ):
        application = build_site(installation, waiting_batches=lambda: 0)
    found = (
        str(getattr(route, "path", ""))
        for route in every_route(getattr(application, "routes", ()))
        if "GET" in (getattr(route, "methods", None) or ())
    )
    return list(dict.fromkeys(found))
