"""What a reader reads for: asked once in a session, before anything that is not public is shown.

In: a reader, a battery, his answer in a cookie. Out: the purpose to read for, or what to ask.
The answer opens nothing by itself: policies decide on role and purpose together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Principal, Purpose, Resource
from battery_passport.access.policy.reading import Reading
from battery_passport.access.policy.service import Authorizer
from battery_passport.foundation.digests import sha256
from battery_passport.web.language import Language, marked
from battery_passport.web.reading.purpose_words import PURPOSES
from battery_passport.web.session import cookies_of

COOKIE = "bp_purpose"
_KEPT_S = 12 * 3600
_TAG_LETTERS = 16

POINTS: Mapping[int, str] = MappingProxyType(
    {
        1: marked("what is public"),
        2: marked("composition, spare parts and dismantling"),
        3: marked("results of test reports"),
        4: marked("health, status and use of this battery"),
    }
)
"""What the points of Annex XIII hold, in a few words."""


@dataclass(frozen=True, slots=True)
class PurposeOption:
    """One purpose to choose, and what it opens."""

    value: str
    title: str
    opens: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The purpose to read for, None for the public part; `ask` holds what to ask first."""

    purpose: Purpose | None
    asked: bool = False
    ask: Mapping[Purpose, Reading] | None = None


def choose(
    authorizer: Authorizer, principal: Principal, battery: Resource, *, answered: Purpose | None
) -> Choice:
    """Return what a reader reads for; owners, operators and holders of a link are not asked."""
    offered = offered_readings(authorizer, principal, battery)
    if not offered:
        return Choice(purpose=None)
    if Purpose.OWN_USE in offered:
        return Choice(purpose=Purpose.OWN_USE)
    if answered in offered:
        return Choice(purpose=answered, asked=True)
    by_link = (
        purpose
        for purpose, reading in offered.items()
        if any(terms.grant_id == principal.grant_id for terms in reading.grants)
    )
    linked = next(by_link, None)
    if linked is not None:
        return Choice(purpose=linked)
    return Choice(purpose=None, ask=offered)


def offered_readings(
    authorizer: Authorizer, principal: Principal, battery: Resource
) -> Mapping[Purpose, Reading]:
    """Return the purposes that open more than is public, with what they open."""
    readings = {each: authorizer.reading(principal, battery, each) for each in Purpose}
    return {each: reading for each, reading in readings.items() if reading.points - {1}}


def options(offered: Mapping[Purpose, Reading], language: Language) -> tuple[PurposeOption, ...]:
    """Return the purposes as a form offers them."""
    return tuple(
        PurposeOption(
            value=purpose.value,
            title=language.text(PURPOSES[purpose]),
            opens=points_text(reading.points - {1}, language),
        )
        for purpose, reading in offered.items()
    )


def points_text(points: frozenset[int], language: Language) -> str:
    """Return what points of Annex XIII hold, in words."""
    return ", ".join(language.text(POINTS[point]) for point in sorted(points))


def answered_purpose(request: Request, principal: Principal) -> Purpose | None:
    """Return the purpose that this very session gave before."""
    tag, _, value = request.cookies.get(_cookie_name(request), "").partition(".")
    known = principal.session_id is not None and tag == _tag(principal.session_id)
    return next((each for each in Purpose if known and each.value == value), None)


def remember_purpose(
    response: Response, request: Request, principal: Principal, purpose: Purpose
) -> None:
    """Keep the answer for as long as the session lasts."""
    if principal.session_id is not None:
        value = f"{_tag(principal.session_id)}.{purpose.value}"
        cookies_of(request).put(response, _cookie_name(request), value, max_age_s=_KEPT_S)


def forget_purpose(response: Response, request: Request) -> None:
    """Have the reader asked again."""
    cookies_of(request).remove(response, _cookie_name(request))


def _cookie_name(request: Request) -> str:
    return f"__Host-{COOKIE}" if cookies_of(request).secure else COOKIE


def _tag(session_id: str) -> str:
    return sha256(session_id.encode()).hex()[:_TAG_LETTERS]
