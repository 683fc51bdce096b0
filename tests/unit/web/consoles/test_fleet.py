"""The fleet's pages: map, cars, devices, findings, at the size of the pilot."""

import time
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import select

from battery_passport.access.model import Role
from battery_passport.adapters.sql.schema import batteries
from battery_passport.registry.districts import BUSAN
from battery_passport.simulation.districts import DISTRICTS
from battery_passport.web.consoles.fleet.cartogram import shapes_of, step_bounds, step_of
from tests.factories.desk_city import DeskCity, desk_city
from tests.factories.fleet import GTIN, seed_fleet

CARS = 2_500
QUICK_S = 0.6
"""Three times what a page may take: tests share their processors with others."""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskCity]:
    with desk_city(tmp_path_factory.mktemp("fleet") / "home") as city:
        with city.installation.database.write() as connection:
            responsible = UUID(
                connection.execute(select(batteries.c.responsible_id)).scalars().all()[0]
            )
            seed_fleet(
                connection,
                responsible_id=responsible,
                cars=CARS,
                now=city.installation.clock.now(),
            )
        yield city


def test_the_districts_are_those_of_the_simulated_city() -> None:
    assert [(each.code, each.name_ko) for each in BUSAN] == [
        (each.code, each.name_ko) for each in DISTRICTS
    ]


def test_every_district_has_a_hexagon_of_its_own() -> None:
    shapes = shapes_of("busan")
    assert {each.code for each in shapes} == {each.code for each in BUSAN}
    assert len({(each.x, each.y) for each in shapes}) == len(BUSAN)
    assert shapes_of("seoul") == ()


def test_steps_go_evenly_from_the_lowest_to_the_highest() -> None:
    bounds = step_bounds([10, 60, 35])
    assert list(bounds) == [20, 30, 40, 50]
    assert [step_of(value, bounds) for value in (10, 20, 39, 60)] == [0, 1, 2, 4]
    assert step_of(5, step_bounds([5, 5])) == 0


@pytest.mark.parametrize(
    ("role", "base"),
    [(Role.CITY_OFFICER, "/desk/city"), (Role.ADMINISTRATOR, "/desk/administration")],
)
def test_the_map_shows_every_district(fleet: DeskCity, role: Role, base: str) -> None:
    visitor = fleet.visit(role)
    text = visitor.text(f"{base}/fleet?measure=heard")
    assert "Haeundae" in text
    assert "2,500" in text
    page = visitor.get(f"{base}/fleet").text
    assert page.count("<polygon") == len(BUSAN)
    assert f'href="{base}/cars?district=21090&amp;lang=en"' in page


def test_cars_are_searched_filtered_sorted_and_exported(fleet: DeskCity) -> None:
    officer = fleet.visit(Role.CITY_OFFICER)
    assert f"{GTIN}/F000042" in officer.text("/desk/city/cars?q=F000042")
    one_district = officer.text("/desk/city/cars?district=21090&sort=-samples")
    assert "Haeundae-gu" in one_district
    assert "of 2500" in one_district
    table = officer.get("/desk/city/cars?district=21090&format=csv").text
    assert all("Haeundae-gu" in line for line in table.splitlines()[1:])


def test_devices_tell_their_lag_queue_and_losses(fleet: DeskCity) -> None:
    text = fleet.visit(Role.ADMINISTRATOR).text("/desk/administration/devices?sort=-missing")
    assert "0.6.0" in text
    assert "Clock ahead" in text


def test_findings_lead_from_the_city_to_one_battery(fleet: DeskCity) -> None:
    officer = fleet.visit(Role.CITY_OFFICER)
    assert "Stuck value" in officer.text("/desk/city/quality")
    korean = fleet.visit(Role.CITY_OFFICER, language="ko")
    assert "멈춘 값" in korean.text("/desk/city/quality")
    battery = officer.text(f"/desk/city/01/{GTIN}/21/F000001/quality")
    assert "Missing batches" in battery
    assert "Open the measurements" not in battery


def test_pages_answer_quickly_at_the_size_of_the_pilot(fleet: DeskCity) -> None:
    officer = fleet.visit(Role.CITY_OFFICER)
    for path in ("/desk/city/fleet", "/desk/city/cars?sort=-findings", "/desk/city/quality"):
        officer.get(path)
        began = time.process_time()
        assert officer.get(path).status_code == 200
        assert time.process_time() - began < QUICK_S, path


def test_a_page_that_did_not_change_is_not_sent_again(fleet: DeskCity) -> None:
    officer = fleet.visit(Role.CITY_OFFICER)
    tag = officer.get("/desk/city/fleet").headers["etag"]
    again = officer.http.get("/desk/city/fleet?lang=en", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert not again.content


@pytest.mark.parametrize("role", [Role.TRADER, Role.DISMANTLER])
def test_others_see_no_fleet(fleet: DeskCity, role: Role) -> None:
    visitor = fleet.visit(role)
    assert visitor.get("/desk/city/cars").status_code == 403
    assert visitor.get(f"/desk/city/01/{GTIN}/21/F000001/quality").status_code == 403


def test_the_report_tells_coverage_losses_and_quality_on_page_file_and_paper(
    fleet: DeskCity,
) -> None:
    officer = fleet.visit(Role.CITY_OFFICER)
    page = officer.get("/desk/city/report").text
    assert page.count('class="coverage__name"') == len(BUSAN)
    assert "Stuck value" in page
    table = officer.get("/desk/city/report?format=csv").text
    assert '"Haeundae-gu, 1",' in table
    assert '"Haeundae-gu, Missing batches",' in table
    paper = officer.get("/desk/city/report?format=pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
