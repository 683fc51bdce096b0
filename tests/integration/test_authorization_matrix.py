"""Every endpoint and verb, for every role, belonging and point: policies and oracle agree.

The endpoints are those of a real installation's application; the readers are the enumeration of
roles; so a route, verb or role that is added is in the matrix, or stops it.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from battery_passport.access.policy.actions import ACTIONS, EVENT_ACTIONS, action_named
from battery_passport.access.policy.errors import UnclassifiedRoute, UnknownAction
from battery_passport.access.policy.model import AccessRequest, Decision
from battery_passport.adapters.cedar.policy_files import policy_wordings
from battery_passport.assembly.installation import opened_installation
from battery_passport.assembly.operation_table import OPERATIONS
from battery_passport.assembly.performing import (
    LOCAL_ACTIONS,
    OPERATION_ACTIONS,
    actions_of_operation,
)
from battery_passport.assembly.public_site import build_site
from battery_passport.assembly.server import FRONT_ACTIONS
from battery_passport.assembly.settings import load_settings
from battery_passport.cli.verbs import VERBS
from battery_passport.lifecycle.event_types import EVENT_TYPES
from battery_passport.web.application import create_application
from battery_passport.web.authorization import (
    ActionRoute,
    actions_of,
    every_route,
    refuse_unclassified,
    unclassified,
)
from battery_passport.web.site import Site
from tests.factories.access import decider
from tests.factories.access_matrix import cells
from tests.factories.asgi import asgi_client
from tests.factories.policy_oracle import EVERYONE, MAY, oracle_allows
from tests.factories.web import ADDRESS, web_services


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The application that `serve` runs, over an installation of its own."""
    home = tmp_path_factory.mktemp("matrix")
    settings = load_settings({"BATTERY_PASSPORT_HOME": str(home)})
    with opened_installation(settings) as installation:
        yield build_site(installation, waiting_batches=lambda: 0)


@cache
def decided_cells(name: str) -> tuple[tuple[str, AccessRequest, Decision], ...]:
    """Return every cell of an action with its decision, each decided once."""
    named, requests = zip(*cells(action_named(name)), strict=True)
    return tuple(zip(named, requests, decider().decide_many(requests), strict=True))


def some_value(parameter: re.Match[str]) -> str:
    """Return what fits a parameter of a path."""
    return str(UUID(int=0)) if parameter[0].endswith(":uuid}") else "0"


def endpoints_of(site: Any) -> dict[str, tuple[str, ...]]:
    """Return every endpoint with the names of its actions: routes, collection, control, verbs."""
    routes = {
        f"{sorted(getattr(route, 'methods', ()))} {getattr(route, 'path', route)}": tuple(
            action.name for action in actions_of(route)
        )
        for route in every_route(site.routes)
    }
    front = {path: (action,) for path, action in FRONT_ACTIONS.items()}
    verbs = {name: (action,) for name, action in LOCAL_ACTIONS.items()}
    operations = {name: actions_of_operation(name, {}) for name in OPERATIONS}
    events = {
        f"event-add {kind}": actions_of_operation("event-add", {"type": kind})
        for kind in EVENT_TYPES
    }
    shown = {
        name: (OPERATION_ACTIONS[name],)
        for name in OPERATIONS
        if OPERATION_ACTIONS[name] in ACTIONS
    }
    return (
        routes
        | front
        | verbs
        | operations
        | events
        | {f"{name} for an audience": actions for name, actions in shown.items()}
    )


def test_every_endpoint_names_an_action(site: Any) -> None:
    endpoints = endpoints_of(site)

    assert len(endpoints) > 40
    assert [name for name, actions in endpoints.items() if not actions] == []
    assert {each for actions in endpoints.values() for each in actions} <= set(ACTIONS)
    assert unclassified(site) == []


