"""A maker sees what is owed, registers models, issues versions once, recalls all or none."""

import json

from battery_passport.access.model import Role
from battery_passport.access.records.organisations import OrganisationKind
from battery_passport.adapters.sql.records import CredentialStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.recorded import events_of
from battery_passport.proof.model import PASSPORT
from tests.factories.desk_city import (
    FIRST,
    FOREIGN,
    SECOND,
    THIRD,
    DeskCity,
    battery_path,
    model_file,
    seen,
)
from tests.factories.reading_city import battery_of

BASE = "/desk/manufacture"


def versions(made: DeskCity, name: str) -> int:
    battery = battery_of(made.installation, name)
    with made.installation.database.read() as connection:
        return CredentialStore(connection).next_sequence(PASSPORT, battery.battery_id) - 1


def recalled(made: DeskCity, name: str) -> list[str]:
    with made.installation.database.read() as connection:
        events = events_of(connection, battery_of(made.installation, name))
    return [str(each.payload["reference"]) for each in events if each.event_type == "recalled"]


def test_what_is_missing_stands_by_day_and_duty(made: DeskCity) -> None:
    visitor = made.visit(Role.MANUFACTURER)
    overview = visitor.text(BASE)
    assert "Batteries 3 of 1 models" in overview
    assert "With a passport 1 2 without one" in overview
    owed = visitor.text(f"{BASE}/owed")
    assert "Batteries concerned" in owed
    assert "no day is set" in owed
    assert "without a passport" in visitor.text(f"{BASE}/batteries?state=none")
    assert "2 of 3" in visitor.text(f"{BASE}/batteries?state=none")


def test_a_version_is_issued_once_however_often_the_form_is_sent(made: DeskCity) -> None:
    visitor = made.visit(Role.MANUFACTURER)
    path = f"{BASE}{battery_path(SECOND)}"
    assert "Issue version 1?" in visitor.text(f"{path}/issue")
    sent = visitor.hidden(f"{path}/issue")
    answers = [visitor.http.post(f"{path}/issue", data=sent) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert versions(made, SECOND) == 1
    assert "A new version is issued." in visitor.text(answers[0].headers["location"])
    visitor.send(f"{path}/issue")
    assert versions(made, SECOND) == 2
    assert visitor.http.post(f"{path}/issue", data={"csrf": sent["csrf"]}).status_code == 422


def test_nothing_of_others_is_shown_or_issued(made: DeskCity) -> None:
    visitor = made.visit(Role.MANUFACTURER)
    assert "NOMODEL1" not in visitor.text(f"{BASE}/batteries")
    path = f"{BASE}{battery_path(FOREIGN)}"
    assert visitor.get(path).status_code == 404
    own = visitor.hidden(f"{BASE}{battery_path(FIRST)}/issue")
    assert visitor.http.post(f"{path}/issue", data=own).status_code in (403, 404)
    assert versions(made, FOREIGN) == 0


def test_a_model_file_is_taken_in_the_name_of_ones_own_organisation(made: DeskCity) -> None:
    visitor, page = made.visit(Role.MANUFACTURER), f"{BASE}/models"
    own = made.short_name(OrganisationKind.MANUFACTURER)
    for octets, words in (
        (b"", "Choose a model file."),
        (b"{}", "In the model file"),
        (b"not json", "JSON"),
        (json.dumps(model_file("somebody-else", name="m2")).encode(), f"short name is '{own}'"),
        (
            json.dumps({**model_file(own), "rating": {"cells_in_series": 90}}).encode(),
            "is registered with",
        ),
    ):
        refused = visitor.upload(page, files={"file": octets})
        assert refused.status_code == 422
        assert words in seen(refused)
    good = json.dumps(model_file(own, name="desk-second", gtin="09526170000219")).encode()
    assert visitor.upload(page, files={"file": good}).status_code == 303
    assert visitor.upload(page, files={"file": good}).status_code == 303
    assert "desk-second" in visitor.text(f"{page}?q=second")
    with made.installation.database.read() as connection:
        found = RegistryStore(connection).model_by_name("desk-second")
    assert found is not None
    assert (
        found.manufacturer_id == made.organisations[OrganisationKind.MANUFACTURER].organisation_id
    )


def test_a_recall_is_looked_over_and_recorded_for_every_battery_once(made: DeskCity) -> None:
    visitor, page = made.visit(Role.MANUFACTURER), f"{BASE}/recalls"
    with made.installation.database.read() as connection:
        model = RegistryStore(connection).model_by_name("desk-ncm")
    assert model is not None
    typed = {"model": str(model.model_id), "reference": "R-2026-7", "reason": "Loose contact"}
    wrong = visitor.send(page, do="check", **{**typed, "reason": ""})
    assert wrong.status_code == 422
    assert 'value="R-2026-7"' in wrong.text
    assert visitor.send(page, do="check", **{**typed, "model": "x"}).status_code == 422
    sent = visitor.hidden(page)
    review = visitor.http.post(page, data={**sent, **typed, "do": "check"})
    assert "What will follow" in seen(visitor.http.post(f"{page}?lang=en", data={**sent, **typed}))
    assert review.status_code == 200
    assert recalled(made, FIRST) == []
    for _ in range(2):
        done = visitor.http.post(page, data={**sent, **typed, "do": "record"})
        assert done.status_code == 303
    assert [recalled(made, name) for name in (FIRST, SECOND, THIRD)] == [["R-2026-7"]] * 3
    assert recalled(made, FOREIGN) == []
    assert "R-2026-7 3 batteries still wait" in visitor.text(BASE)
