"""The frame of a role's page: navigation, who is signed in, for whom, and in which language.

In: a request and its place. Out: a `ConsoleShell`.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request

from battery_passport.access.model import Role
from battery_passport.access.people.second_factor import Factor
from battery_passport.web.consoles.frame.places import SWITCH, Entry, Place, places_of
from battery_passport.web.forms import csrf_token
from battery_passport.web.language import LANGUAGE_NAMES, load_language, preferred_language
from battery_passport.web.pages.layout import Shell
from battery_passport.web.session import principal_of, visitor_of

MAX_QUERY_LETTERS = 300
MAX_QUERY_PARTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleShell(Shell):
    """The frame of a page for work; `place` is None where somebody chooses between several.

    `waived` tells that a demonstration lets work here without a passkey.
    """

    place: Place | None
    current: str
    person: str
    organisation: str
    several: bool
    csrf: str
    roles: frozenset[Role]
    waived: bool

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The pages of this place."""
        every = () if self.place is None else self.place.entries
        return tuple(entry for entry in every if entry.is_for(self.roles))

    def is_current(self, entry: Entry) -> bool:
        """Return whether this page is the entry, or a page further in."""
        return entry.path == self.current

    def address(self, path: str, **query: str) -> str:
        """Return an address with a query, in the language chosen by hand, if one was."""
        pairs = {name: value for name, value in query.items() if value}
        if self.chosen_by_hand:
            pairs["lang"] = self.language.code
        return f"{path}?{urlencode(pairs)}" if pairs else path

    @property
    def kept_query(self) -> str:
        """The query that links of lists carry on: the language, if it was chosen by hand."""
        return f"?lang={self.language.code}" if self.chosen_by_hand else ""

    @property
    def switch_link(self) -> str:
        """Where to choose another place of work."""
        return self.address(SWITCH)


def console_shell(request: Request, place: Place | None, *, software_version: str) -> ConsoleShell:
    """Return the frame of a page."""
    principal, visitor = principal_of(request), visitor_of(request)
    chosen = request.query_params.get("lang", "")
    by_hand = chosen in LANGUAGE_NAMES
    usual = visitor.language if visitor else ""
    if usual not in LANGUAGE_NAMES:
        usual = preferred_language(request.headers.get("accept-language", ""))
    kept = (
        (name[:MAX_QUERY_LETTERS], value[:MAX_QUERY_LETTERS])
        for name, value in request.query_params.multi_items()[:MAX_QUERY_PARTS]
        if name != "lang"
    )
    return ConsoleShell(
        language=load_language(chosen if by_hand else usual),
        chosen_by_hand=by_hand,
        path=request.url.path,
        query=tuple(kept),
        software_version=software_version,
        place=place,
        current=_nearest_entry(place, request.url.path),
        person=visitor.name if visitor else "",
        organisation=visitor.organisation_name if visitor else "",
        several=len(places_of(principal.roles)) > 1,
        csrf=csrf_token(request),
        roles=principal.roles,
        waived=visitor is not None and visitor.factor is Factor.WAIVED,
    )


def _nearest_entry(place: Place | None, path: str) -> str:
    entries = () if place is None else place.entries
    fits = (each.path for each in entries if path == each.path or path.startswith(f"{each.path}/"))
    return max(fits, key=len, default="")
