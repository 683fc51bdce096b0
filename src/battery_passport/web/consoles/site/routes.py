"""Site operators' one page: what there is today, and what will stand here.

In: requests of site operators. Out: a page.
"""

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.web.authorization import ActionRoute
from battery_passport.web.consoles.frame.coming import Coming, ComingPage
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.places import SITE
from battery_passport.web.language import marked

COMING = (
    (
        marked("Each site with its cars"),
        marked("Charging places and parking spaces, live, without a name, plate or measurement."),
    ),
    (
        marked("A verdict you can explain"),
        marked("Allow, limit the charge or refuse, each with its reason for driver and guard."),
    ),
    (
        marked("Alarms that you acknowledge"),
        marked("One alarm for one cause, saying what to do now; who acknowledged it is recorded."),
    ),
)


def site_routes(desk: Desk) -> list[ActionRoute]:
    """Return the routes of site operators."""

    def sites(request: Request) -> Response:
        shell = desk.frame.shell(request, SITE)
        text = shell.language.text
        page = ComingPage(
            shell=shell,
            title=text("Sites"),
            lead=text("Your charging places and car parks."),
            empty_title=text("No site is registered yet."),
            empty_lesson=text(
                "This installation does not watch car parks yet, so nothing is shown here. "
                "Chargers have pages of their own. Nobody's car is refused by this page."
            ),
            coming=tuple(Coming(text(title), text(lesson)) for title, lesson in COMING),
        )
        return desk.frame.answer(page)

    return [ActionRoute(SITE.path, sites, action=SITE.action)]
