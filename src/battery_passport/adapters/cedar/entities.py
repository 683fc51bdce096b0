"""A request in the words of the policies: entities, and the circumstances of the question.

In: an `AccessRequest`. Out: what the Cedar engine reads; unknown values are left out.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from battery_passport.access.model import Principal, PrincipalKind, Resource, ResourceKind
from battery_passport.access.policy.model import AccessRequest, GrantShown

Uid = dict[str, str]
Entity = dict[str, Any]

_TYPE_OF_PRINCIPAL: Mapping[PrincipalKind, str] = MappingProxyType(
    {
        PrincipalKind.ANONYMOUS: "Anonymous",
        PrincipalKind.PERSON: "Person",
        PrincipalKind.MACHINE: "Machine",
        PrincipalKind.GRANT_HOLDER: "GrantHolder",
    }
)
_TYPE_OF_RESOURCE: Mapping[ResourceKind, str] = MappingProxyType(
    {
        ResourceKind.PLATFORM: "Platform",
        ResourceKind.BATTERY: "Battery",
        ResourceKind.ORGANISATION: "Organisation",
        ResourceKind.PERSON: "Account",
        ResourceKind.GRANT: "Grant",
        ResourceKind.CONSENT: "Consent",
        ResourceKind.API_KEY: "ApiKey",
        ResourceKind.ACCESS_LOG: "AccessLog",
    }
)
_UNNAMED = "unnamed"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cedar_request(request: AccessRequest) -> dict[str, Any]:
    """Return the question: who, what, to what, in which circumstances."""
    circumstances: dict[str, Any] = {"action": request.action, "purpose": request.purpose.value}
    if request.resource.annex_point is not None:
        circumstances["point"] = request.resource.annex_point
    if request.grant is not None:
        circumstances["grant"] = _terms(request.grant)
    return {
        "principal": principal_uid(request.principal),
        "action": _uid("Action", request.action),
        "resource": resource_uid(request.resource),
        "context": circumstances,
    }


def principal_entity(principal: Principal) -> Entity:
    """Return what is known of whoever asks."""
    kind = principal.kind
    known: dict[str, Any] = {}
    if kind in (PrincipalKind.PERSON, PrincipalKind.MACHINE):
        known["scopes"] = sorted(principal.scopes)
        known["organisation"] = _reference("Organisation", principal.organisation_id)
        known["region"] = principal.region
    if kind in (PrincipalKind.PERSON, PrincipalKind.GRANT_HOLDER):
        known["grant"] = _reference("Link", principal.grant_id)
    roles = (
        [_uid("Role", role.value) for role in sorted(principal.roles)] if "scopes" in known else []
    )
    return {"uid": principal_uid(principal), "attrs": _present(known), "parents": roles}


def resource_entity(resource: Resource) -> Entity:
    """Return what is known of the thing in question."""
    known: dict[str, Any] = {
        "owner": _reference("Person", resource.owner_id),
        "responsible": _reference("Organisation", resource.responsible_id),
        "region": resource.region,
    }
    if resource.kind is ResourceKind.BATTERY and resource.inspector_ids:
        known["inspectors"] = [
            _reference("Organisation", each) for each in sorted(resource.inspector_ids)
        ]
    return {"uid": resource_uid(resource), "attrs": _present(known), "parents": []}


def principal_uid(principal: Principal) -> Uid:
    """Return the name of whoever asks; only people and links have one that policies compare."""
    named = {
        PrincipalKind.PERSON: principal.person_id,
        PrincipalKind.GRANT_HOLDER: principal.grant_id,
    }
    return _uid(_TYPE_OF_PRINCIPAL[principal.kind], _name(named.get(principal.kind)))


def resource_uid(resource: Resource) -> Uid:
    """Return the name of the thing; only batteries and organisations have one that is compared."""
    named = {
        ResourceKind.BATTERY: resource.battery_id,
        ResourceKind.ORGANISATION: resource.responsible_id,
    }
    return _uid(_TYPE_OF_RESOURCE[resource.kind], _name(named.get(resource.kind)))


def _terms(shown: GrantShown) -> dict[str, Any]:
    terms = shown.terms
    return _present(
        {
            "link": _reference("Link", terms.grant_id),
            "battery": _reference("Battery", terms.battery_id),
            "points": sorted(terms.points),
            "purpose": terms.purpose.value,
            "valid_from": milliseconds(terms.valid_from),
            "valid_until": milliseconds(terms.valid_until),
            "at": milliseconds(shown.at),
            "revoked": terms.revoked,
            "holder": _reference("Organisation", terms.organisation_id),
            "giver": _reference("Person", terms.giver_id),
        }
    )


def milliseconds(moment: datetime) -> int:
    """Return a moment as whole milliseconds since 1970. Units: ms."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _present(known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in known.items() if value is not None}


def _reference(kind: str, name: UUID | None) -> dict[str, Uid] | None:
    return None if name is None else {"__entity": _uid(kind, str(name))}


def _uid(kind: str, name: str) -> Uid:
    return {"type": kind, "id": name}


def _name(identifier: UUID | None) -> str:
    return _UNNAMED if identifier is None else str(identifier)
