"""Administrators ask what another reader sees of a battery's passport.

In: an identifier. Out: the way to that battery's preview, which shows no value an administrator may
not read himself.
"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose
from battery_passport.web.authorization import ActionRoute, may
from battery_passport.web.consoles.frame.answering import lead_to
from battery_passport.web.consoles.frame.desk import Desk, read_found
from battery_passport.web.consoles.frame.pages import ConsolePage
from battery_passport.web.consoles.frame.places import ADMINISTRATION

PREVIEWING = f"{ADMINISTRATION.path}/preview"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewingPage(ConsolePage):
    """The context of `consoles/administration/previewing.html`."""

    template: ClassVar[str] = "consoles/administration/previewing.html"
    action: str
    searched: str
    fault: str


class PreviewingDesk:
    """The endpoint that finds the battery."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def find(self, request: Request) -> Response:
        """Return the field, or the way to the preview of the battery that was named."""
        shell = self._desk.frame.shell(request, ADMINISTRATION)
        text = shell.language.text
        found = read_found(request, self._desk.batteries, shell)
        fault, card = found.fault, found.card
        if card is not None:
            if not may(request, "passport.preview", card.resource, Purpose.ADMINISTRATION):
                fault = text("This battery belongs to another city.")
            elif not card.has_passport:
                fault = text("This battery has no passport yet.")
            else:
                return lead_to(shell.address(f"/preview/{card.identifier.path}"))
        page = PreviewingPage(
            shell=shell,
            title=text("Who sees what"),
            lead=text("A passport as the public, a recycler, an authority or its owner sees it."),
            action=shell.path,
            searched=found.searched,
            fault=fault,
        )
        return self._desk.frame.answer(page, status=422 if fault else 200)


def previewing_routes(desk: Desk) -> list[ActionRoute]:
    """Return the route."""
    return [ActionRoute(PREVIEWING, PreviewingDesk(desk).find, action=ADMINISTRATION.action)]
