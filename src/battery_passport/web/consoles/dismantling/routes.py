"""Dismantlers' routes: a yard with removal and waste.

In: ports. Out: routes.
"""

from battery_passport.web.authorization import ActionRoute
from battery_passport.web.consoles.dismantling.forms import REMOVAL
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.listing import Emptiness
from battery_passport.web.consoles.frame.places import DISMANTLING
from battery_passport.web.consoles.yard.forms import WASTE
from battery_passport.web.consoles.yard.routes import Yard, YardSpec
from battery_passport.web.language import marked
from battery_passport.web.reading.desk import Desk as PassportDesk

YARD = YardSpec(
    place=DISMANTLING,
    forms=(REMOVAL, WASTE),
    types=("removed", "status_changed"),
    lead=marked("Scan a battery to see what it is dangerous for and to record its removal."),
    empty=Emptiness(
        title=marked("Nothing received yet."),
        lesson=marked(
            "Scan the code on a battery. Once you have recorded its removal it stays on this list "
            "until it is recycled."
        ),
    ),
)


def dismantling_routes(desk: Desk, passports: PassportDesk) -> list[ActionRoute]:
    """Return the routes of dismantlers."""
    return Yard(desk, passports, YARD).routes()
