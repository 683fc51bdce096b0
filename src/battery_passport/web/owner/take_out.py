"""What is kept about a person, gathered in one document, and the same for reading.

In: stores and the person's opened account. Out: JSON; sections of labelled lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from battery_passport.access.acts import RecordedAct
from battery_passport.access.sharing.model import Consent, Grant, Look, Ownership
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.web.language import Language, marked
from battery_passport.web.owner.own_words import member_text, value_text
from battery_passport.web.owner.ports import OwnerServices, OwnerStores

FORMAT = "bp-personal-data/v1"
_MOST_LOOKS = 50_000

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "account": marked("Account"),
        "batteries": marked("Batteries you own or owned"),
        "consents": marked("Consents"),
        "grants": marked("Links you gave"),
        "looks": marked("Who looked"),
        "acts": marked("What was recorded of your decisions"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSection:
    """A heading with its entries; each entry is a list of labelled texts."""

    title: str
    entries: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class OwnData:
    """Everything, to be read."""

    sections: tuple[DataSection, ...]


def collect(stores: OwnerStores, services: OwnerServices, person_id: UUID) -> JsonObject:
    """Return all that is kept about a person. No secret of a link is in it: none is kept."""
    owned = stores.ownerships.of_person(person_id)
    return {
        "format": FORMAT,
        "made_at": format_utc(services.clock.now()),
        "account": services.directory.own_data(person_id),
        "batteries": [_battery(each, services) for each in owned],
        "consents": [_consent(each) for each in stores.consents.of_person(person_id)],
        "grants": [_grant(each) for each in stores.grants.of_person(person_id)],
        "looks": [_look(look) for each in owned for look in _looks(stores, each)],
        "acts": [_act(each) for each in stores.own_acts.of_person(person_id)],
    }


def readable_sections(document: JsonObject, language: Language) -> OwnData:
    """Return the document as headings and lines, in words and Korean time."""
    return OwnData(
        tuple(
            DataSection(
                title=language.text(title), entries=tuple(_entries(document[name], language))
            )
            for name, title in TITLES.items()
        )
    )


def _entries(value: JsonValue, language: Language) -> list[tuple[tuple[str, str], ...]]:
    items: Sequence[JsonValue] = value if isinstance(value, list) else [value]
    return [
        tuple(
            (member_text(name, language), value_text(name, each, language))
            for name, each in item.items()
        )
        for item in items
        if isinstance(item, Mapping)
    ]


def _battery(owned: Ownership, services: OwnerServices) -> JsonObject:
    return {
        "identifier": str(services.facts.face(owned.battery_id).identifier),
        "owned_since": format_utc(owned.since),
        "owned_until": None if owned.until is None else format_utc(owned.until),
    }


def _consent(consent: Consent) -> JsonObject:
    ended = consent.withdrawn_at
    return {
        "purpose": consent.purpose.value,
        "text_version": consent.text_version,
        "given_at": format_utc(consent.given_at),
        "withdrawn_at": None if ended is None else format_utc(ended),
    }


def _grant(grant: Grant) -> JsonObject:
    return {
        "number": grant.number,
        "purpose": grant.purpose.value,
        "parts": sorted(part.value for part in grant.parts),
        "created_at": format_utc(grant.created_at),
        "expires_at": format_utc(grant.expires_at),
        "revoked_at": None if grant.revoked_at is None else format_utc(grant.revoked_at),
        "opens": grant.opens,
    }


def _looks(stores: OwnerStores, owned: Ownership) -> Sequence[Look]:
    return stores.looks.of_battery(
        owned.battery_id, since=owned.since, until=owned.until, limit=_MOST_LOOKS, offset=0
    )


def _look(look: Look) -> JsonObject:
    return {
        "at": format_utc(look.at),
        "viewer": look.viewer,
        "purpose": look.purpose.value,
        "points": list(look.points),
        "estimate": look.with_estimate,
    }


def _act(act: RecordedAct) -> JsonObject:
    return {"at": format_utc(act.at), "act": act.name, "details": _plain(act.details)}


def _plain(details: Mapping[str, object]) -> JsonObject:
    return {
        name: [str(each) for each in value] if isinstance(value, list | tuple) else str(value)
        for name, value in details.items()
        if value is not None
    }
