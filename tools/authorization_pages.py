"""Describes who may do what: asked of the policies themselves, and read from their annotations.

In: the table of actions, the shipped policies, the routes of a real application. Out: the texts of
docs/reference/authorization.md and actions.md.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from battery_passport.access.model import (
    ANONYMOUS,
    Principal,
    PrincipalKind,
    Purpose,
    Resource,
    ResourceKind,
    Role,
)
from battery_passport.access.policy.action import Action
from battery_passport.access.policy.actions import ACTIONS, EVENT_ACTIONS, STEWARD_SCOPE
from battery_passport.access.policy.model import AccessRequest
from battery_passport.access.policy.ports import Decider
from battery_passport.access.policy.reading import ANNEX_POINTS
from battery_passport.adapters.cedar.decider import shipped_decider
from battery_passport.adapters.cedar.policy_files import PolicyWording, policy_wordings
from battery_passport.assembly.authorizing import OPERATOR
from battery_passport.assembly.installation import opened_installation
from battery_passport.assembly.performing import LOCAL_ACTIONS, OPERATION_ACTIONS
from battery_passport.assembly.public_site import build_site
from battery_passport.assembly.server import FRONT_ACTIONS
from battery_passport.assembly.settings import PREFIX, load_settings
from battery_passport.web.authorization import actions_of, every_route
from tools.reference_pages import GENERATED, code

_ONE, _OTHER = UUID(int=1), UUID(int=2)
_CITY = "city"
_FILE_TITLES: Mapping[str, str] = {
    "public": "Everyone",
    "art77": "Readers named by law, and customs",
    "owner": "Owners",
    "grants": "Holders of a grant",
    "organisations": "Organisations",
    "work": "Roles at work",
    "city": "The city",
    "collection": "Measurements",
    "administration": "Administration",
    "machines": "Machines",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """A kind of reader and what the pages call it."""

    name: str
    principal: Principal


def _person(*roles: Role, scopes: frozenset[str] = frozenset()) -> Principal:
    at_work = bool(roles) or bool(scopes)
    return Principal(
        kind=PrincipalKind.PERSON,
        person_id=_ONE,
        organisation_id=_ONE if at_work else None,
        region=_CITY if at_work else None,
        roles=frozenset({Role.OWNER, *roles}),
        scopes=scopes,
    )


_PERSON = Reader("person", _person())
READERS = (
    Reader("anyone", ANONYMOUS),
    Reader("holder of a link", Principal(kind=PrincipalKind.GRANT_HOLDER, grant_id=_ONE)),
    _PERSON,
    Reader("member", replace(_person(), organisation_id=_ONE, region=_CITY)),
    *(Reader(role.value, _person(role)) for role in Role if role is not Role.OWNER),
    Reader("steward", _person(scopes=frozenset({STEWARD_SCOPE}))),
    Reader("command line", OPERATOR),
)

# What these may do, people listed after them may do too, and need not be told again.
_GENERAL = ("anyone", "person", "member")
_NO_PERSONS = frozenset({"holder of a link", "command line"})

# From the widest to the narrowest: what a reader may do to any thing needs no further question.
_BELONGINGS: tuple[tuple[str, Mapping[str, object]], ...] = (
    ("", {"owner_id": _OTHER, "responsible_id": _OTHER, "region": "other"}),
    ("own city", {"owner_id": _OTHER, "responsible_id": _OTHER, "region": _CITY}),
    ("own organisation", {"owner_id": _OTHER, "responsible_id": _ONE, "region": "other"}),
    ("own", {"owner_id": _ONE, "responsible_id": _OTHER, "region": "other"}),
    (
        "inspected by it, in no city",
        {"owner_id": _OTHER, "responsible_id": _OTHER, "inspector_ids": frozenset({_ONE})},
    ),
)


def authorization_page() -> str:
    """Return who may do what, in words and as tables."""
    decider = shipped_decider()
    return "\n".join(
        [
            f"{GENERATED}# Who may do what",
            "",
            "Everything is denied that a policy below does not permit. The policies are data:",
            "`src/battery_passport/access/policies/*.cedar`; the tables were made by asking them.",
            "Why they are so is told in [the explanation](../explanation/authorization.md); what",
            "each action is, and where it is used, in [actions](actions.md).",
            "",
            "## Passports, by point of Annex XIII",
            "",
            "The groups are not nested. A reader names what he reads for; with another purpose",
            "he sees point 1 only. What a grant or a customs case opens comes on top of this.",
            "",
            *_points_table(decider),
            "",
            "## Everything else",
            "",
            "*Own* means the thing of the person himself, *own organisation* what the organisation",
            "answers for that he acts for, *own city* what belongs to its city. What a person or a",
            "member may do, people in every role may do. Machines with an API key may do what",
            "their organisation's roles and their key's scopes both allow.",
            "",
            *_doers_table(decider),
            "",
            "## The policies",
            "",
            *_policy_sections(),
        ]
    )


def _points_table(decider: Decider) -> Iterator[str]:
    yield "| reader | reads for | 1 | 2 | 3 | 4 |"
    yield "|---|---|---|---|---|---|"
    persons = {_row(each) for each in _rows_beyond_everyone(decider, _PERSON)}
    for reader in READERS:
        rows = [
            row
            for row in _rows_beyond_everyone(decider, reader)
            if reader is _PERSON or _row(row) not in persons
        ]
        yield from rows or [_points_row(reader.name, "anything", frozenset({1}))]


def _rows_beyond_everyone(decider: Decider, reader: Reader) -> Iterator[str]:
    """Yield what a reader sees beyond point 1, the narrower belonging only if it opens more."""
    seen = {purpose: {frozenset({1})} for purpose in Purpose}
    for belonging, known in _BELONGINGS:
        found = _points_by_purpose(decider, reader.principal, known)
        for purpose, points in found.items():
            if points not in seen[purpose]:
                seen[purpose] = seen[purpose] | {points}
                name = ", ".join(filter(None, (reader.name, belonging)))
                yield _points_row(name, purpose.value, points)


def _row(row: str) -> str:
    """Return a row without the reader's own name."""
    return row.partition(",")[2]


