"""What is kept about a person, in words: names of members, codes, times, yes and no.

In: names and values of the document that people take along. Out: texts in their language; what has
no word stays as it is.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.web.account.words import ROLE_WORDS
from battery_passport.web.language import LANGUAGE_NAMES, Language, marked
from battery_passport.web.owner.words import PART_TITLES, VIEWERS
from battery_passport.web.reading.purpose_words import PURPOSES

NONE = "–"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")

MEMBERS: Mapping[str, str] = MappingProxyType(
    {
        "name": marked("Name"),
        "email": marked("E-mail address"),
        "language": marked("Language"),
        "registered_at": marked("Account made"),
        "has_password": marked("Has a password"),
        "passkeys": marked("Passkeys"),
        "added_at": marked("Added"),
        "sessions": marked("Where you are signed in"),
        "browser": marked("Browser"),
        "started_at": marked("First used"),
        "last_used_at": marked("Last used"),
        "memberships": marked("My organisations"),
        "organisation": marked("Organisation"),
        "roles": marked("Roles"),
        "since": marked("Since"),
        "identifier": marked("Battery identifier"),
        "owned_since": marked("Yours since"),
        "owned_until": marked("Yours until"),
        "purpose": marked("Purpose"),
        "text_version": marked("Version of the text"),
        "given_at": marked("Given"),
        "withdrawn_at": marked("Withdrawn"),
        "number": marked("Link number"),
        "parts": marked("What it shows"),
        "created_at": marked("Made"),
        "expires_at": marked("Valid until"),
        "revoked_at": marked("Taken back"),
        "opens": marked("Browsers that opened it"),
        "hours": marked("Hours"),
        "at": marked("When"),
        "viewer": marked("Who"),
        "points": marked("Data points"),
        "estimate": marked("Our estimate of health"),
        "act": marked("What"),
        "details": marked("Particulars"),
        "code": marked("Code"),
        "kind": marked("Kind"),
        "grant": marked("Link"),
    }
)

ACTS: Mapping[str, str] = MappingProxyType(
    {
        "battery-claimed": marked("You claimed a battery"),
        "battery-looked-at": marked("Somebody looked at entries that are not public"),
        "claim-code-made": marked("A claim code was made"),
        "consent-given": marked("You gave a consent"),
        "consent-withdrawn": marked("You withdrew a consent"),
        "grant-created": marked("You made a link"),
        "grant-revoked": marked("You took a link back"),
        "ownership-ended": marked("A battery stopped being yours"),
        "passkey-added": marked("You added a passkey"),
        "passkey-removed": marked("You removed a passkey"),
        "password-changed": marked("You changed your password"),
        "person-exported": marked("You took your data along"),
    }
)
_KINDS = {
    "first": marked("first owner"),
    "transfer": marked("hand-over to a new owner"),
    "correction": marked("correction by the city"),
}
_CONSENTS = {
    "safety-alerts": marked("Safety alerts"),
    "third-parties": marked("Passing on to others"),
    "research": marked("Research"),
}

_CODES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "act": ACTS,
        "kind": _KINDS,
        "language": LANGUAGE_NAMES,
        "parts": {part.value: title for part, title in PART_TITLES.items()},
        "purpose": {
            **{each.value: title for each, title in PURPOSES.items()},
            **_CONSENTS,
        },
        "roles": {role.value: title for role, title in ROLE_WORDS.items()},
        "viewer": VIEWERS,
    }
)
"""Words of codes, by the member that holds them."""


def member_text(name: str, language: Language) -> str:
    """Return what a member is called."""
    return language.text(MEMBERS[name]) if name in MEMBERS else name.replace("_", " ")


def value_text(name: str, value: JsonValue, language: Language) -> str:
    """Return a member's value on one line; times are Korean time."""
    if value is None or value in ("", [], {}):
        return NONE
    if isinstance(value, list | tuple):
        apart = "; " if isinstance(value[0], Mapping) else ", "
        return apart.join(value_text(name, each, language) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(
            f"{member_text(inner, language)} {value_text(inner, each, language)}"
            for inner, each in value.items()
        )
    return _plain_text(name, str(value), language)


def _plain_text(name: str, text: str, language: Language) -> str:
    if text in {"True", "False"}:
        return language.text("yes" if text == "True" else "no")
    if _MOMENT.fullmatch(text):
        return language.moment(parse_utc(text))
    word = _CODES.get(name, {}).get(text)
    return language.text(word) if word else text
