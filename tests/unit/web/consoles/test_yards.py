"""A dismantler receives and hands over, a recycler ends the passport; looks are on record."""

from battery_passport.access.model import Role
from battery_passport.access.records.organisations import OrganisationKind
from battery_passport.adapters.sql.looks import LookStore
from battery_passport.assembly.recorded import events_of
from battery_passport.foundation.clock import from_unix_ms
from battery_passport.lifecycle.fold import fold
from battery_passport.lifecycle.model import Standing
from tests.factories.desk_city import FIRST, SECOND, DeskCity, battery_path, seen
from tests.factories.reading_city import battery_of

YARD, PLANT = "/desk/dismantling", "/desk/recycling"


def record(made: DeskCity, role: Role, form: str, **answers: str) -> str:
    """Fill in a form, look it over, record it; return what the battery's page says then."""
    visitor = made.visit(role)
    review = visitor.send(form, do="check", **answers).headers["location"]
    done = visitor.send(f"{form}/sign", page=review)
    assert done.status_code == 303, seen(done)
    return visitor.text(done.headers["location"])


def test_a_pack_shows_its_dangers_and_the_look_is_on_record(made: DeskCity) -> None:
    page = made.visit(Role.DISMANTLER).text(f"{YARD}{battery_path(FIRST)}")
    for words in ("Safety measures", "Extinguishing agent", "Dismantling manual", "Original"):
        assert words in page
    with made.installation.database.read() as connection:
        battery = battery_of(made.installation, FIRST)
        looks = LookStore(connection).of_battery(
            battery.battery_id, since=from_unix_ms(0), until=None, limit=9, offset=0
        )
    (look,) = looks
    assert look.viewer == "dismantler"
    assert look.organisation_id == made.organisations[OrganisationKind.DISMANTLER].organisation_id
    assert {48, 49, 67} <= set(look.points) <= {45, 46, 47, 48, 49, 67, 69}


def test_missing_papers_are_named(made: DeskCity) -> None:
    page = made.visit(Role.RECYCLER).text(f"{PLANT}{battery_path(SECOND)}")
    assert "Papers missing" in page
    assert "Safety measures" in page


def test_a_battery_goes_through_the_yard_to_its_end(made: DeskCity) -> None:
    page = record(
        made,
        Role.DISMANTLER,
        f"{YARD}{battery_path(FIRST)}/removal",
        at=made.days_ago(3),
        reason="end-of-life",
    )
    assert "Recorded." in page
    assert "Removed" in page
    assert "KR26D0001" in made.visit(Role.DISMANTLER).text(YARD)
    too_early = made.visit(Role.RECYCLER)
    form = f"{PLANT}{battery_path(FIRST)}/recycled"
    review = too_early.send(form, do="check", at=made.days_ago(1), mass_nickel="1").headers[
        "location"
    ]
    refused = too_early.send(f"{form}/sign", page=review)
    assert refused.status_code == 409
    assert "cannot become recycled" in seen(refused)

    record(made, Role.DISMANTLER, f"{YARD}{battery_path(FIRST)}/waste", at=made.days_ago(2))
    page = record(
        made, Role.RECYCLER, form, at=made.days_ago(1), mass_nickel="61.5", mass_lithium="9"
    )
    assert "This battery was recycled." in page
    assert "Record as waste battery" not in page
    with made.installation.database.read() as connection:
        events = events_of(connection, battery_of(made.installation, FIRST))
    assert fold(events).standing is Standing.ENDED
    recycled = next(each for each in events if each.event_type == "recycled")
    assert recycled.recorded_by == made.short_name(OrganisationKind.RECYCLER)
    assert "Nothing received yet." in made.visit(Role.DISMANTLER).text(YARD)
    assert "61.5" in made.visit(Role.RECYCLER).text(f"{PLANT}{battery_path(FIRST)}")


def test_a_recycler_has_no_form_for_fitting_and_a_dismantler_none_for_masses(
    made: DeskCity,
) -> None:
    assert (
        made.visit(Role.RECYCLER).get(f"{PLANT}{battery_path(SECOND)}/removal").status_code == 404
    )
    assert (
        made.visit(Role.DISMANTLER).get(f"{PLANT}{battery_path(SECOND)}/recycled").status_code
        == 403
    )
    assert "Record recycling" not in made.visit(Role.DISMANTLER).text(
        f"{YARD}{battery_path(SECOND)}"
    )
