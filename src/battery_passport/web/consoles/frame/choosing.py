"""`/home` leads everyone to where he works; `/desk` lets somebody with several places choose.

In: a principal's roles. Out: the way there, or a page of choices.
"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.people.second_factor import WANTING
from battery_passport.web.authorization import SECOND_FACTOR_PATH, ActionRoute
from battery_passport.web.consoles.frame.answering import Frame, lead_to
from battery_passport.web.consoles.frame.pages import ConsolePage
from battery_passport.web.consoles.frame.places import (
    HOME,
    OWNER_HOME,
    SWITCH,
    home_path,
    places_of,
)
from battery_passport.web.language import marked
from battery_passport.web.session import principal_of, visitor_of


@dataclass(frozen=True, slots=True)
class Way:
    """A place to go to."""

    address: str
    title: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePage(ConsolePage):
    """The context of `consoles/choose.html`."""

    template: ClassVar[str] = "consoles/choose.html"
    ways: tuple[Way, ...]


class Choosing:
    """Endpoints that lead people to their work."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def home(self, request: Request) -> Response:
        """Return the way to where this person starts; who must show a passkey does that first."""
        shell = self._frame.shell(request, None)
        visitor = visitor_of(request)
        if visitor is not None and visitor.factor in WANTING:
            return lead_to(shell.address(SECOND_FACTOR_PATH, next=HOME))
        return lead_to(shell.address(home_path(principal_of(request).roles)))

    def choose(self, request: Request) -> Response:
        """Return the places that this person works in, his own batteries among them."""
        shell = self._frame.shell(request, None)
        text = shell.language.text
        ways = [
            Way(shell.address(place.path), text(place.title), text(place.purpose))
            for place in places_of(principal_of(request).roles)
        ]
        ways.append(Way(shell.address(OWNER_HOME), text(_MINE), text(_MINE_PURPOSE)))
        page = ChoicePage(
            shell=shell,
            title=text("Where do you want to work?"),
            lead=text("You see only what each of your roles is for."),
            ways=tuple(ways),
        )
        return self._frame.answer(page)


_MINE = marked("My own battery")
_MINE_PURPOSE = marked("Health, sharing and consents of a battery that is yours")


def choosing_routes(frame: Frame) -> list[ActionRoute]:
    """Return the routes."""
    pages = Choosing(frame)
    return [
        ActionRoute(HOME, pages.home, action="home.open"),
        ActionRoute(SWITCH, pages.choose, action="home.open"),
    ]
