"""An inspector finds a battery, leaves a draft, signs it once; others see none of it."""

import re
import time
from html import unescape

from battery_passport.access.model import Role
from battery_passport.access.records.organisations import OrganisationKind
from battery_passport.adapters.sql.records import EventStore
from battery_passport.assembly.inspecting import newest_measurement, statements_of
from battery_passport.assembly.recorded import events_of, opened_payload
from battery_passport.proof.measurement import read_measurement
from battery_passport.web.consoles.frame.describing import said_term
from battery_passport.web.language import load_language
from tests.factories.desk_city import FIRST, FOREIGN, SECOND, THIRD, DeskCity, battery_path, seen
from tests.factories.reading_city import battery_of

BASE = "/desk/inspection"
SHEET = f"{BASE}{battery_path(SECOND)}/inspection"
GOOD = {
    "at": "2020-01-05T10:00",
    "kind": "periodic",
    "result": "failed",
    "insulation_kohm": "800",
    "lowest_cell_v": "3.41",
    "highest_cell_v": "3.44",
}


def inspections(made: DeskCity, name: str = SECOND) -> list[dict[str, object]]:
    with made.installation.database.read() as connection:
        events = events_of(connection, battery_of(made.installation, name))
    return [
        {**each.payload, "by": each.recorded_by}
        for each in events
        if each.event_type == "inspected"
    ]


def test_a_scan_leads_to_the_battery_or_says_what_is_wrong(made: DeskCity) -> None:
    visitor = made.visit(Role.INSPECTOR)
    answer = visitor.get(f"{BASE}?q={SECOND}")
    assert answer.headers["location"].startswith(f"{BASE}{battery_path(SECOND)}")
    assert "no battery identifier" in visitor.text(f"{BASE}?q=%25%25", status=404)
    unknown = visitor.get(f"{BASE}?q=09526170000202/NONE")
    assert "No battery is registered here" in seen(unknown)
    assert 'value="09526170000202/NONE"' in unknown.text


def test_what_was_never_inspected_is_due_and_says_why(made: DeskCity) -> None:
    page = made.visit(Role.INSPECTOR).text(f"{BASE}/queue?q=KR26D0003")
    assert "1 of 4" in page
    assert "Never inspected" in page


def test_a_draft_is_kept_corrected_and_signed_once(made: DeskCity) -> None:
    visitor = made.visit(Role.INSPECTOR)
    saved = visitor.send(SHEET, **{**GOOD, "highest_cell_v": "44", "do": "save"})
    draft = re.search(r"draft=([0-9a-f-]{36})", saved.headers["location"])
    assert draft
    form = f"{SHEET}?draft={draft[1]}"
    assert "Drafts not signed" in visitor.text(BASE)
    assert "4 of 10 filled in" not in visitor.text(BASE)
    assert "3 of 10 filled in" in visitor.text(BASE)

    wrong = visitor.send(SHEET, page=form, **{**GOOD, "highest_cell_v": "44", "do": "check"})
    assert wrong.status_code == 422
    assert "Give a number from 0 to 10 V." in seen(wrong)
    assert 'value="44"' in wrong.text
    assert inspections(made) == []

    right = visitor.send(SHEET, page=form, **{**GOOD, "do": "check"})
    review = right.headers["location"]
    assert review.startswith(f"{SHEET}/sign")
    assert "It is recorded in the name of" in visitor.text(review)
    sent = visitor.hidden(review)
    answers = [visitor.http.post(f"{SHEET}/sign", data=sent) for _ in range(3)]
    assert {each.status_code for each in answers} == {303}
    (inspected,) = inspections(made)
    assert inspected["by"] == made.short_name(OrganisationKind.INSPECTION_BODY)
    assert inspected["insulation_kohm"] == 800
    assert "None." in visitor.text(BASE)
    assert visitor.get(review).status_code == 404


def test_a_failed_inspection_is_due_again_and_listed_as_signed(made: DeskCity) -> None:
    visitor = made.visit(Role.INSPECTOR)
    assert "Failed, follow-up due" in visitor.text(f"{BASE}/queue?q=KR26D0002")
    # Lists are remembered for up to a second.
    deadline = time.monotonic() + 5
    while "Failed" not in (text := visitor.text(f"{BASE}/signed?result=failed")):
        assert time.monotonic() < deadline, text
        time.sleep(0.2)
    assert "Last time 800" in visitor.text(SHEET)
    exported = visitor.get(f"{BASE}/signed?format=csv")
    assert exported.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in exported.headers["content-disposition"]
    assert "KR26D0002" in exported.text


