"""The page of one device, and whoever may see it.

In: requests of administrators. Out: a page, or nothing of theirs.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose
from battery_passport.web.authorization import authorize, may
from battery_passport.web.consoles.devices.contexts import DevicePage, Way
from battery_passport.web.consoles.devices.ports import DeviceBook, DevicePortrait
from battery_passport.web.consoles.devices.telling import (
    batches_list,
    device_terms,
    keys_list,
    step_terms,
)
from battery_passport.web.consoles.devices.words import REASONS
from battery_passport.web.consoles.fleet.lists import standing_cell
from battery_passport.web.consoles.frame.desk import Desk, short_view
from battery_passport.web.consoles.frame.errors import NothingOfYours
from battery_passport.web.consoles.frame.pages import note_of
from battery_passport.web.consoles.frame.places import ADMINISTRATION
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.language import marked

MANAGE = "device.enrol"
DEVICES = f"{ADMINISTRATION.path}/devices"
NOTES = {
    "suspended": marked("The device is suspended. Nothing more is taken from it for now."),
    "lifted": marked("The device is in service again."),
    "moved": marked("The device sends for the new battery from now on."),
    "retired": marked("The device is out of service."),
}
_WAYS = {
    "active": (
        ("suspend", marked("Suspend")),
        ("replace", marked("Replace with another device")),
        ("move", marked("Move to another battery")),
        ("retire", marked("Take out of service")),
    ),
    "suspended": (
        ("lift", marked("Take into service again")),
        ("replace", marked("Replace with another device")),
        ("retire", marked("Take out of service")),
    ),
}
"""What can be done to a device that stands so."""


@dataclass(frozen=True, slots=True)
class DeviceShown:
    """What all pages about one device begin with."""

    desk: Desk
    book: DeviceBook

    def portrait(self, request: Request) -> DevicePortrait:
        """Return the device that the address names. Raises: NothingOfYours."""
        found = self.book.portrait(request.path_params["device_id"])
        if found is None or not may(
            request, MANAGE, found.battery.resource, Purpose.ADMINISTRATION
        ):
            raise NothingOfYours("There is no such device in your city.")
        authorize(request, MANAGE, found.battery.resource, Purpose.ADMINISTRATION)
        return found

    def show(self, request: Request) -> Response:
        """Return the device, its life, keys and last batches."""
        portrait = self.portrait(request)
        shell = self.desk.frame.shell(request, ADMINISTRATION)
        text, standing = shell.language.text, standing_cell(portrait.row, shell.language)
        reason = REASONS.get(portrait.reason, "") if portrait.row.standing == "suspended" else ""
        page = DevicePage(
            shell=shell,
            title=text("Collection device"),
            lead=str(portrait.row.device_id),
            note=note_of(request, NOTES, shell.language),
            back=shell.address(DEVICES),
            standing=f"{standing.text}: {text(reason)}" if reason else standing.text,
            standing_tone=standing.tone,
            terms=device_terms(portrait, ADMINISTRATION.path, shell),
            ways=_ways(portrait, shell),
            steps=step_terms(portrait, shell.language),
            keys=short_view(keys_list(), portrait.keys, shell, most=len(portrait.keys)),
            batches=short_view(batches_list(), portrait.batches, shell, most=10),
        )
        return self.desk.frame.answer(page)


def device_address(portrait: DevicePortrait) -> str:
    """Return where a device's page lies."""
    return f"{DEVICES}/{portrait.row.device_id}"


def _ways(portrait: DevicePortrait, shell: ConsoleShell) -> tuple[Way, ...]:
    base = device_address(portrait)
    return tuple(
        Way(shell.address(f"{base}/{act}"), shell.language.text(title))
        for act, title in _WAYS.get(portrait.row.standing, ())
        if portrait.fitted or act != "replace"
    )
