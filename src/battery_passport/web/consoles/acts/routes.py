"""Routes of the record of acts, once for administrators and once for city officers.

In: requests of theirs. Out: a list as page or CSV; proofs as files.
"""

from dataclasses import replace
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import PLATFORM, Purpose
from battery_passport.foundation.strict_json import canonical_json
from battery_passport.web.authorization import ActionRoute, authorize
from battery_passport.web.consoles.acts.lists import PERIOD, USUAL_PERIOD, acts_list, span_of
from battery_passport.web.consoles.acts.ports import ActBook
from battery_passport.web.consoles.frame.answering import NEVER_KEPT
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.places import ADMINISTRATION, CITY, Place
from battery_passport.web.language import marked
from battery_passport.web.session import principal_of

READ = "acts.read"
MOST_ACTS = 5_000


class ActsDesk:
    """Endpoints of one place; `in_full` with pseudonyms, batteries and records."""

    def __init__(self, desk: Desk, book: ActBook, place: Place, *, in_full: bool) -> None:
        self._desk = desk
        self._book = book
        self._place = place
        self._in_full = in_full
        self.base = f"{place.path}/acts"

    def show(self, request: Request) -> Response:
        """Return the acts of the city within a period."""
        self._authorize(request)
        period = request.query_params.get(PERIOD, "") or USUAL_PERIOD
        rows = self._book.acts(
            principal_of(request),
            self._desk.clock.now() - span_of(period),
            most=MOST_ACTS,
            in_full=self._in_full,
        )
        shell = self._desk.frame.shell(request, self._place)
        listing = acts_list(
            rows, period=period, base=self.base, query=shell.kept_query, in_full=self._in_full
        )
        lead = marked("Who used which right in your city, by time. Korean time (KST).")
        if len(rows) == MOST_ACTS:
            lead = marked("The newest 5,000 of this period; choose a shorter one to see the rest.")
        return self._desk.list_answer(
            request, self._place, listing, rows, title=listing.title, lead=lead
        )

    def proof(self, request: Request) -> Response:
        """Return the proof of one act as a file."""
        self._authorize(request)
        record_id = UUID(str(request.path_params["record_id"]))
        proof = self._book.proof(principal_of(request), record_id, in_full=self._in_full)
        name = f'attachment; filename="act-{record_id}.json"'
        return Response(
            canonical_json(proof),
            media_type="application/json",
            headers=NEVER_KEPT | {"Content-Disposition": name},
        )

    def _authorize(self, request: Request) -> None:
        """Let in whoever reads acts and works in this place: officers never see acts in full."""
        own_city = replace(PLATFORM, region=principal_of(request).region)
        for action in (READ, self._place.action):
            authorize(request, action, own_city, Purpose.ADMINISTRATION)

    def routes(self) -> "list[ActionRoute]":
        """Return the routes of this place."""
        return [
            ActionRoute(self.base, self.show, action=READ),
            ActionRoute(f"{self.base}/{{record_id:uuid}}/proof", self.proof, action=READ),
        ]


def acts_routes(desk: Desk, book: ActBook) -> list[ActionRoute]:
    """Return the routes; an administrator has his place, an officer another."""
    return [
        *ActsDesk(desk, book, ADMINISTRATION, in_full=True).routes(),
        *ActsDesk(desk, book, CITY, in_full=False).routes(),
    ]
