"""The routes of chargers, for operators of charging places and for administrators.

In: a desk and a book of chargers. Out: routes, each with its action.
"""

from battery_passport.web.authorization import ActionRoute
from battery_passport.web.consoles.charging.ordering import Ordering
from battery_passport.web.consoles.charging.ports import ChargingBook
from battery_passport.web.consoles.charging.showing import STEER, ChargingDesk
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.places import ADMINISTRATION, SITE


def charging_routes(desk: Desk, book: ChargingBook) -> list[ActionRoute]:
    """Return the routes."""
    routes: list[ActionRoute] = []
    for place in (SITE, ADMINISTRATION):
        pages, base, console = ChargingDesk(desk, book, place), place.path, place.action
        orders, one = Ordering(pages), f"{base}/chargers/{{charger:str}}"
        order = f"{one}/{{number:int}}/{{order:str}}"
        routes += [
            ActionRoute(f"{base}/chargers", pages.chargers, action=console),
            ActionRoute(f"{base}/sessions", pages.sessions, action=console),
            ActionRoute(one, pages.charger, action=console),
            ActionRoute(order, orders.ask, action=console, methods=["GET"]),
            ActionRoute(order, orders.order, action=STEER, methods=["POST"]),
        ]
    return routes
