"""What another reader sees: his page for a battery's owner or operator, marked, never recorded.

In: a request and the kind of reader. Out: that reader's page. Nothing is shown that whoever asks
may not see himself: what only the other may see is named without its value.
"""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose
from battery_passport.access.policy.reading import Audience, points_of_audience
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.web.authorization import access_of, authorize
from battery_passport.web.language import Language, marked
from battery_passport.web.readers.answering import identifier_in, private_page
from battery_passport.web.readers.page import (
    Around,
    Banner,
    Place,
    PreviewChoice,
    build_reader_page,
)
from battery_passport.web.readers.purposes import points_text
from battery_passport.web.reading.desk import Desk
from battery_passport.web.reading.errors import PassportNotFound
from battery_passport.web.reading.purpose_words import PURPOSES
from battery_passport.web.reading.views import sight_of_points
from battery_passport.web.site import Site

PREVIEW = "passport.preview"

TITLES: Mapping[Audience, str] = MappingProxyType(
    {
        Audience.PUBLIC: marked("Everyone"),
        Audience.LEGITIMATE_INTEREST: marked("Legitimate interest, such as a recycler"),
        Audience.AUTHORITY: marked("Market surveillance authority"),
        Audience.NOTIFIED_BODY: marked("Notified body"),
        Audience.COMMISSION: marked("European Commission"),
        Audience.CUSTOMS: marked("Customs"),
        Audience.OWNER: marked("Owner of this battery"),
    }
)

_PURPOSES: Mapping[Audience, Purpose] = MappingProxyType(
    {
        Audience.LEGITIMATE_INTEREST: Purpose.LEGITIMATE_INTEREST,
        Audience.AUTHORITY: Purpose.MARKET_SURVEILLANCE,
        Audience.NOTIFIED_BODY: Purpose.CONFORMITY_ASSESSMENT,
        Audience.COMMISSION: Purpose.MARKET_SURVEILLANCE,
        Audience.CUSTOMS: Purpose.CUSTOMS_CHECK,
        Audience.OWNER: Purpose.OWN_USE,
    }
)


class PreviewPages:
    """Shows a passport as other readers see it."""

    def __init__(self, site: Site, desk: Desk) -> None:
        self._site = site
        self._desk = desk

    def preview(self, request: Request) -> Response:
        """Return the page of the kind of reader named in the query."""
        identifier = identifier_in(request)
        battery = self._desk.battery(identifier)
        authorize(request, PREVIEW, battery, Purpose.OWN_USE)
        access = access_of(request.scope)
        own = self._desk.sight(access.authorizer.reading(access.principal, battery))
        audience = _audience(request.query_params.get("as", ""))
        decider = access.authorizer.decider
        other = sight_of_points(points_of_audience(decider, audience, battery))
        shown = self._desk.services.passports.find(identifier, own.within(other))
        if shown is None:
            raise PassportNotFound(f"Battery {identifier} has no passport here.")
        shell = self._site.shell(request)
        around = Around(
            csrf="",
            banner=_banner(audience, other.points, shell.language),
            preview=_choices(identifier, audience, shell.language, by_hand=shell.chosen_by_hand),
            withheld=other.numbers - own.numbers,
            places=(Place(shell.language.text("Back to my own view"), f"/{identifier.path}"),),
        )
        return private_page(self._site, build_reader_page(shown, shell, around))


def _audience(text: str) -> Audience:
    return next((each for each in Audience if each.value == text), Audience.PUBLIC)


def _banner(audience: Audience, points: frozenset[int], language: Language) -> Banner:
    purpose = _PURPOSES.get(audience)
    return Banner(
        who=language.text(TITLES[audience]),
        purpose="" if purpose is None else language.text(PURPOSES[purpose]),
        opens=points_text(points - {1}, language),
        recorded=False,
        may_change=False,
    )


def _choices(
    identifier: BatteryIdentifier, chosen: Audience, language: Language, *, by_hand: bool
) -> tuple[PreviewChoice, ...]:
    kept = f"&lang={language.code}" if by_hand else ""
    return tuple(
        PreviewChoice(
            value=audience.value,
            title=language.text(title),
            address=f"/preview/{identifier.path}?as={audience.value}{kept}",
            current=audience is chosen,
        )
        for audience, title in TITLES.items()
    )
