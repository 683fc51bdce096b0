"""Everyone is led to his own work and kept out of everybody else's."""

import pytest
from starlette.routing import Route

from battery_passport.access.model import Role
from battery_passport.access.policy.actions import ACTIONS
from battery_passport.web.authorization import every_route
from battery_passport.web.consoles.frame.places import (
    OWNER_HOME,
    PLACES,
    SWITCH,
    home_path,
    places_of,
)
from tests.factories.desk_city import FIRST, DeskCity, battery_path

AT_WORK = [role for role in Role if role is not Role.OWNER]


@pytest.mark.parametrize("role", AT_WORK)
def test_every_role_has_one_place_and_home_leads_there(made: DeskCity, role: Role) -> None:
    (place,) = places_of([role, Role.OWNER])
    answer = made.visit(role).get("/home")
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, place.path)
    assert made.visit(role).get(place.path).status_code == 200


def test_an_owner_is_led_to_his_battery_and_several_roles_to_a_choice() -> None:
    assert home_path([Role.OWNER]) == OWNER_HOME
    assert home_path([]) == OWNER_HOME
    assert home_path([Role.CITY_OFFICER, Role.ADMINISTRATOR]) == SWITCH


def test_the_choice_shows_own_places_only(made: DeskCity) -> None:
    page = made.visit(Role.INSPECTOR).text(SWITCH)
    assert "Inspection desk" in page
    assert "My own battery" in page
    assert "City desk" not in page


def test_places_name_actions_that_there_are() -> None:
    assert {place.action for place in PLACES} <= set(ACTIONS)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.path)
@pytest.mark.parametrize("role", [*AT_WORK, Role.OWNER])
def test_nobody_gets_into_a_place_of_others(made: DeskCity, place: object, role: Role) -> None:
    allowed = role in place.roles  # type: ignore[attr-defined]
    visitor = made.visit(role)
    for entry in place.entries:  # type: ignore[attr-defined]
        wanted = 200 if allowed and entry.is_for(frozenset({role})) else 403
        assert visitor.get(entry.path).status_code == wanted, entry.path


def test_strangers_are_asked_to_sign_in(made: DeskCity) -> None:
    for place in PLACES:
        answer = made.visit(None).get(place.path)
        assert answer.status_code in (303, 401), place.path
        assert "/sign-in" in answer.headers.get("location", answer.text)


def test_unsafe_routes_ask_for_more_than_their_place(made: DeskCity) -> None:
    console = {place.action for place in PLACES}
    routes = [
        each
        for each in every_route(made.site.routes)  # type: ignore[attr-defined]
        if isinstance(each, Route)
        and each.path.startswith("/desk/")
        and "POST" in (each.methods or ())
    ]
    assert len(routes) > 15
    for route in routes:
        names = {action.name for action in route.actions}  # type: ignore[attr-defined]
        assert names - console or route.path.endswith("/discard"), route.path


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.path)
def test_pages_speak_one_language_and_mark_where_one_is(
    made: DeskCity, place: object, language: str
) -> None:
    for entry in place.entries:  # type: ignore[attr-defined]
        role = next(iter(entry.only or place.roles))  # type: ignore[attr-defined]
        answer = made.visit(role, language=language).get(entry.path)
        assert answer.headers["content-language"] == language
        assert answer.headers["cache-control"] == "no-store"
        assert answer.text.count('aria-current="page"') == 1
        assert answer.text.count("<h1") == 1


def test_a_forged_form_changes_nothing(made: DeskCity) -> None:
    path = f"/desk/inspection{battery_path(FIRST)}/inspection"
    answer = made.visit(Role.INSPECTOR).http.post(path, data={"kind": "periodic"})
    assert answer.status_code in (400, 403)
    assert made.visit(Role.INSPECTOR).text("/desk/inspection").count("Drafts not signed None") == 1
