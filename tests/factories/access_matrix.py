"""Every kind of reader against every kind of belonging: the cells of the authorization matrix.

In: an action. Out: all requests that could be told apart; nothing is left to chance.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from battery_passport.access.model import (
    ANONYMOUS,
    Principal,
    Purpose,
    Resource,
    ResourceKind,
    Role,
)
from battery_passport.access.policy.action import Action
from battery_passport.access.policy.actions import OPERATOR_SCOPE, STEWARD_SCOPE
from battery_passport.access.policy.model import AccessRequest, GrantShown
from battery_passport.access.policy.reading import ANNEX_POINTS
from tests.factories.access import (
    BATTERY,
    CITY,
    FIRM,
    GRANT,
    NOW,
    OTHER_BATTERY,
    OTHER_CITY,
    OTHER_FIRM,
    OTHER_GRANT,
    OTHER_PERSON,
    PERSON,
    grant_holder,
    machine,
    person,
    shown,
    terms,
)


def readers(action: Action) -> dict[str, Principal]:
    """Return everybody who could ask: each role as person, as machine, and without its scope."""
    named: dict[str, Principal] = {
        "anonymous": ANONYMOUS,
        "holder of the link": grant_holder(),
        "holder of another link": grant_holder(OTHER_GRANT),
        "person": person(),
        "person with the link": person(grant_id=GRANT),
        "member": replace(person(), organisation_id=FIRM, region=CITY),
        "steward": replace(
            person(), organisation_id=FIRM, region=CITY, scopes=frozenset({STEWARD_SCOPE})
        ),
        "person without anything known": replace(person(), person_id=None),
        "command line": machine(organisation_id=None, region=None, scopes=[OPERATOR_SCOPE]),
        "machine of no organisation": machine(organisation_id=None, region=None),
        "machine posing as the command line": machine(Role.ADMINISTRATOR, scopes=[OPERATOR_SCOPE]),
    }
    for role in Role:
        named[f"person as {role}"] = person(role)
        named[f"person as {role} of no known city"] = person(role, region=None)
        named[f"machine as {role}"] = machine(role, scopes=[action.name])
        named[f"machine as {role} without the scope"] = machine(role, scopes=["site.other"])
    return named


def belongings(kind: ResourceKind) -> dict[str, Resource]:
    """Return a thing of every kind of belonging: nobody's, somebody else's, one's own, unknown."""
    stranger = Resource(
        kind=kind,
        battery_id=BATTERY,
        owner_id=OTHER_PERSON,
        responsible_id=OTHER_FIRM,
        region=OTHER_CITY,
    )
    return {
        "stranger's": stranger,
        "own city": replace(stranger, region=CITY),
        "own organisation": replace(stranger, responsible_id=FIRM),
        "own": replace(stranger, owner_id=PERSON),
        "own in every way": replace(stranger, owner_id=PERSON, responsible_id=FIRM, region=CITY),
        "another battery": replace(stranger, battery_id=OTHER_BATTERY, region=CITY),
        "inspected without a city": replace(stranger, region=None, inspector_ids=frozenset({FIRM})),
        "nothing known": Resource(kind=kind),
    }


def grants() -> dict[str, GrantShown | None]:
    """Return grants of every fate."""
    case = terms(purpose=Purpose.CUSTOMS_CHECK, giver_id=None, organisation_id=FIRM)
    whole = frozenset(ANNEX_POINTS)
    return {
        "no grant": None,
        "grant of point 4": shown(terms()),
        "grant of every point": shown(terms(points=whole)),
        "grant of nothing": shown(terms(points=frozenset())),
        "grant not begun": shown(terms(valid_from=NOW + timedelta(seconds=1))),
        "grant just ended": shown(terms(), at=NOW + timedelta(days=3)),
        "grant revoked": shown(terms(revoked=True)),
        "grant of an earlier owner": shown(terms(giver_id=PERSON)),
        "grant of nobody": shown(terms(giver_id=None)),
        "grant to the organisation": shown(terms(organisation_id=FIRM, grant_id=OTHER_GRANT)),
        "customs case": shown(replace(case, points=whole)),
        "customs case of point 2": shown(replace(case, points=frozenset({2}))),
        "customs case of another firm": shown(
            replace(case, points=whole, organisation_id=OTHER_FIRM)
        ),
        "customs case ended": shown(replace(case, points=whole), at=NOW + timedelta(days=3)),
    }


def cells(action: Action) -> Iterator[tuple[str, AccessRequest]]:
    """Yield every cell of one action with a name that tells a failure."""
    for who, principal in readers(action).items():
        for whose, thing in belongings(action.resource).items():
            for how, request in _circumstances(principal, action, thing):
                yield f"{action.name}: {who}, {whose}{how}", request


def _circumstances(
    principal: Principal, action: Action, thing: Resource
) -> Iterator[tuple[str, AccessRequest]]:
    plain = AccessRequest(
        principal=principal, action=action.name, resource=thing, purpose=Purpose.OWN_USE
    )
    if not action.points:
        yield "", plain
        return
    for point in ANNEX_POINTS:
        at_point = replace(plain, resource=replace(thing, annex_point=point))
        for purpose in Purpose:
            yield f", point {point}, {purpose}", replace(at_point, purpose=purpose)
        for fate, grant in grants().items():
            if grant is not None:
                yield (
                    f", point {point}, {fate}",
                    replace(at_point, purpose=grant.terms.purpose, grant=grant),
                )
    yield ", no point", plain
