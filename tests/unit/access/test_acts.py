"""Records of acts: one form, codes only, no room for a name."""

from uuid import uuid4

import pytest

from battery_passport.access.acts import (
    Act,
    InvalidAct,
    MalformedActRecord,
    RecordedAct,
    act_record_bytes,
    parse_act_record,
)
from tests.factories.sharing import NOW


def recorded() -> RecordedAct:
    return RecordedAct(
        record_id=uuid4(),
        name="grant-created",
        subject="ab" * 16,
        by=None,
        battery_id=uuid4(),
        at=NOW,
        details={"parts": ["status"], "hours": 72},
    )


def test_a_record_is_read_back_as_it_was_written() -> None:
    act = recorded()
    assert parse_act_record(act_record_bytes(act)) == act


def test_another_form_of_the_same_record_is_refused() -> None:
    octets = act_record_bytes(recorded())
    for changed in (octets + b" ", octets.replace(b'"v":1', b'"v":1.0'), b"{}", b"[]", b"\xff"):
        with pytest.raises(MalformedActRecord):
            parse_act_record(changed)


@pytest.mark.parametrize("value", ["김하나", "kim@example.org", "two words", "x" * 129, "<b>"])
def test_free_text_has_no_place_in_an_act(value: str) -> None:
    with pytest.raises(InvalidAct):
        Act(name="grant-created", details={"note": value})
    with pytest.raises(InvalidAct):
        Act(name="grant-created", details={"notes": ["fine", value]})


@pytest.mark.parametrize("name", ["", "grant", "Grant-created", "grant created", "grant-created!"])
def test_acts_are_named_alike(name: str) -> None:
    with pytest.raises(InvalidAct):
        Act(name=name)
