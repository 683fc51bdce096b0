"""Recyclers' routes: a yard with waste and recycling.

In: ports. Out: routes.
"""

from dataclasses import replace

from battery_passport.web.authorization import ActionRoute
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.listing import Emptiness
from battery_passport.web.consoles.frame.places import RECYCLING
from battery_passport.web.consoles.recycling.forms import RECYCLED
from battery_passport.web.consoles.yard.forms import WASTE
from battery_passport.web.consoles.yard.routes import Yard, YardSpec
from battery_passport.web.language import marked
from battery_passport.web.reading.desk import Desk as PassportDesk

YARD = YardSpec(
    place=RECYCLING,
    forms=(RECYCLED, replace(WASTE, place=RECYCLING)),
    types=("recycled", "status_changed", "removed"),
    lead=marked("Scan a battery to see what it is made of and to record what was recovered."),
    empty=Emptiness(
        title=marked("Nothing recorded yet."),
        lesson=marked(
            "Scan the code on a waste battery. What you record about it is listed here; recycling "
            "with the masses recovered ends its passport."
        ),
    ),
)


def recycling_routes(desk: Desk, passports: PassportDesk) -> list[ActionRoute]:
    """Return the routes of recyclers."""
    return Yard(desk, passports, YARD).routes()