def _points_row(reader: str, purpose: str, points: frozenset[int]) -> str:
    marks = " | ".join("yes" if point in points else "–" for point in ANNEX_POINTS)
    return f"| {reader} | {purpose} | {marks} |"


def _points_by_purpose(
    decider: Decider, principal: Principal, known: Mapping[str, object]
) -> dict[Purpose, frozenset[int]]:
    asked = [(purpose, point) for purpose in Purpose for point in ANNEX_POINTS]
    battery = _thing(ResourceKind.BATTERY, known)
    decisions = decider.decide_many(
        [
            AccessRequest(
                principal=principal,
                action="passport.read",
                resource=replace(battery, annex_point=point),
                purpose=purpose,
            )
            for purpose, point in asked
        ]
    )
    found: dict[Purpose, set[int]] = {purpose: set() for purpose in Purpose}
    for (purpose, point), decision in zip(asked, decisions, strict=True):
        if decision.allowed:
            found[purpose].add(point)
    return {purpose: frozenset(points) for purpose, points in found.items()}


def _doers_table(decider: Decider) -> Iterator[str]:
    yield "| action | what it is | who may |"
    yield "|---|---|---|"
    for action in ACTIONS.values():
        if not action.points:
            doers = ", ".join(_doers(decider, action))
            yield f"| `{action.name}` | {action.title_en} | {doers or 'nobody'} |"


def _doers(decider: Decider, action: Action) -> list[str]:
    """Return who may do it, each with the condition that he needs beyond those of everybody."""
    found = {
        reader.name: list(_conditions(decider, action, reader.principal)) for reader in READERS
    }
    if "" in found["anyone"]:
        return ["everyone"]
    for place, general in enumerate(_GENERAL):
        enough = {*found[general]}
        for name, conditions in found.items():
            if name not in {*_GENERAL[: place + 1], *_NO_PERSONS}:
                found[name] = [each for each in conditions if not {each, ""} & enough]
    return [_phrase(name, conditions) for name, conditions in found.items() if conditions]


