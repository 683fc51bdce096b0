"""Forms for events: every field has its words, wrong answers are told beside the field."""

from datetime import UTC, datetime

import pytest

from battery_passport.lifecycle.scalar_shapes import Choice
from battery_passport.lifecycle.service import checked_payload
from battery_passport.web.consoles.dismantling.forms import REMOVAL
from battery_passport.web.consoles.frame.answers import read_answer, read_moment, typed_of
from battery_passport.web.consoles.frame.form_spec import FormSpec
from battery_passport.web.consoles.frame.questions import AT, Question, local_text
from battery_passport.web.consoles.frame.words_of_events import HINTS, LABELS, WORDS
from battery_passport.web.consoles.inspection.sheet import ITEMS, SHEET
from battery_passport.web.consoles.recycling.forms import RECYCLED
from battery_passport.web.consoles.supervision.forms import RESUME, SUSPEND
from battery_passport.web.consoles.yard.forms import WASTE
from battery_passport.web.forms import Form
from battery_passport.web.language import load_language

FORMS = (SHEET, REMOVAL, WASTE, RECYCLED, SUSPEND, RESUME)
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
ENGLISH = load_language("en")
GOOD = {
    AT: "2026-11-23T10:00",
    "kind": "periodic",
    "result": "passed",
    "reason": "end-of-life",
    "operating_time_h": "12,345.5",
    "lowest_cell_v": "3.4",
    "highest_cell_v": "3.42",
    "mass_nickel": "12.5",
    "mass_lithium": "3",
    "evidence": "EV-1, EV-2",
    "note": "Casing is sound.",
}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.path)
def test_every_question_stands_in_a_group_with_its_words(form: FormSpec) -> None:
    grouped = [name for _, names in form.groups for name in names]
    assert sorted(grouped) == sorted([*(each.name for each in form.questions), AT])
    for each in form.questions:
        assert each.name in LABELS
        if isinstance(each.shape, Choice):
            assert set(each.shape.words) <= set(WORDS)
    assert set(HINTS) <= set(LABELS)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.path)
def test_good_answers_make_an_event_that_can_be_recorded(form: FormSpec) -> None:
    answers = form.read(GOOD, now=NOW, language=ENGLISH)
    assert dict(answers.faults) == {}
    assert answers.occurred_at == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    checked_payload(form.event, form.finish(answers.payload))


def test_an_inspection_reads_grouped_figures_and_masses_become_one_list() -> None:
    assert SHEET.read(GOOD, now=NOW, language=ENGLISH).payload["operating_time_h"] == 12345.5
    payload = RECYCLED.finish(RECYCLED.read(GOOD, now=NOW, language=ENGLISH).payload)
    assert payload["recovered_kg"] == [
        {"material": "lithium", "mass_kg": 3},
        {"material": "nickel", "mass_kg": 12.5},
    ]
    assert WASTE.finish(WASTE.read(GOOD, now=NOW, language=ENGLISH).payload)["to"] == "waste"


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "monthly"}, "kind"),
        ({"highest_cell_v": "99"}, "highest_cell_v"),
        ({"operating_time_h": "twelve"}, "operating_time_h"),
        ({"operating_time_h": "nan"}, "operating_time_h"),
        ({"operating_time_h": "1e400"}, "operating_time_h"),
        ({"fast_charge_count": "1.5"}, "fast_charge_count"),
        ({"note": "call 010-1234-5678"}, "note"),
        ({"note": "12가 3456"}, "note"),
        ({"note": "x\u0000y"}, "note"),
        ({"note": "x" * 501}, "note"),
        ({"certificate": "owner@example.org"}, "certificate"),
        ({AT: ""}, AT),
        ({AT: "2026-11-23T17:30"}, AT),
        ({AT: "1970-01-01T00:00"}, AT),
        ({AT: "2026-11-23T10:00+00:00"}, AT),
        ({"lowest_cell_v": "3.5"}, "lowest_cell_v"),
        (dict.fromkeys(ITEMS, ""), "operating_time_h"),
    ],
)
@pytest.mark.parametrize("code", ["en", "ko"])
def test_a_wrong_answer_is_told_at_its_field(changed: dict[str, str], name: str, code: str) -> None:
    language = load_language(code)
    typed = {**GOOD, **changed}
    answers = SHEET.read(typed, now=NOW, language=language)
    assert list(answers.faults) == [name]
    assert answers.typed == typed
    fields = [
        each for group in SHEET.view(typed, answers.faults, None, language) for each in group.fields
    ]
    (wrong,) = [each for each in fields if each.fault]
    assert (wrong.name, wrong.value) == (name, typed[name])


def test_recycling_without_a_mass_is_refused() -> None:
    typed = {name: value for name, value in GOOD.items() if not name.startswith("mass_")}
    assert list(RECYCLED.read(typed, now=NOW, language=ENGLISH).faults) == ["mass_lithium"]


def test_only_the_forms_own_fields_are_kept_and_none_is_endless() -> None:
    form = Form((("kind", " periodic "), ("csrf", "x"), ("to", "waste"), ("note", "y" * 9_000)))
    kept = typed_of(SHEET.questions, form)
    assert kept["kind"] == "periodic"
    assert set(kept) == {"kind", "note"}
    assert len(kept["note"]) == 2_000


def test_an_answer_left_out_is_none_unless_it_must_be_there() -> None:
    question = SHEET.question("note")
    assert read_answer(question, "", ENGLISH) == (None, "")
    must = Question("note", question.shape, required=True)
    assert read_answer(must, "", ENGLISH) == (None, "Please fill this in.")


def test_times_are_korean_on_the_form_and_read_back() -> None:
    assert local_text(NOW) == "2026-11-23T16:30"
    assert read_moment(local_text(NOW)) == NOW
    assert read_moment("yesterday") is None
