"""A maker fills what is owed, each in its own form; the next version says it."""

import pytest

from battery_passport.access.model import Role
from battery_passport.assembly.recorded import events_of
from battery_passport.lifecycle.event_types import DECLARED
from battery_passport.passport.data_points import DATA_POINTS
from battery_passport.passport.values import SHAPES
from battery_passport.web.consoles.manufacture.shape_fields import fault_of, leaves, value_of
from tests.factories.desk_city import FIRST, SECOND, DeskCity, battery_path, seen
from tests.factories.reading_city import battery_of

BASE = "/desk/manufacture"
PAGE = f"{BASE}{battery_path(FIRST)}"


def declared(made: DeskCity, name: str) -> list[object]:
    with made.installation.database.read() as connection:
        events = events_of(connection, battery_of(made.installation, name))
    return [each.payload for each in events if each.event_type == DECLARED]


def test_what_is_owed_leads_to_its_form_and_into_the_next_version(made: DeskCity) -> None:
    visitor = made.visit(Role.MANUFACTURER)
    assert f"{PAGE}/declare/" in visitor.get(PAGE).text
    form = f"{PAGE}/declare/55"
    sent = visitor.hidden(form) | {"value": "0.085", "method": "hppc-25"}
    answers = [visitor.http.post(form, data=sent) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert declared(made, FIRST) == [{"data_point": 55, "value": 0.085, "method": "hppc-25"}]
    assert "The value is recorded." in visitor.text(answers[0].headers["location"])
    visitor.send(f"{PAGE}/issue")
    made.installation.pipeline.settle()
    shown = made.visit(Role.MANUFACTURER).text(battery_path(FIRST))
    assert "0.085" in shown


def test_a_value_for_the_whole_model_is_said_of_every_battery(made: DeskCity) -> None:
    visitor = made.visit(Role.MANUFACTURER)
    form = f"{PAGE}/declare/57"
    before = [len(declared(made, name)) for name in (FIRST, SECOND)]
    done = visitor.send(form, value="93.5", whole_model="1")
    assert done.status_code == 303, seen(done)
    assert [len(declared(made, name)) for name in (FIRST, SECOND)] == [each + 1 for each in before]


@pytest.mark.parametrize(
    ("number", "typed", "words"),
    [
        (57, {}, "Please fill this in."),
        (57, {"value": "much"}, "not a number"),
        (57, {"value": "120"}, "not a number from 0 to 100"),
        (57, {"value": "90", "method": "By Hand"}, "lower-case letters"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(
    made: DeskCity, number: int, typed: dict[str, str], words: str
) -> None:
    answer = made.visit(Role.MANUFACTURER).send(f"{PAGE}/declare/{number}", **typed)
    assert answer.status_code == 422
    assert words in seen(answer)
    for value in typed.values():
        assert f'value="{value}"' in answer.text


def test_in_korean_no_fault_is_in_english(made: DeskCity) -> None:
    visitor = made.visit(Role.MANUFACTURER, language="ko")
    answer = visitor.send(f"{PAGE}/declare/57", value="120")
    assert "0에서 100 %까지의 수가 아닙니다" in seen(answer)
    assert "not a number" not in seen(answer)


@pytest.mark.parametrize("number", [1, 6, 7, 16, 62, 67])
def test_what_is_not_to_be_typed_has_no_form(made: DeskCity, number: int) -> None:
    assert made.visit(Role.MANUFACTURER).get(f"{PAGE}/declare/{number}").status_code == 404


def test_others_declare_nothing(made: DeskCity) -> None:
    for role in (Role.RECYCLER, Role.AUTHORITY, Role.ADMINISTRATOR):
        assert made.visit(role).get(f"{PAGE}/declare/57").status_code == 403


def test_a_person_is_not_named_in_a_value(made: DeskCity) -> None:
    answer = made.visit(Role.MANUFACTURER).send(
        f"{PAGE}/declare/8", value="minji@example.org 010-1234-5678"
    )
    assert answer.status_code == 422
    assert declared(made, FIRST) == [
        each
        for each in declared(made, FIRST)
        if each["data_point"] != 8  # type: ignore[index]
    ]


@pytest.mark.parametrize("kind", SHAPES, ids=str)
def test_every_kind_of_value_has_a_form(kind: object) -> None:
    shape = SHAPES[kind]  # type: ignore[index]
    fields = list(leaves(shape))
    assert fields
    assert len({each.name for each in fields}) == len(fields)
    assert value_of(shape, {}) is None
    missing = [each for each in fields if each.required]
    assert all(fault_of(each, {}) == "is missing" for each in missing)


def test_lists_and_records_come_back_as_values() -> None:
    texts = SHAPES[next(p.kind for p in DATA_POINTS.values() if p.kind.value == "list of texts")]
    assert value_of(texts, {"value": "steel\n\n copper "}) == ["steel", "copper"]
    documents = SHAPES[next(p.kind for p in DATA_POINTS.values() if p.kind.value == "documents")]
    typed = {"value.0.title": "Report", "value.0.address": "https://maker.example/r.pdf"}
    value = value_of(documents, typed)
    assert value == [{"title": "Report", "address": "https://maker.example/r.pdf"}]
    assert documents.fault(value) is None
