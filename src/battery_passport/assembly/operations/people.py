"""The first administrator of a city, and organisations' sign-in providers.

In: requests of verbs. Out: a one-time link; what was entered.
"""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from battery_passport.access.errors import UnusableApplication
from battery_passport.access.model import Role
from battery_passport.access.organisations.applying import add_city
from battery_passport.access.organisations.members import invite
from battery_passport.access.organisations.providing import set_provider
from battery_passport.access.people.providers import CALLBACK
from battery_passport.assembly.desks import open_desks
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.requests import Asked
from battery_passport.foundation.strict_json import JsonObject

CITY_NAMES: Mapping[str, str] = MappingProxyType({"busan": "부산광역시", "pohang": "포항시"})
"""Names of the pilot's cities, for a city that is mentioned for the first time."""


def invite_administrator(installation: Installation, request: JsonObject) -> JsonObject:
    """Invite somebody to administer a city, which is added at its first mention."""
    asked, desks = Asked(request), open_desks(installation)
    region = asked.text("city")
    name = asked.optional_text("name") or CITY_NAMES.get(region, region)
    with desks.transaction() as desk:
        city = add_city(desk, region=region, name=name)
        link = invite(
            desk,
            city.organisation_id,
            email=asked.text("email"),
            roles=(Role.CITY_OFFICER.value, Role.ADMINISTRATOR.value),
            steward=True,
            invited_by=None,
        )
    desks.postman.settle()
    installation.pipeline.settle()
    return {"city": city.name, "organisation": str(city.organisation_id), "link": link}


def set_sign_in_provider(installation: Installation, request: JsonObject) -> JsonObject:
    """Enter an organisation's own OpenID provider in place of any before."""
    asked, desks = Asked(request), open_desks(installation)
    with desks.transaction() as desk:
        provider_id = set_provider(
            desk,
            _organisation(asked.text("organisation")),
            issuer=asked.text("issuer"),
            client_id=asked.text("client_id"),
            client_secret=asked.optional_text("client_secret"),
            actor=None,
        )
    installation.pipeline.settle()
    return {
        "provider": str(provider_id),
        "redirect_uri": f"{desks.address}{CALLBACK}",
    }


def _organisation(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise UnusableApplication(f"{text[:60]!r} is no organisation's id.") from error