def _conditions(decider: Decider, action: Action, principal: Principal) -> Iterator[str]:
    for belonging, known in _BELONGINGS:
        request = AccessRequest(
            principal=principal,
            action=action.name,
            resource=_thing(action.resource, known),
            purpose=Purpose.OWN_USE,
        )
        if decider.decide(request).allowed:
            yield belonging
            if not belonging:
                return


def _phrase(name: str, conditions: list[str]) -> str:
    said = " or ".join(filter(None, conditions))
    return f"{name} ({said})" if said else name


def _thing(kind: ResourceKind, known: Mapping[str, object]) -> Resource:
    usual = Resource(kind=kind, battery_id=_ONE)
    return replace(usual, **known)  # type: ignore[arg-type] # the table names real fields


def _policy_sections() -> Iterator[str]:
    by_file: dict[str, list[PolicyWording]] = defaultdict(list)
    for wording in policy_wordings():
        by_file[wording.file].append(wording)
    for file in (*_FILE_TITLES, *(name for name in by_file if name not in _FILE_TITLES)):
        yield f"### {_FILE_TITLES.get(file, file)}"
        yield ""
        for wording in by_file[file]:
            effect = "" if wording.permits else "**Forbidden.** "
            yield f"- `{wording.policy_id}`: {effect}{wording.title_en}"
            yield f"  {wording.title_ko}"
            yield f"  *{wording.source}*"
        yield ""


def actions_page() -> str:
    """Return one row for each action with what uses it."""
    routes, commands = _routes(), _commands()
    return "\n".join(
        [
            f"{GENERATED}# Actions",
            "",
            "Every page, route and command names one of these; a route that names none stops the",
            "start. *Changes* marks what changes something, *key* what an API key may carry as a",
            "scope, *points* what is decided for each point of Annex XIII. Where nothing is named,",
            "nothing uses the action yet.",
            "",
            "| action | what it is | 한국어 | on | | used by |",
            "|---|---|---|---|---|---|",
            *(_action_row(action, routes, commands) for action in ACTIONS.values()),
            "",
            "## Lifecycle events",
            "",
            "| type of event | action |",
            "|---|---|",
            *(f"| `{kind}` | `{action}` |" for kind, action in EVENT_ACTIONS.items()),
            "",
        ]
    )


def _action_row(
    action: Action, routes: Mapping[str, list[str]], commands: Mapping[str, list[str]]
) -> str:
    marks = {"changes": action.unsafe, "key": action.for_machines, "points": action.points}
    used = [*map(code, routes.get(action.name, [])), *map(code, commands.get(action.name, []))]
    cells = (
        f"`{action.name}`",
        action.title_en,
        action.title_ko,
        action.resource.value,
        ", ".join(name for name, holds in marks.items() if holds),
        ", ".join(used),
    )
    return f"| {' | '.join(cells)} |"


def _routes() -> dict[str, list[str]]:
    """Return the routes of a real application by their actions."""
    found: dict[str, list[str]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({f"{PREFIX}HOME": folder})
        with opened_installation(settings) as installation:
            application = build_site(installation, waiting_batches=lambda: 0)
    for route in every_route(getattr(application, "routes", ())):
        methods = sorted(set(getattr(route, "methods", None) or ()) - {"HEAD"})
        for action in actions_of(route):
            found[action.name].append(f"{' '.join(methods)} {getattr(route, 'path', '')}")
    for path, name in FRONT_ACTIONS.items():
        found[name].append(f"POST {path}")
    return found


def _commands() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for operation, action in {**LOCAL_ACTIONS, **OPERATION_ACTIONS}.items():
        names = sorted(set(EVENT_ACTIONS.values())) if action.endswith("*") else [action]
        for name in names:
            found[name].append(f"battery-passport {operation.replace('-', ' ')}")
    return found