def test_every_cell_of_every_endpoint_is_as_documented(site: Any) -> None:
    used = {name for actions in endpoints_of(site).values() for name in actions}

    checked = 0
    for name in sorted(used):
        decided = decided_cells(name)
        wrong = [
            (cell, decision)
            for cell, request, decision in decided
            if decision.allowed != oracle_allows(request)
        ]
        assert wrong == []
        checked += len(decided)
    assert checked > 10_000


def test_every_policy_decides_a_cell_that_nothing_else_decides() -> None:
    """Without it, or with its opposite, a cell would come out otherwise."""
    decisive = {
        decision.reason for name in ACTIONS for _cell, _request, decision in decided_cells(name)
    }

    assert {each.policy_id for each in policy_wordings()} - decisive == set()


def test_every_action_without_an_endpoint_yet_is_as_documented_too(site: Any) -> None:
    used = {name for actions in endpoints_of(site).values() for name in actions}

    for name in sorted(set(ACTIONS) - used):
        for cell, request, decision in decided_cells(name):
            assert decision.allowed == oracle_allows(request), cell


def test_whoever_is_not_signed_in_meets_the_door_of_every_route(site: Any) -> None:
    client = asgi_client(site, base_url=ADDRESS)
    for route in every_route(site.routes):
        open_to_all = any(
            action.points or EVERYONE in MAY[action.name] for action in actions_of(route)
        )
        path = re.sub(r"\{[^}]*\}", some_value, getattr(route, "path", ""))
        for method in sorted({*getattr(route, "methods", ())} - {"HEAD"}):
            answer = client.request(method, path, headers={"Accept": "application/json"})
            if not open_to_all:
                # 403 is the answer to a form that no page of ours has sent.
                assert answer.status_code in (401, 403), (method, path)


def _page(_request: Request) -> Response:
    return PlainTextResponse("never shown")


def test_a_route_added_without_an_action_is_named_and_stops_the_start() -> None:
    application = create_application(web_services())
    application.add_route("/new-page", _page)
    application.add_api_route("/v1/new", lambda: None, methods=["POST"])

    assert unclassified(application) == ["GET HEAD /new-page", "POST /v1/new"]
    with pytest.raises(UnclassifiedRoute, match="GET HEAD /new-page, POST /v1/new"):
        refuse_unclassified(application)


@pytest.mark.parametrize(
    "stray", [Route("/stray", _page), Mount("/under", routes=[Route("/stray", _page)])]
)
def test_a_group_of_pages_with_a_route_without_an_action_stops_the_start(stray: BaseRoute) -> None:
    def group(_site: Site) -> list[BaseRoute]:
        return [stray]

    with pytest.raises(UnclassifiedRoute, match="/stray"):
        create_application(web_services(), groups=[group])


def test_a_route_with_an_action_that_is_not_in_the_table_cannot_be_made() -> None:
    with pytest.raises(UnknownAction, match=r"passport\.burn"):
        ActionRoute("/burn", _page, action="passport.burn")


ASKED_BY_OTHER_VERBS = {"city-register", "city-issue", "fleet-list"}
"""Operations that `simulate` and `fleet learn` ask a running server for, piece by piece."""


def test_every_verb_names_an_action_and_no_action_is_of_a_verb_that_is_gone() -> None:
    spelled = {"-".join(verb.words) for verb in VERBS}

    assert set(OPERATION_ACTIONS) == set(OPERATIONS)
    assert spelled == (set(OPERATION_ACTIONS) - ASKED_BY_OTHER_VERBS) | set(LOCAL_ACTIONS)


def test_every_type_of_event_names_an_action() -> None:
    assert set(EVENT_ACTIONS) == set(EVENT_TYPES)
    assert set(EVENT_ACTIONS.values()) == {
        name for name in ACTIONS if name.startswith("event.record.")
    }


def test_the_reference_pages_name_every_action(repository: Path) -> None:
    for page in ("actions.md", "authorization.md"):
        text = (repository / "docs" / "reference" / page).read_text("utf-8")
        missing = [
            name
            for name, action in ACTIONS.items()
            if f"`{name}`" not in text and not (action.points and page == "authorization.md")
        ]
        assert missing == []
