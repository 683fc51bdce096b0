"""The status machine, row by row, and what it refuses."""

import pytest

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.errors import ContradictoryEvent
from battery_passport.lifecycle.model import Standing, Status
from battery_passport.lifecycle.status import (
    TRANSITIONS,
    PassportEffect,
    Transition,
    next_standing,
    transition_for,
)
from tests.factories.lifecycle import make_event

WHOLE: JsonObject = {"predecessors": ["00" * 16], "evidence": ["E-1"]}


def payload_for(row: Transition) -> tuple[str, JsonObject]:
    needed = {name: WHOLE[name] for name in row.needs}
    if row.target is None:
        return "recycled", needed
    if row.source is None:
        return "placed_on_market", {"status": row.target.value, **needed}
    return "status_changed", {"to": row.target.value, **needed}


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.source}-{row.target}")
def test_each_row_is_taken(row: Transition) -> None:
    name, payload = payload_for(row)
    assert transition_for(row.source, make_event(name, payload)) is row


@pytest.mark.parametrize(
    "row", [row for row in TRANSITIONS if row.needs], ids=lambda row: f"{row.source}-{row.target}"
)
def test_what_a_row_needs_must_be_there(row: Transition) -> None:
    name, payload = payload_for(row)
    for needed in row.needs:
        rest = {member: value for member, value in payload.items() if member != needed}
        with pytest.raises(ContradictoryEvent, match=f"only with {needed}"):
            transition_for(row.source, make_event(name, rest))


def test_every_other_change_is_refused() -> None:
    allowed = {(row.source, row.target) for row in TRANSITIONS}
    refused = 0
    for source in (None, *Status):
        for target in (None, *Status):
            if (source, target) not in allowed:
                name, payload = payload_for(Transition(source, target, *_ANY))
                with pytest.raises(ContradictoryEvent, match="cannot become"):
                    transition_for(source, make_event(name, {**payload, **WHOLE}))
                refused += 1
    assert refused == 6 * 6 - len(allowed)


_ANY = (TRANSITIONS[0].actor, PassportEffect.SAME)


def test_a_first_status_is_not_given_twice_nor_changed_before_it_is_given() -> None:
    with pytest.raises(ContradictoryEvent, match="already waste cannot become repurposed"):
        transition_for(
            Status.WASTE, make_event("placed_on_market", {"status": "repurposed", **WHOLE})
        )
    with pytest.raises(ContradictoryEvent, match="not yet placed on the market"):
        transition_for(None, make_event("status_changed", {"to": "original"}))


def test_waste_keeps_its_passport_and_a_second_life_gets_a_new_one() -> None:
    effects = {(row.source, row.target): row.effect for row in TRANSITIONS}
    assert effects[Status.ORIGINAL, Status.WASTE] is PassportEffect.SAME
    assert effects[Status.ORIGINAL, Status.REPURPOSED] is PassportEffect.NEW_LINKED
    assert effects[Status.WASTE, Status.REUSED] is PassportEffect.NEW_LINKED
    assert effects[Status.WASTE, None] is PassportEffect.ENDS


def test_a_sale_changes_no_status() -> None:
    assert transition_for(Status.ORIGINAL, make_event("ownership_transferred")) is None


def test_standing_is_suspended_resumed_and_ended() -> None:
    suspend = make_event("passport_suspended", {"reason": "check"})
    resume = make_event("passport_resumed")
    assert next_standing(Standing.OPEN, suspend) is Standing.SUSPENDED
    assert next_standing(Standing.SUSPENDED, resume) is Standing.OPEN
    assert next_standing(Standing.SUSPENDED, make_event("recycled")) is Standing.ENDED
    assert next_standing(Standing.SUSPENDED, make_event("removed")) is Standing.SUSPENDED
    for standing, event in ((Standing.SUSPENDED, suspend), (Standing.OPEN, resume)):
        with pytest.raises(ContradictoryEvent, match=f"is {standing}"):
            next_standing(standing, event)
    with pytest.raises(ContradictoryEvent, match="recycled before"):
        next_standing(Standing.ENDED, make_event("inspected"))
