"""What the endpoints of every role work with, and what they all do: lists, scans, battery pages.

In: ports and a frame. Out: a `Desk`; answers to what is asked everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.foundation.clock import Clock
from battery_passport.foundation.errors import InvalidInput
from battery_passport.web.consoles.frame.answering import Frame, csv_file, lead_to
from battery_passport.web.consoles.frame.describing import identifier_in, page_of
from battery_passport.web.consoles.frame.errors import NothingOfYours
from battery_passport.web.consoles.frame.list_state import ListState, read_state
from battery_passport.web.consoles.frame.listing import Listing, ListView, R, csv_of, view_of
from battery_passport.web.consoles.frame.pages import ListPage
from battery_passport.web.consoles.frame.places import Place
from battery_passport.web.consoles.frame.ports import Batteries, Drafts, Recorder
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.consoles.frame.views import BatteryCard

MAX_SCANNED = 300
FILE_DATE = "%Y-%m-%d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The ports that every role uses, and the frame of their pages."""

    frame: Frame
    batteries: Batteries
    recorder: Recorder
    drafts: Drafts
    clock: Clock

    def card(self, request: Request) -> BatteryCard:
        """Return the battery that the address names. Raises: NothingOfYours."""
        card = self.batteries.card(identifier_in(request.path_params))
        if card is None:
            raise NothingOfYours("No battery of this identifier is registered here.")
        return card

    def list_answer(
        self,
        request: Request,
        place: Place,
        listing: Listing[R],
        rows: Sequence[R],
        *,
        title: str,
        lead: str = "",
    ) -> Response:
        """Return a list as a page, or all that it was narrowed to as a file."""
        shell = self.frame.shell(request, place)
        state = read_state(request, sorts=listing.sorts, filters=listing.filter_keys)
        if state.as_csv:
            day = self.clock.now().strftime(FILE_DATE)
            return csv_file(f"{listing.name}-{day}", csv_of(listing, rows, state, shell.language))
        text = shell.language.text
        page = ListPage(
            shell=shell,
            title=text(title),
            lead=text(lead) if lead else "",
            list=view_of(listing, rows, state, shell),
        )
        return self.frame.answer(page)


def short_view(
    listing: Listing[R], rows: Sequence[R], shell: ConsoleShell, *, most: int
) -> ListView:
    """Return the first rows of a list for a first page; the rest is one link away."""
    state = ListState(language=shell.language.code if shell.chosen_by_hand else "")
    return view_of(listing, rows[:most], state, shell)


@dataclass(frozen=True, slots=True)
class Found:
    """What was scanned or typed into the field, the battery it names, or what is wrong with it."""

    searched: str
    card: BatteryCard | None = None
    fault: str = ""


def read_found(request: Request, batteries: Batteries, shell: ConsoleShell) -> Found:
    """Return the battery that was scanned, or what to say beside the field."""
    searched = request.query_params.get("q", "").strip()[:MAX_SCANNED]
    if not searched:
        return Found("")
    text = shell.language.text
    try:
        card = batteries.find(searched)
    except InvalidInput:
        said = text("This is no battery identifier. Type it as on the label.")
        return Found(searched, fault=said)
    if card is None:
        said = text("No battery is registered here under this identifier.")
        return Found(searched, fault=said)
    return Found(searched, card)


@dataclass(frozen=True, slots=True)
class Scan:
    """What was scanned or typed into the field, where it leads, and what is wrong with it."""

    searched: str
    way: Response | None = None
    fault: str = ""


def read_scan(request: Request, batteries: Batteries, shell: ConsoleShell, *, base: str) -> Scan:
    """Return the way to the battery that was scanned, or what to say beside the field."""
    found = read_found(request, batteries, shell)
    if found.card is None:
        return Scan(found.searched, fault=found.fault)
    return Scan(found.searched, way=lead_to(shell.address(page_of(base, found.card))))