def test_an_inspection_is_put_right_and_then_taken_back(made: DeskCity) -> None:
    visitor, page = made.visit(Role.INSPECTOR), f"{BASE}{battery_path(SECOND)}"
    form = _link(visitor.get(page).text, "correction")
    assert 'value="800"' in visitor.get(form).text
    right = {**GOOD, "insulation_kohm": "8000", "result": "passed"}
    path = f"{page}/correction"
    assert visitor.send(path, page=form, **right, do="check").status_code == 422
    checked = visitor.send(path, page=form, **right, correction_reason="Misread.", do="check")
    review = checked.headers["location"]
    assert "Misread." in visitor.text(review)
    sent = visitor.hidden(review)
    assert {visitor.http.post(f"{path}/sign", data=sent).status_code for _ in range(2)} == {303}
    assert "Put right on" in visitor.text(page)
    assert visitor.get(form).status_code == 404
    due = visitor.text(f"{BASE}/queue?q=KR26D0002")
    assert "KR26D0002 More than a year ago" in due

    form, path = _link(visitor.get(page).text, "withdrawal"), f"{page}/withdrawal"
    why = {"at": "2020-01-06T10:00", "correction_reason": "Another pack was on the bench."}
    review = visitor.send(path, page=form, **why, do="check").headers["location"]
    assert visitor.http.post(f"{path}/sign", data=visitor.hidden(review)).status_code == 303
    assert "Taken back on" in visitor.text(page)
    assert "/withdrawal" not in visitor.get(page).text
    assert "KR26D0002 Never inspected" in visitor.text(f"{BASE}/queue?q=KR26D0002")
    wrong, corrected, taken_back = inspections(made)
    assert corrected["corrects"] != taken_back["corrects"]
    assert (wrong["result"], corrected["result"], taken_back["result"]) == (
        "failed",
        "passed",
        "withdrawn",
    )
    battery = battery_of(made.installation, SECOND)
    with made.installation.database.read() as connection:
        stated = [opened_payload(each) for each in statements_of(connection, battery.battery_id)]
        assert newest_measurement(connection, battery) is None
    said = [read_measurement(each) for each in stated]
    assert [each.reason for each in said] == [None, "Misread.", "Another pack was on the bench."]
    assert [each.withdraws for each in said] == [False, False, True]


def _link(page: str, path: str) -> str:
    found = re.search(rf'href="([^"]*/{path}\?of=[^"]+)"', page)
    assert found
    return unescape(found[1])


def test_a_draft_can_be_discarded(made: DeskCity) -> None:
    visitor = made.visit(Role.INSPECTOR)
    path = f"{BASE}{battery_path(THIRD)}/inspection"
    draft = visitor.send(path, **{**GOOD, "do": "save"}).headers["location"].partition("?")[2]
    asked = f"{path}/discard?{draft}"
    assert "cannot be brought back" in visitor.text(asked)
    assert visitor.send(f"{path}/discard", page=asked).status_code == 303
    assert visitor.get(f"{path}?{draft}").status_code == 404
    assert visitor.get(asked).status_code == 404


def test_nobody_sees_or_signs_a_draft_of_somebody_else(made: DeskCity) -> None:
    path = f"{BASE}{battery_path(THIRD)}/inspection"
    query = (
        made.visit(Role.INSPECTOR)
        .send(path, **{**GOOD, "do": "save"})
        .headers["location"]
        .partition("?")[2]
    )
    other = made.visit(Role.DISMANTLER)
    assert other.get(f"{path}?{query}").status_code == 403
    removal = f"/desk/dismantling{battery_path(THIRD)}/removal"
    assert other.get(f"{removal}?{query}").status_code == 404
    assert inspections(made, THIRD) == []


def test_a_battery_without_a_model_is_called_by_its_serial(made: DeskCity) -> None:
    assert "Battery NOMODEL1" in made.visit(Role.INSPECTOR).text(f"{BASE}{battery_path(FOREIGN)}")


def test_a_battery_that_is_not_registered_is_not_found(made: DeskCity) -> None:
    visitor = made.visit(Role.INSPECTOR)
    path = f"{BASE}/01/09526170000202/21/NONE"
    assert visitor.get(path).status_code == 404
    assert visitor.get(f"{path}/inspection").status_code == 404
    assert visitor.get(f"{BASE}/01/09526170000209/21/NONE").status_code == 400


def test_only_signed_inspections_are_recorded(made: DeskCity) -> None:
    with made.installation.database.read() as connection:
        count = EventStore(connection).count()
    made.visit(Role.INSPECTOR).send(
        f"{BASE}{battery_path(FIRST)}/inspection", **{**GOOD, "do": "check"}
    )
    with made.installation.database.read() as connection:
        assert EventStore(connection).count() == count


def test_words_of_a_person_are_told_apart_from_words_of_ours() -> None:
    english = load_language("en")
    assert said_term("Instrument", "시험기 PT-1000", "", english).as_written
    assert not said_term("Result", "passed", "", english).as_written
    assert said_term("Measured capacity", 61.5, "Ah", english).text.endswith("Ah")
