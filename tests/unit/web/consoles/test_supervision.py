"""Authorities get one answer for a battery, suspend and resume, and see their own looks."""

import pytest

from battery_passport.access.model import Purpose, Role
from battery_passport.access.records.organisations import OrganisationKind
from battery_passport.access.sharing.model import Look
from battery_passport.assembly.acts import record_look
from battery_passport.foundation.uuid7 import new_uuid7
from tests.factories.desk_city import FIRST, SECOND, DeskCity, battery_path, seen
from tests.factories.reading_city import battery_of

BASE = "/desk/supervision"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (FIRST, "valid"),
        (SECOND, "no passport"),
        ("09526170000202/NONE", "unknown"),
        ("0952617000020X", "unknown"),
        ("%%", "no identifier"),
    ],
)
@pytest.mark.parametrize("role", [Role.AUTHORITY, Role.CUSTOMS, Role.NOTIFIED_BODY])
def test_every_identifier_gets_one_answer(
    made: DeskCity, role: Role, asked: str, words: str
) -> None:
    page = made.visit(role).text(f"{BASE}?q={asked.replace('%', '%25')}")
    assert f"Answer {words}" in page


def test_an_authority_suspends_and_puts_in_force_again(made: DeskCity) -> None:
    visitor = made.visit(Role.AUTHORITY)
    page = f"{BASE}{battery_path(FIRST)}"
    assert "Suspend the passport" in visitor.text(page)
    steps = (
        ("suspend", 2, "Put the passport in force again"),
        ("resume", 1, "Suspend the passport"),
    )
    for form, days, following in steps:
        answers = {"at": made.days_ago(days), "reason": "Test report withdrawn"}
        review = visitor.send(f"{page}/{form}", do="check", **answers)
        done = visitor.send(f"{page}/{form}/sign", page=review.headers["location"])
        assert done.status_code == 303, seen(done)
        assert following in visitor.text(page)
        word = "suspended" if form == "suspend" else "valid"
        assert f"Answer {word}" in visitor.text(f"{BASE}?q={FIRST}")


@pytest.mark.parametrize("role", [Role.CUSTOMS, Role.NOTIFIED_BODY])
def test_only_an_authority_decides_on_standing(made: DeskCity, role: Role) -> None:
    visitor, page = made.visit(role), f"{BASE}{battery_path(FIRST)}"
    assert "Suspend the passport" not in visitor.text(page)
    answer = visitor.send(f"{page}/suspend", reason="x", at=made.days_ago(2), do="check")
    assert answer.status_code == 403


def test_own_looks_are_listed_and_those_of_others_are_not(made: DeskCity) -> None:
    assert "No look is recorded yet." in made.visit(Role.AUTHORITY).text(f"{BASE}/looks")
    moment = made.installation.clock.now()
    look = Look(
        look_id=new_uuid7(moment),
        battery_id=battery_of(made.installation, FIRST).battery_id,
        viewer=Role.AUTHORITY.value,
        organisation_id=made.organisations[OrganisationKind.AUTHORITY].organisation_id,
        grant_id=None,
        points=(45, 46, 47, 48, 50),
        with_estimate=False,
        purpose=Purpose.MARKET_SURVEILLANCE,
        at=moment,
    )
    with made.installation.database.write() as connection:
        record_look(connection, look)
    page = made.visit(Role.AUTHORITY).text(f"{BASE}/looks")
    assert "KR26D0001" in page
    assert "Market surveillance" in page
    assert "and 2 more" in page
    assert "No look is recorded yet." in made.visit(Role.NOTIFIED_BODY).text(f"{BASE}/looks")
