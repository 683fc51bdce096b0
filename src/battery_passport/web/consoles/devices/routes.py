"""The routes of collection devices, for administrators.

In: a desk and a book of devices. Out: routes, each with its action.
"""

from battery_passport.web.authorization import ActionRoute
from battery_passport.web.consoles.devices.changing import DeviceActs
from battery_passport.web.consoles.devices.enrolling import CODE, CodeForm
from battery_passport.web.consoles.devices.ports import DeviceBook
from battery_passport.web.consoles.devices.showing import DEVICES, MANAGE, DeviceShown
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.places import ADMINISTRATION


def device_routes(desk: Desk, book: DeviceBook) -> list[ActionRoute]:
    """Return the routes."""
    shown, codes, console = DeviceShown(desk, book), CodeForm(desk, book), ADMINISTRATION.action
    acts = DeviceActs(shown)
    one = f"{DEVICES}/{{device_id:uuid}}"
    return [
        ActionRoute(CODE, codes.ask, action=console, methods=["GET"]),
        ActionRoute(CODE, codes.make, action=MANAGE, methods=["POST"]),
        ActionRoute(one, shown.show, action=console, methods=["GET"]),
        ActionRoute(f"{one}/{{act:str}}", acts.ask, action=console, methods=["GET"]),
        ActionRoute(f"{one}/{{act:str}}", acts.act, action=MANAGE, methods=["POST"]),
    ]
